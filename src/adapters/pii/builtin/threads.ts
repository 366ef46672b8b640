import type { PiiEngine } from '../../../ports/pii-engine.ts'
import { createBuiltinEngine, wantsNames } from './engine.ts'
import { EngineThread, stopped, unitsOf } from './engine-thread.ts'

/** UTF-16 units that are read in this thread where nobody asks for names: to wake another one would cost half as much again. */
const SHORT_UNITS = 2_048

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
 * has the fewest; the calls of a thread take turns, so that a long one does not hold up a short one. What is short and needs no
 * model is read at once.
 *
 * @throws PalimpsestError `name_model_invalid` when a file of the model is missing, damaged or of another version; from
 *   calls `pii_engine_failed`, `pii_engine_stopped`, or the signal's reason
 */
export async function startEngineThreads({ models, threads }: ThreadsOptions): Promise<ThreadedEngine> {
  if (!Number.isInteger(threads) || threads < 1 || threads > 64) throw new RangeError('threads must be 1 to 64')
  const all = Array.from({ length: threads }, () => new EngineThread(models))
  const here = createBuiltinEngine()
  let isClosed = false
  const close = async (): Promise<void> => {
    isClosed = true
    await Promise.all(all.map((thread) => thread.close()))
  }
  try {
    const [version = ''] = await Promise.all(all.map((thread) => thread.start()))
    return {
      version,
      async analyze(texts, options = {}) {
        if (!wantsNames(options.entities) && unitsOf(texts) <= SHORT_UNITS) {
          if (isClosed) throw stopped()
          return here.analyze(texts, options)
        }
        return all.reduce((least, thread) => (thread.load < least.load ? thread : least)).analyze(texts, options)
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
