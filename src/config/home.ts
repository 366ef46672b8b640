import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import { tryLock } from '../../bootstrap/process-lock.mjs'
import { PalimpsestError } from '../errors.ts'

/** Everything the embedded stack keeps, by name. All paths are absolute. */
export interface Home {
  readonly root: string
  readonly runFile: string
  readonly keysFile: string
  readonly portsFile: string
  readonly lockDirectory: string
  readonly logsDirectory: string
  readonly postgresDirectory: string
  readonly postgresPasswordFile: string
  /** Names the folder of PostgreSQL's data where these cannot be in the home. */
  readonly postgresPlaceFile: string
  readonly temporalDirectory: string
  readonly temporalDatabaseFile: string
}

/** What `run.json` holds while the gateway runs: see `writeRunFile`. */
export interface RunInfo {
  apiUrl: string
  temporalAddress: string
  temporalUiUrl: string | null
  /** The gateway's own process. */
  pid: number
  /** A read-only login that sees the audit view of all tenants. */
  databaseUrl: string
  /** Superuser of the embedded database; null when the database is not ours. */
  adminDatabaseUrl: string | null
  keys: DevelopmentKeys
}

export interface DevelopmentKeys {
  app: string
  auditor: string
  privacy: string
  admin: string
}

const KEY_ROLES = ['app', 'auditor', 'privacy', 'admin'] as const

/** Names the folders of `PALIMPSEST_HOME` (default `./.palimpsest`, relative to the working directory). Pure. */
export function homeLayout(environment: { PALIMPSEST_HOME?: string | undefined }, workingDirectory: string): Home {
  const configured = environment.PALIMPSEST_HOME
  const given = configured === undefined || configured === '' ? '.palimpsest' : configured
  const root = isAbsolute(given) ? resolve(given) : resolve(workingDirectory, given)
  return {
    root,
    runFile: join(root, 'run.json'),
    keysFile: join(root, 'keys.json'),
    portsFile: join(root, 'ports.json'),
    lockDirectory: join(root, 'lock'),
    logsDirectory: join(root, 'logs'),
    postgresDirectory: join(root, 'postgres'),
    postgresPasswordFile: join(root, 'postgres-password'),
    postgresPlaceFile: join(root, 'postgres-place'),
    temporalDirectory: join(root, 'temporal'),
    temporalDatabaseFile: join(root, 'temporal', 'temporal.db'),
  }
}

/**
 * Makes the folders. The home is 0700; run by root it is 0711, because PostgreSQL then runs as another user and has
 * to pass through (everything in it is closed all the same).
 *
 * @throws PalimpsestError `home_not_writable`
 */
export function prepareHome(home: Home): void {
  try {
    mkdirSync(home.root, { recursive: true, mode: 0o700 })
    if (ownedByUs(home.root)) chmodSync(home.root, process.getuid?.() === 0 ? 0o711 : 0o700)
    for (const directory of [home.logsDirectory, home.temporalDirectory]) {
      mkdirSync(directory, { recursive: true, mode: 0o700 })
    }
  } catch (cause) {
    throw new PalimpsestError({
      code: 'home_not_writable',
      status: 503,
      message: `The folder ${home.root} cannot be written: set PALIMPSEST_HOME to one that this user owns.`,
      cause,
    })
  }
}

/**
 * Takes the home for this process until `release` or the process's end. Only one stack runs on a home.
 *
 * @throws PalimpsestError `home_in_use` with the pid of the process that has it
 */
export function lockHome(home: Home): { release(): void } {
  const attempt = tryLock(home.lockDirectory, 'palimpsest')
  if (attempt.holder === null) return { release: attempt.release }
  throw new PalimpsestError({
    code: 'home_in_use',
    status: 503,
    message:
      `Palimpsest already runs on ${home.root} as process ${attempt.holder.pid}: stop that one, ` +
      'or set another PALIMPSEST_HOME (and PORT) for this one.',
  })
}

/** Writes `run.json` (0600) in one step, so that a reader sees all of it or none. */
export function writeRunFile(home: Home, info: RunInfo): void {
  writePrivateFile(home.runFile, `${JSON.stringify(info, null, 2)}\n`)
}

/** Removes `run.json`; that it is gone already is fine. */
export function removeRunFile(home: Home): void {
  rmSync(home.runFile, { force: true })
}

/**
 * Reads `run.json`; null when nothing runs here.
 *
 * @throws PalimpsestError `run_file_broken`
 */
export function readRunFile(home: Home): RunInfo | null {
  const value = readJson(home.runFile, 'run_file_broken')
  return value === null ? null : (value as RunInfo)
}

/**
 * The development keys of this home, made on first use and kept in `keys.json` (0600).
 *
 * @throws PalimpsestError `keys_file_broken`
 */
export function loadDevelopmentKeys(home: Home): DevelopmentKeys {
  const stored = (readJson(home.keysFile, 'keys_file_broken') ?? {}) as Partial<DevelopmentKeys>
  const keys = Object.fromEntries(
    KEY_ROLES.map((role) => [role, stored[role] ?? `pk_${role}_${randomBytes(24).toString('base64url')}`]),
  ) as unknown as DevelopmentKeys
  if (KEY_ROLES.some((role) => stored[role] === undefined)) {
    writePrivateFile(home.keysFile, `${JSON.stringify(keys, null, 2)}\n`)
  }
  return keys
}

/** Writes a file that only its owner reads, by a temporary name and a rename. */
export function writePrivateFile(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`
  try {
    writeFileSync(temporary, text, { mode: 0o600, flag: 'wx', flush: true })
    renameSync(temporary, path)
  } finally {
    rmSync(temporary, { force: true })
  }
}

function readJson(path: string, code: string): object | null {
  if (!existsSync(path)) return null
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof value === 'object' && value !== null) return value
    throw new TypeError('not an object')
  } catch (cause) {
    throw new PalimpsestError({
      code,
      status: 503,
      message: `The file ${path} cannot be read as JSON: repair it, or remove it and start again.`,
      cause,
    })
  }
}

function ownedByUs(path: string): boolean {
  const uid = process.getuid?.()
  return uid === undefined || statSync(path).uid === uid
}
