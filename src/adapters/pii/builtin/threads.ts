import type { PiiEngine } from '../../../ports/pii-engine.ts'
import { EngineThread } from './engine-thread.ts'

export interface ThreadsOptions {
  /** Folder of the name model: manifest.json, names.onnx, its tables and its vocabulary. */
  models: string
  /** Worker threads, one core each; 1 to 64. */
  threads: number
}

/** The built-in engine in threads of its own. */
export interface ThreadedEngine extends PiiEngine {
  /** Ends the threads; calls that wait are rejected. */
  close(): Promise<void>
}

/**
 * Starts the built-in engine off the event loop and waits until each thread has loaded it. A call goes to the thread that
 * has the fewest; the calls of a thread take turns, so that a long one does not hold up a short one.
 *
 * @throws PalimpsestError `name_model_invalid` when a file of the model is missing, damaged or of another version; from
 *   calls `pii_engine_failed`, `pii_engine_stopped`, or the signal's reason
 */
export async function startEngineThreads({ models, threads }: ThreadsOptions): Promise<ThreadedEngine> {
  if (!Number.isInteger(threads) || threads < 1 || threads > 64) throw new RangeError('threads must be 1 to 64')
  const all = Array.from({ length: threads }, () => new EngineThread(models))
  const close = async (): Promise<void> => {
    await Promise.all(all.map((thread) => thread.close()))
  }
  try {
    const [version = ''] = await Promise.all(all.map((thread) => thread.start()))
    return {
      version,
      analyze: (texts, options = {}) =>
        all.reduce((least, thread) => (thread.load < least.load ? thread : least)).analyze(texts, options),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
