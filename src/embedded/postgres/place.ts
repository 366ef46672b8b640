import { createHash, randomBytes } from 'node:crypto'
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { type Home, writePrivateFile } from '../../config/home.ts'
import { PalimpsestError } from '../../errors.ts'
import { findProcesses } from '../process/find.ts'
import type { Log } from '../process/log-file.ts'
import { servesFolder } from './orphan.ts'

/** Who PostgreSQL runs as and where it keeps its data. */
export interface PostgresPlace {
  /** The folder that holds the data folder; `home.root` unless root's home is closed to other users. */
  base: string
  dataDirectory: string
  /** Set when this process is root, which PostgreSQL refuses to run as. */
  identity: { uid: number; gid: number } | undefined
  /** True when the user PostgreSQL runs as can pass through to that path. */
  mustReach(path: string): boolean
}

/** The user without rights that every system has. */
const NOBODY = { uid: 65_534, gid: 65_534 }
/** Kept over a restart of the machine, and open to every user. */
const CLOSED_HOME_PARENT = '/var/tmp'
const BASE_NAME = /^palimpsest-[0-9a-f]{16}-[0-9a-f]{8}$/

/**
 * Decides it. An ordinary user keeps everything in the home. Root hands PostgreSQL to `nobody`, who cannot pass
 * through a closed folder such as /root: then the data live in /var/tmp (those of a temporary home among the
 * temporary files).
 *
 * @throws PalimpsestError `postgres_place_taken` when that name belongs to another user
 */
export function choosePlace(home: Home, log: Log): PostgresPlace {
  const root = realpathSync(home.root)
  if (process.getuid?.() !== 0) {
    return { base: root, dataDirectory: join(root, 'postgres'), identity: undefined, mustReach: () => true }
  }
  const mustReach = (path: string) => canPass(path, NOBODY)
  if (mustReach(root)) return { base: root, dataDirectory: join(root, 'postgres'), identity: NOBODY, mustReach }
  const base = closedHomeBase(home, root, log)
  ownFolder(base)
  writePrivateFile(join(base, 'home'), root)
  log(`PostgreSQL: it cannot run as root, and its user cannot enter ${root}: its data are kept in ${base}`)
  return { base, dataDirectory: join(base, 'postgres'), identity: NOBODY, mustReach }
}

/**
 * The name holds the home's path, and a part that only this home knows: a home that was removed and made anew starts
 * with new data, as anybody expects. The old ones are left where they are, and named; only those of a temporary home
 * that is gone go with it.
 */
function closedHomeBase(home: Home, root: string, log: Log): string {
  const temporary = root.startsWith(`${realpathSync(tmpdir())}/`)
  const parent = temporary ? realpathSync(tmpdir()) : CLOSED_HOME_PARENT
  const prefix = `palimpsest-${createHash('sha256').update(root).digest('hex').slice(0, 16)}-`
  if (temporary) removeBasesOfGoneHomes(parent)
  if (!existsSync(home.postgresPlaceFile)) {
    writePrivateFile(home.postgresPlaceFile, `${prefix}${randomBytes(4).toString('hex')}\n`)
    for (const name of readdirSync(parent)) {
      if (name.startsWith(prefix)) log(`PostgreSQL: data of an earlier home remain in ${parent}/${name}`)
    }
  }
  return join(parent, basename(readFileSync(home.postgresPlaceFile, 'utf8').trim()))
}

function removeBasesOfGoneHomes(parent: string): void {
  for (const name of readdirSync(parent)) {
    if (!BASE_NAME.test(name)) continue
    const base = join(parent, name)
    const note = join(base, 'home')
    if (lstatSync(base).uid !== process.getuid?.() || !existsSync(note)) continue
    if (existsSync(readFileSync(note, 'utf8').trim())) continue
    if (findProcesses((command) => servesFolder(command, join(base, 'postgres'))).length > 0) continue
    rmSync(base, { recursive: true, force: true })
  }
}

/** True when `who` may pass through every folder down to `path`, itself included. */
export function canPass(path: string, who: { uid: number; gid: number }): boolean {
  const status = statSync(path, { throwIfNoEntry: false })
  if (status === undefined) return false
  const bit = status.uid === who.uid ? 0o100 : status.gid === who.gid ? 0o010 : 0o001
  if ((status.mode & bit) === 0) return false
  const parent = dirname(path)
  return parent === path || canPass(parent, who)
}

function ownFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o711 })
  const status = lstatSync(path)
  if (status.isDirectory() && status.uid === process.getuid?.() && (status.mode & 0o022) === 0) return
  throw new PalimpsestError({
    code: 'postgres_place_taken',
    status: 503,
    message: `The folder ${path} is not ours alone: remove it, or set PALIMPSEST_HOME to a folder other users can enter.`,
  })
}
