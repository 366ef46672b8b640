import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { access, chmod, link, mkdir, open, readFile, unlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { PalimpsestError } from '../../../errors.ts'
import type { AnchorStore } from '../../../ports/anchor-store.ts'
import { makeFolder, syncFolder } from './durable.ts'

/**
 * Anchors as files below `folder`: for development, because whoever owns the folder can remove them. Each is written under
 * another name, synced and linked into place, so that an existing one is never replaced; its retention stands beside it.
 */
export function openFileAnchorStore(folder: string): AnchorStore {
  return {
    async check() {
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 })
        await access(folder, constants.W_OK)
      } catch (cause) {
        throw new PalimpsestError({
          code: 'anchor_store_unfit',
          status: 503,
          message: 'The folder of the anchors cannot be made or written: correct PALIMPSEST_HOME or its owner.',
          cause,
        })
      }
    },

    async put(name, bytes, retainUntil) {
      const path = pathOf(folder, name)
      await makeFolder(dirname(path))
      const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`
      const file = await open(temporary, 'wx', 0o400)
      try {
        await file.writeFile(bytes)
        await file.sync()
      } finally {
        await file.close()
      }
      try {
        await link(temporary, path)
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause
        // Whoever wrote it may have died before this.
        await syncFolder(dirname(path))
        return 'exists'
      } finally {
        await unlink(temporary)
      }
      await syncFolder(dirname(path))
      await writeRetention(`${path}.retain-until`, retainUntil)
      return 'stored'
    },

    async get(name) {
      try {
        return await readFile(pathOf(folder, name))
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw cause
      }
    },
  }
}

function pathOf(folder: string, name: string): string {
  if (!/^[a-z0-9][a-z0-9./-]*$/.test(name) || name.includes('..')) throw new RangeError('unfit name of an anchor')
  return join(folder, ...name.split('/'))
}

async function writeRetention(path: string, retainUntil: number): Promise<void> {
  await writeFile(path, `${new Date(retainUntil).toISOString()}\n`, { mode: 0o400 })
  await chmod(path, 0o400)
}
