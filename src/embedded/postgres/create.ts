import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type Home, writePrivateFile } from '../../config/home.ts'
import { PalimpsestError } from '../../errors.ts'
import type { Log } from '../process/log-file.ts'
import type { PostgresBinaries } from './binaries.ts'
import type { PostgresPlace } from './place.ts'

const INITDB_TIME_LIMIT_MS = 120_000

/** What both programs see of our environment: nothing that changes their language, time zone or libraries. */
export const POSTGRES_ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }

/**
 * Makes the data folder when there is none, under a temporary name first, so that a folder under the final name is
 * always whole. Returns the superuser's password, which is kept beside it (0600).
 *
 * @throws PalimpsestError `postgres_data_foreign`, `postgres_password_lost`, `postgres_initdb_failed`
 */
export async function ensureDataDirectory(
  home: Home,
  place: PostgresPlace,
  binaries: PostgresBinaries,
  log: Log,
): Promise<string> {
  if (existsSync(join(place.dataDirectory, 'PG_VERSION'))) {
    checkDataDirectory(place, binaries)
    return readPassword(home)
  }
  if (!existsSync(home.postgresPasswordFile)) {
    writePrivateFile(home.postgresPasswordFile, `${randomBytes(24).toString('base64url')}\n`)
  }
  const password = readPassword(home)
  log('PostgreSQL: making a new database cluster')
  removeLeftovers(place.dataDirectory)
  const temporary = `${place.dataDirectory}.new-${randomBytes(4).toString('hex')}`
  const passwordFile = `${temporary}.pw`
  try {
    mkdirSync(temporary, { mode: 0o700 })
    writePrivateFile(passwordFile, `${password}\n`)
    for (const path of [temporary, passwordFile]) handOver(path, place)
    await runInitdb(temporary, passwordFile, place, binaries)
    renameSync(temporary, place.dataDirectory)
  } finally {
    rmSync(passwordFile, { force: true })
    rmSync(temporary, { recursive: true, force: true })
  }
  return password
}

/** Gives a path to the user PostgreSQL runs as. */
export function handOver(path: string, place: PostgresPlace): void {
  if (place.identity !== undefined) chownSync(path, place.identity.uid, place.identity.gid)
}

async function runInitdb(
  directory: string,
  passwordFile: string,
  place: PostgresPlace,
  binaries: PostgresBinaries,
): Promise<void> {
  const args = [
    `--pgdata=${directory}`,
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--data-checksums',
    '--no-instructions',
  ]
  const child = spawn(binaries.initdb, args, {
    cwd: place.base,
    env: POSTGRES_ENVIRONMENT,
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: INITDB_TIME_LIMIT_MS,
    killSignal: 'SIGKILL',
    ...place.identity,
  })
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-2000)
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code === 0) return
  throw new PalimpsestError({
    code: 'postgres_initdb_failed',
    status: 503,
    message: `PostgreSQL could not make its data folder in ${place.base}: ${complaint.trim() || `exit code ${code}`}`,
  })
}

function checkDataDirectory(place: PostgresPlace, binaries: PostgresBinaries): void {
  const status = statSync(place.dataDirectory)
  const wanted = place.identity?.uid ?? process.getuid?.()
  if (wanted !== undefined && status.uid !== wanted) {
    throw new PalimpsestError({
      code: 'postgres_data_foreign',
      status: 503,
      message:
        `The data in ${place.dataDirectory} belong to user ${status.uid}, and this start runs PostgreSQL as ` +
        `${wanted}: start as the user that made them, or set another PALIMPSEST_HOME.`,
    })
  }
  chmodSync(place.dataDirectory, 0o700)
  const major = readFileSync(join(place.dataDirectory, 'PG_VERSION'), 'utf8').trim()
  if (binaries.version.startsWith(`${major}.`)) return
  throw new PalimpsestError({
    code: 'postgres_data_foreign',
    status: 503,
    message:
      `The data in ${place.dataDirectory} were made by PostgreSQL ${major}, and this is ${binaries.version}: ` +
      'dump and restore them, or set another PALIMPSEST_HOME.',
  })
}

function readPassword(home: Home): string {
  if (existsSync(home.postgresPasswordFile)) {
    const password = readFileSync(home.postgresPasswordFile, 'utf8').trim()
    if (password !== '') return password
  }
  throw new PalimpsestError({
    code: 'postgres_password_lost',
    status: 503,
    message: `The file ${home.postgresPasswordFile} is missing: restore it, or set another PALIMPSEST_HOME.`,
  })
}

function removeLeftovers(dataDirectory: string): void {
  const prefix = `${basename(dataDirectory)}.new-`
  for (const name of readdirSync(dirname(dataDirectory))) {
    if (name.startsWith(prefix)) rmSync(join(dirname(dataDirectory), name), { recursive: true, force: true })
  }
}
