import { stat } from 'node:fs/promises'
import type { ArchiveObjects } from '../../../ports/archive-reader.ts'
import { changed, missing } from '../store-errors.ts'
import { sha256Of } from '../write-verified.ts'
import type { FileArchiveStore } from './file-archive-store.ts'

/**
 * Objects where they lie: an archive in files needs no copies. Each is verified against its SHA-256 once by each process, and again
 * where the file is another or was changed since.
 */
export function openOwnObjects(store: FileArchiveStore): ArchiveObjects {
  const verified = new Map<string, string>()
  return {
    async local(name, sha256) {
      const path = await store.pathOf(name)
      if (path === undefined) throw missing()
      const { ino, size, mtimeMs, ctimeMs } = await stat(path)
      const state = `${ino} ${size} ${mtimeMs} ${ctimeMs} ${Buffer.from(sha256).toString('hex')}`
      if (verified.get(path) !== state && !(await sha256Of(path)).equals(sha256)) throw changed()
      verified.set(path, state)
      return path
    },
  }
}
