import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { YearStore } from '../../demo/data/write-year.ts'
import type { ShareSettings } from './share-store.ts'

const SCRIPT = new URL('./share-thread.ts', import.meta.url)
const MOST_THREADS = 4
/** Entries for which another thread is worth its start. */
const ENTRIES_A_THREAD = 25_000

export function threadsFor(entries: number): number {
  return Math.min(MOST_THREADS, availableParallelism(), Math.ceil(entries / ENTRIES_A_THREAD))
}

/** Threads that write shares, each over connections of its own. */
export class ShareThreads implements Pick<YearStore, 'writeShare'> {
  readonly #settings: ShareSettings
  readonly #workers = new Set<Worker>()

  constructor({ env, databaseUrl, keystoreUrl, kmsFolder, version }: ShareSettings) {
    this.#settings = { env, databaseUrl, keystoreUrl, kmsFolder, version }
  }

  /** @throws what the thread ends with */
  writeShare: YearStore['writeShare'] = async (share, told) => {
    const worker = new Worker(SCRIPT, { workerData: { settings: this.#settings, share }, name: 'demo-data' })
    this.#workers.add(worker)
    worker.on('message', told)
    try {
      await new Promise<void>((resolve, reject) => {
        worker.once('error', reject)
        worker.once('exit', (code) =>
          code === 0 ? resolve() : reject(new Error('a thread ended before its share was written')),
        )
      })
    } finally {
      this.#workers.delete(worker)
    }
  }

  /** Ends those that are at work: where one failed, the others' shares are worth nothing. */
  async stop(): Promise<void> {
    await Promise.all([...this.#workers].map((worker) => worker.terminate()))
  }
}
