import { createHash } from 'node:crypto'
import { lstatSync, mkdirSync, realpathSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Home } from '../../config/home.ts'
import { PalimpsestError } from '../../errors.ts'
import type { Log } from '../process/log-file.ts'

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

/**
 * Decides it. An ordinary user keeps everything in the home. Root hands PostgreSQL to `nobody`, who cannot pass
 * through a closed folder such as /root: then the data live in /var/tmp, under a name made from the home's path.
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
  const base = join('/var/tmp', `palimpsest-${hashOf(root)}`)
  ownFolder(base)
  log(`PostgreSQL: it cannot run as root, and its user cannot enter ${home.root}: its data are kept in ${base}`)
  return { base, dataDirectory: join(base, 'postgres'), identity: NOBODY, mustReach }
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

function hashOf(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 16)
}
