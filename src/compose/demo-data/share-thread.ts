import { parentPort, workerData } from 'node:worker_threads'
import type { Share } from '../../demo/data/options.ts'
import { writeShare } from '../../demo/data/write-share.ts'
import { openShareStore, type ShareSettings } from './share-store.ts'

// A script of its own: writes one share, and tells how many entries of each kind it has written.
const { settings, share } = workerData as { settings: ShareSettings; share: Share }
const store = await openShareStore(settings)
try {
  await writeShare(store, share, (written) => parentPort?.postMessage(written))
} finally {
  await store.close()
}
