import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { access, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import type { LifecycleRule } from '../../../domain/retention/lifecycle.ts'
import type { ArchivedObject, ArchiveFile, ArchiveStore, PutOptions } from '../../../ports/archive-store.ts'
import { checkName } from '../object-names.ts'
import { changed, conflict, fileChanged, isFull, missing, storeAway, storeFull, storeUnfit } from '../store-errors.ts'
import { bytesOf, copy, writeVerified } from '../write-verified.ts'
import { makeFolder, syncFolder } from './durable.ts'
import { lifecycleDifferences } from './lifecycle-differences.ts'

/** What stands beside an object. */
interface Meta {
  bytes: number
  /** Hex. */
  sha256: string
  /** ISO 8601, UTC. */
  storedAt: string
  lockedUntil: string | null
}

const STAGING = '@staging'
const RULES = '@lifecycle.json'
/** What is written belongs to nobody after so long, what is being removed after so long. */
const STALE_MS = { put: 86_400_000, gone: 60_000 }

/**
 * An archive in files below `folder`: for development and small deployments, because whoever owns the folder can change it. An
 * object is a folder `<name>@` with `object`, `meta.json` and, while it is on hold, `hold`. It is made under another name,
 * synced and renamed into place as a whole, so that it is never there without its hash and lock and never replaced: a folder
 * that is not empty cannot be renamed over. `@` is in no name, so an object and a folder of objects never meet.
 */
export class FileArchiveStore implements ArchiveStore {
  readonly #folder: string
  readonly #staging: string
  readonly #now: () => number

  /** @param now milliseconds since the Unix epoch. */
  constructor(folder: string, now: () => number = Date.now) {
    this.#now = now
    this.#folder = folder
    this.#staging = join(folder, STAGING)
  }

  async check(): Promise<void> {
    try {
      await mkdir(this.#staging, { recursive: true, mode: 0o700 })
      await access(this.#folder, constants.W_OK)
      await access(this.#staging, constants.W_OK)
    } catch (cause) {
      throw storeUnfit(
        'The folder of the archive cannot be made or written: correct PALIMPSEST_HOME or its owner.',
        cause,
      )
    }
    // What a process that died had begun.
    for (const name of await readdir(this.#staging)) {
      const path = join(this.#staging, name)
      const found = await stat(path).catch(undefinedIfAbsent)
      const age = this.#now() - (found?.ctimeMs ?? Number.POSITIVE_INFINITY)
      if (age > (name.startsWith('gone-') ? STALE_MS.gone : STALE_MS.put))
        await rm(path, { recursive: true, force: true })
    }
  }

  async put(name: string, file: ArchiveFile, { lockUntil }: PutOptions): Promise<'stored' | 'exists'> {
    const place = this.#place(name)
    const standing = await readMeta(place)
    if (standing !== undefined) return this.#exists(place, standing, file, lockUntil)
    const staged = join(this.#staging, randomBytes(12).toString('hex'))
    try {
      await makeFolder(staged)
      await stage(staged, file, lockUntil)
      await makeFolder(dirname(place))
      await rename(staged, place)
    } catch (error) {
      if (isFull(error)) throw storeFull(error)
      if (!['ENOTEMPTY', 'EEXIST'].includes(String((error as NodeJS.ErrnoException).code))) throw error
      const first = await readMeta(place)
      // It was there a moment ago, and whoever tries again stores it.
      if (first === undefined) throw storeAway(error)
      return await this.#exists(place, first, file, lockUntil)
    } finally {
      await rm(staged, { recursive: true, force: true })
    }
    await syncFolder(dirname(place))
    return 'stored'
  }

  /** Where an object's bytes are. Undefined: there is none. They must not be written to. */
  async pathOf(name: string): Promise<string | undefined> {
    const place = this.#place(name)
    return (await readMeta(place)) === undefined ? undefined : join(place, 'object')
  }

  async stat(name: string): Promise<ArchivedObject | undefined> {
    const place = this.#place(name)
    const meta = await readMeta(place)
    const found = meta && (await stat(join(place, 'object')).catch(undefinedIfAbsent))
    if (meta === undefined || found === undefined) return undefined
    return {
      bytes: found.size,
      sha256: Buffer.from(meta.sha256, 'hex'),
      readable: 'now',
      storageClass: 'FILES',
      lockedUntil: meta.lockedUntil === null ? null : Date.parse(meta.lockedUntil),
      onHold: await isOnHold(place),
    }
  }

  async fetch(name: string, path: string, sha256: Uint8Array): Promise<void> {
    const from = await this.pathOf(name)
    if (from === undefined) throw missing()
    try {
      await writeVerified(bytesOf(from), path, sha256)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT' && (await this.pathOf(name)) === undefined) throw missing()
      throw error
    }
  }

  async remove(name: string): Promise<'removed' | 'absent' | 'locked'> {
    const place = this.#place(name)
    const meta = await readMeta(place)
    if (meta === undefined) return 'absent'
    if (isLocked(meta, this.#now()) || (await isOnHold(place))) return 'locked'
    const gone = join(this.#staging, `gone-${randomBytes(12).toString('hex')}`)
    try {
      await makeFolder(this.#staging)
      await rename(place, gone)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'absent'
      throw error
    }
    // A hold may have come between the look and the renaming.
    if (await isOnHold(gone)) {
      await rename(gone, place)
      return 'locked'
    }
    await syncFolder(dirname(place))
    await rm(gone, { recursive: true, force: true })
    await syncFolder(this.#staging)
    return 'removed'
  }

  async hold(name: string, on: boolean): Promise<void> {
    const place = this.#place(name)
    if ((await readMeta(place)) === undefined) throw missing()
    try {
      if (on) await writeFile(join(place, 'hold'), '', { mode: 0o400, flush: true, flag: 'w' })
      else await rm(join(place, 'hold'), { force: true })
      await syncFolder(place)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw missing()
      // Root apart, nobody writes over a file of mode 0400: it is on hold already.
      if ((error as NodeJS.ErrnoException).code === 'EACCES' && on && (await isOnHold(place))) return
      throw isFull(error) ? storeFull(error) : error
    }
  }

  async *list(prefix: string): AsyncIterable<string> {
    if (prefix !== '' && !/^[A-Za-z0-9][A-Za-z0-9./_-]*$/.test(prefix)) throw new RangeError('unfit prefix of names')
    const below = join(this.#folder, ...prefix.split('/').slice(0, -1))
    const names: string[] = []
    for await (const path of objectsBelow(below)) {
      const name = relative(this.#folder, path).split(sep).join('/').slice(0, -1)
      if (name.startsWith(prefix)) names.push(name)
    }
    yield* names.sort()
  }

  /** Files do nothing by themselves: the rules are kept, and the gateway removes what is due. */
  async applyLifecycle(rules: readonly LifecycleRule[]): Promise<readonly string[]> {
    const staged = join(this.#staging, randomBytes(12).toString('hex'))
    await makeFolder(this.#staging)
    await writeFile(staged, `${JSON.stringify(rules, null, 2)}\n`, { mode: 0o600, flush: true, flag: 'wx' })
    await rename(staged, join(this.#folder, RULES))
    await syncFolder(this.#folder)
    return this.compareLifecycle(rules)
  }

  async compareLifecycle(rules: readonly LifecycleRule[]): Promise<readonly string[]> {
    const text = await readFile(join(this.#folder, RULES), 'utf8').catch(undefinedIfAbsent)
    return lifecycleDifferences(rules, text === undefined ? [] : (JSON.parse(text) as LifecycleRule[]))
  }

  #place(name: string): string {
    checkName(name)
    return `${join(this.#folder, ...name.split('/'))}@`
  }

  async #exists(place: string, standing: Meta, file: ArchiveFile, lockUntil: number | null): Promise<'exists'> {
    if (standing.sha256 !== Buffer.from(file.sha256).toString('hex') || standing.bytes !== file.bytes) throw conflict()
    const until = standing.lockedUntil === null ? 0 : Date.parse(standing.lockedUntil)
    if (lockUntil !== null && until < lockUntil) {
      const longer = join(place, `meta.${randomBytes(6).toString('hex')}`)
      await writeMeta(longer, { ...standing, lockedUntil: new Date(lockUntil).toISOString() })
      await rename(longer, join(place, 'meta.json'))
    }
    // Whoever wrote it may have died before this.
    await syncFolder(place)
    await syncFolder(dirname(place))
    return 'exists'
  }
}

async function stage(staged: string, file: ArchiveFile, lockUntil: number | null): Promise<void> {
  const sha256 = await copy(bytesOf(file.path), join(staged, 'object'), { synced: true, mode: 0o400 }).catch(
    (error: unknown) => {
      throw (error as NodeJS.ErrnoException).path === file.path ? fileChanged(error) : error
    },
  )
  const { size } = await stat(join(staged, 'object'))
  if (!sha256.equals(file.sha256) || size !== file.bytes) throw fileChanged()
  await writeMeta(join(staged, 'meta.json'), {
    bytes: size,
    sha256: sha256.toString('hex'),
    storedAt: new Date().toISOString(),
    lockedUntil: lockUntil === null ? null : new Date(lockUntil).toISOString(),
  })
  await syncFolder(staged)
}

async function writeMeta(path: string, meta: Meta): Promise<void> {
  await writeFile(path, `${JSON.stringify(meta)}\n`, { mode: 0o400, flush: true, flag: 'wx' })
}

async function readMeta(place: string): Promise<Meta | undefined> {
  const text = await readFile(join(place, 'meta.json'), 'utf8').catch(undefinedIfAbsent)
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as Meta
  } catch {
    throw changed()
  }
}

function isLocked({ lockedUntil }: Meta, now: number): boolean {
  return lockedUntil !== null && Date.parse(lockedUntil) > now
}

async function isOnHold(place: string): Promise<boolean> {
  return (await stat(join(place, 'hold')).catch(undefinedIfAbsent)) !== undefined
}

async function* objectsBelow(folder: string): AsyncIterable<string> {
  const entries = (await readdir(folder, { withFileTypes: true }).catch(undefinedIfAbsent)) ?? []
  for (const entry of entries) {
    if (!entry.isDirectory() || entry.name.startsWith('@')) continue
    const path = join(folder, entry.name)
    if (entry.name.endsWith('@')) yield path
    else yield* objectsBelow(path)
  }
}

function undefinedIfAbsent(error: unknown): undefined {
  if (!['ENOENT', 'ENOTDIR'].includes(String((error as NodeJS.ErrnoException).code))) throw error
}
