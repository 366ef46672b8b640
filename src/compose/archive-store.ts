import { dirname, join } from 'node:path'
import { FileArchiveStore } from '../adapters/archive/files/file-archive-store.ts'
import { openOwnObjects } from '../adapters/archive/files/own-objects.ts'
import { ObjectCache } from '../adapters/archive/object-cache.ts'
import type { S3ArchiveStore } from '../adapters/archive/s3/s3-archive-store.ts'
import type { ArchiveObjects } from '../ports/archive-reader.ts'
import type { ArchiveStore } from '../ports/archive-store.ts'
import type { GatewaySettings } from './settings.ts'

export interface ArchiveStores {
  archiveStore: ArchiveStore
  /** Its objects as files of this machine. */
  archiveObjects: ArchiveObjects
  closeArchive(): void
}

const SWEEP_EVERY_MS = 3_600_000

/** The store that archives are put into, and what reads from it. */
export async function openArchiveStores(
  settings: Pick<GatewaySettings, 'env' | 'cacheFolder' | 'kmsFolder' | 'archiveFolder'>,
): Promise<ArchiveStores> {
  const { env, cacheFolder } = settings
  if (env.s3 === null) {
    const store = new FileArchiveStore(archiveFolderOf(settings))
    return { archiveStore: store, archiveObjects: openOwnObjects(store), closeArchive: () => undefined }
  }
  const { S3ArchiveStore } = await import('../adapters/archive/s3/s3-archive-store.ts')
  const store = new S3ArchiveStore(env.s3)
  const folder = join(cacheFolder, 'archive')
  const cache = new ObjectCache({ store, folder, mostBytes: env.archiveCacheBytes })
  // What is swept later is no reason to stop.
  const sweep = setInterval(() => void cache.sweep().catch(() => undefined), SWEEP_EVERY_MS).unref()
  return {
    archiveStore: withoutCopies(store, cache),
    archiveObjects: cache,
    closeArchive() {
      clearInterval(sweep)
      store.close()
    },
  }
}

/** Where files stand that would be objects in a bucket. */
export function archiveFolderOf(settings: Pick<GatewaySettings, 'kmsFolder' | 'archiveFolder'>): string {
  return settings.archiveFolder ?? join(dirname(settings.kmsFolder), 'archive')
}

/** What is removed from the store goes from this machine, too. */
function withoutCopies(store: S3ArchiveStore, cache: ObjectCache): ArchiveStore {
  return {
    check: () => store.check(),
    put: (name, file, options) => store.put(name, file, options),
    stat: (name) => store.stat(name),
    fetch: (name, path, sha256) => store.fetch(name, path, sha256),
    async remove(name) {
      const outcome = await store.remove(name)
      if (outcome !== 'locked') await cache.forget(name)
      return outcome
    },
    hold: (name, on) => store.hold(name, on),
    list: (prefix) => store.list(prefix),
    applyLifecycle: (rules) => store.applyLifecycle(rules),
    compareLifecycle: (rules) => store.compareLifecycle(rules),
  }
}
