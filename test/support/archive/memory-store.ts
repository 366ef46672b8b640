import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { equalBytes } from '../../../src/domain/ledger/bytes.ts'
import { PalimpsestError } from '../../../src/errors.ts'
import type { ArchiveStore } from '../../../src/ports/archive-store.ts'

interface Kept {
  bytes: Buffer
  lockedUntil: number | null
}

/** An archive store in memory, with the port's duties, for what is tested above it. */
export function openMemoryStore(): ArchiveStore & { objects: Map<string, Kept> } {
  const objects = new Map<string, Kept>()
  const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
  const failure = (code: string) => new PalimpsestError({ code, status: 409, message: `The store says ${code}.` })
  return {
    objects,
    check: async () => undefined,
    async put(name, file, { lockUntil }) {
      const bytes = await readFile(file.path)
      if (!equalBytes(digest(bytes), file.sha256)) throw failure('archive_file_changed')
      const found = objects.get(name)
      if (found !== undefined && !found.bytes.equals(bytes)) throw failure('archive_conflict')
      if (found !== undefined) return 'exists'
      objects.set(name, { bytes, lockedUntil: lockUntil })
      return 'stored'
    },
    async stat(name) {
      const found = objects.get(name)
      if (found === undefined) return undefined
      const { bytes, lockedUntil } = found
      return {
        bytes: bytes.length,
        sha256: digest(bytes),
        readable: 'now',
        storageClass: 'STANDARD',
        lockedUntil,
        onHold: false,
      }
    },
    async fetch(name, path, sha256) {
      const found = objects.get(name)
      if (found === undefined) throw failure('archive_object_missing')
      if (!equalBytes(digest(found.bytes), sha256)) throw failure('archive_object_changed')
      await writeFile(path, found.bytes, { flag: 'wx' })
    },
    async remove(name) {
      const found = objects.get(name)
      if (found?.lockedUntil) return 'locked'
      return objects.delete(name) ? 'removed' : 'absent'
    },
    hold: async () => undefined,
    async *list(prefix) {
      for (const name of [...objects.keys()].sort()) if (name.startsWith(prefix)) yield name
    },
    applyLifecycle: async () => [],
    compareLifecycle: async () => [],
  }
}
