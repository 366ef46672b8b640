import { createHash, randomUUID } from 'node:crypto'
import type { Stats } from 'node:fs'
import { link, mkdir, readdir, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { PalimpsestError } from '../../errors.ts'
import type { ArchiveObjects } from '../../ports/archive-reader.ts'
import type { ArchiveStore } from '../../ports/archive-store.ts'
import { sha256Of } from './write-verified.ts'

export interface ObjectCacheOptions {
  store: Pick<ArchiveStore, 'fetch'>
  /** Its own; several processes of one machine may share it. */
  folder: string
  /** Copies above it go, the longest unused first; those in use stay, however many they are. */
  mostBytes: number
  /** Milliseconds since the Unix epoch. */
  now?: () => number
}

/** A copy that was asked for within so long may be read from right now. */
const IN_USE_MS = 15 * 60_000
/** What nobody asked for goes: an archive may have been rewritten since. */
const UNUSED_MS = 24 * 3_600_000

/**
 * Copies of archived objects on this machine, each fetched once and verified against its SHA-256, and again by each process that
 * finds it there. What a copy was last asked for is its time of change.
 */
export class ObjectCache implements ArchiveObjects {
  readonly #options: Required<ObjectCacheOptions>
  readonly #coming = new Map<string, Promise<void>>()
  /** Inodes that this process has verified, by path. */
  readonly #verified = new Map<string, number>()

  constructor(options: ObjectCacheOptions) {
    this.#options = { now: Date.now, ...options }
  }

  async local(name: string, sha256: Uint8Array): Promise<string> {
    const path = join(this.#options.folder, `${nameHash(name)}-${Buffer.from(sha256).toString('hex')}`)
    if (await this.#isGood(path, sha256)) return path
    let coming = this.#coming.get(path)
    if (coming === undefined) {
      coming = this.#bring(name, path, sha256).finally(() => this.#coming.delete(path))
      this.#coming.set(path, coming)
    }
    await coming
    return path
  }

  /** Takes away the copies of an object that was removed. */
  async forget(name: string): Promise<void> {
    for (const file of await this.#files()) if (file.startsWith(`${nameHash(name)}-`)) await this.#drop(file)
  }

  /** Takes away what is too much, what nobody asks for any more and what a process that died had begun. */
  async sweep(): Promise<void> {
    const now = this.#options.now()
    const found: { file: string; bytes: number; usedAt: number }[] = []
    for (const file of await this.#files()) {
      const { size, mtimeMs } = (await stat(join(this.#options.folder, file)).catch(undefinedIfAbsent)) ?? {}
      if (size === undefined || mtimeMs === undefined) continue
      if (mtimeMs < now - UNUSED_MS) await this.#drop(file)
      else found.push({ file, bytes: size, usedAt: mtimeMs })
    }
    let bytes = found.reduce((sum, one) => sum + one.bytes, 0)
    for (const one of found.sort((a, b) => a.usedAt - b.usedAt)) {
      if (bytes <= this.#options.mostBytes || one.usedAt > now - IN_USE_MS) return
      // Somebody may have asked for it since.
      const { mtimeMs = 0 } = (await stat(join(this.#options.folder, one.file)).catch(undefinedIfAbsent)) ?? {}
      if (mtimeMs > now - IN_USE_MS) continue
      await this.#drop(one.file)
      bytes -= one.bytes
    }
  }

  /** Whether a copy is there; it counts as used then. */
  async #isGood(path: string, sha256: Uint8Array): Promise<boolean> {
    const found = await this.#touch(path)
    if (found === undefined) return false
    if (this.#verified.get(path) === found.ino) return true
    if (!(await sha256Of(path)).equals(sha256)) {
      await rm(path, { force: true })
      return false
    }
    this.#verified.set(path, found.ino)
    return true
  }

  async #bring(name: string, path: string, sha256: Uint8Array): Promise<void> {
    const { store, folder } = this.#options
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const fetched = join(folder, `${randomUUID()}.coming`)
    try {
      await store.fetch(name, fetched, sha256).catch(async (error: unknown) => {
        if (!(error instanceof PalimpsestError) || error.code !== 'archive_disk_full') throw error
        await this.#makeRoom()
        await store.fetch(name, fetched, sha256)
      })
      await link(fetched, path).catch((error: NodeJS.ErrnoException) => {
        // Another process was faster.
        if (error.code !== 'EEXIST') throw error
      })
    } finally {
      await rm(fetched, { force: true })
    }
    if (!(await this.#isGood(path, sha256))) throw new Error('a copy of an archived object went while it was made')
    await this.sweep()
  }

  /** All that is not in use. */
  async #makeRoom(): Promise<void> {
    const now = this.#options.now()
    for (const file of await this.#files()) {
      const found = await stat(join(this.#options.folder, file)).catch(undefinedIfAbsent)
      if (found !== undefined && found.mtimeMs < now - IN_USE_MS) await this.#drop(file)
    }
  }

  async #touch(path: string): Promise<Stats | undefined> {
    const seconds = this.#options.now() / 1000
    try {
      await utimes(path, seconds, seconds)
      return await stat(path)
    } catch (error) {
      return undefinedIfAbsent(error)
    }
  }

  async #files(): Promise<string[]> {
    return (await readdir(this.#options.folder).catch(undefinedIfAbsent)) ?? []
  }

  async #drop(file: string): Promise<void> {
    const path = join(this.#options.folder, file)
    this.#verified.delete(path)
    await rm(path, { force: true })
  }
}

/** Names hold tenants: a copy's name does not. */
function nameHash(name: string): string {
  return createHash('sha256').update(name, 'utf8').digest('hex').slice(0, 32)
}

function undefinedIfAbsent(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
}
