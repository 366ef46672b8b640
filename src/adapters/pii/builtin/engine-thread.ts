import { Worker } from 'node:worker_threads'
import { PalimpsestError } from '../../../errors.ts'
import type { AnalyzeOptions, RecognizerResult } from '../../../ports/pii-engine.ts'
import { readModelFiles } from '../names/model-files.ts'
import type { AnswerMessage, CallMessage } from './messages.ts'

interface Call {
  resolve(results: RecognizerResult[][]): void
  reject(error: unknown): void
}

/** UTF-16 units of a call's texts from which on it waits for others as long: what one of them takes is memory enough. */
const LONG_UNITS = 256 * 1024

/** A thread that has loaded the engine. */
interface Started {
  worker: Worker
  version: string
}

/**
 * One thread with the built-in engine. Its calls take turns in it, long ones one after the other. When it dies its calls
 * fail, and the next call starts it anew. It keeps the process alive only while it has a call.
 */
export class EngineThread {
  readonly #models: string
  readonly #script: URL
  readonly #calls = new Map<number, Call>()
  #started: Promise<Started> | null = null
  #isClosed = false
  #nextId = 1
  /** Ends with the last of the long calls so far. */
  #long: Promise<unknown> = Promise.resolve()

  /** @param models the folder of the name model */
  constructor(models: string, script = new URL('./worker.ts', import.meta.url)) {
    this.#models = models
    this.#script = script
  }

  /** Calls that it works on. */
  get load(): number {
    return this.#calls.size
  }

  /** Starts the thread and gives the engine's version. @throws PalimpsestError `name_model_invalid`, `pii_engine_failed` */
  async start(): Promise<string> {
    return (await this.#start()).version
  }

  /** @throws PalimpsestError `pii_engine_failed`, `pii_engine_stopped`, `name_model_invalid`; the signal's reason */
  async analyze(texts: readonly string[], options: AnalyzeOptions): Promise<RecognizerResult[][]> {
    if (unitsOf(texts) < LONG_UNITS) return this.#ask(texts, options)
    const asked = this.#long.then(() => this.#ask(texts, options))
    this.#long = asked.catch(() => undefined)
    return unlessAborted(asked, options.signal)
  }

  async #ask(texts: readonly string[], { signal, ...options }: AnalyzeOptions): Promise<RecognizerResult[][]> {
    signal?.throwIfAborted()
    if (this.#isClosed) throw stopped()
    const id = this.#nextId
    this.#nextId += 1
    const answer = new Promise<RecognizerResult[][]>((resolve, reject) => this.#calls.set(id, { resolve, reject }))
    // It may be rejected while the thread starts, before anybody waits for it.
    answer.catch(() => undefined)
    const cancel = (): void => {
      this.#calls.get(id)?.reject(signal?.reason)
      this.#say({ kind: 'cancel', id }).catch(() => undefined)
    }
    signal?.addEventListener('abort', cancel, { once: true })
    try {
      await this.#say({ kind: 'analyze', id, texts: [...texts], options })
      return await answer
    } finally {
      signal?.removeEventListener('abort', cancel)
      this.#calls.delete(id)
      if (this.load === 0) this.#started?.then(({ worker }) => worker.unref()).catch(() => undefined)
    }
  }

  /** Ends the thread; calls that wait are rejected. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#failCalls(stopped())
    const started = await this.#started?.catch(() => null)
    await started?.worker.terminate()
  }

  async #say(message: CallMessage): Promise<void> {
    const { worker } = await this.#start()
    if (message.kind === 'analyze') worker.ref()
    worker.postMessage(message)
  }

  #start(): Promise<Started> {
    if (this.#started === null) {
      this.#started = this.#load()
      this.#started.catch(() => {
        this.#started = null
      })
    }
    return this.#started
  }

  async #load(): Promise<Started> {
    const { net, pieces, grams, ...rest } = await readModelFiles(this.#models)
    const worker = new Worker(this.#script, {
      workerData: { net, pieces, grams, ...rest },
      // Given away, not copied: this thread has no use for them.
      transferList: [net.buffer, pieces.values.buffer, grams.values.buffer] as ArrayBuffer[],
      name: 'pii',
    })
    return new Promise((resolve, reject) => {
      worker.on('message', (message: AnswerMessage) => {
        if (message.kind !== 'ready') this.#finish(message)
        else {
          if (this.load === 0) worker.unref()
          resolve({ worker, version: message.version })
        }
      })
      let cause: unknown
      worker.on('error', (error) => {
        cause = error
      })
      worker.on('exit', () => {
        this.#started = null
        const error = this.#isClosed ? stopped() : failed(cause)
        this.#failCalls(error)
        reject(error)
      })
    })
  }

  #finish(message: Exclude<AnswerMessage, { kind: 'ready' }>): void {
    const call = this.#calls.get(message.id)
    if (message.kind === 'done') call?.resolve(message.results)
    else call?.reject(failed(new Error(message.message)))
  }

  #failCalls(error: PalimpsestError): void {
    for (const call of this.#calls.values()) call.reject(error)
  }
}

/** As `work`, but rejects at once with the signal's reason, also where the work has not begun. */
async function unlessAborted<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return work
  const aborted = Promise.withResolvers<never>()
  const abort = (): void => aborted.reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  if (signal.aborted) abort()
  try {
    return await Promise.race([work, aborted.promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

/** UTF-16 units of texts together. */
export const unitsOf = (texts: readonly string[]): number => texts.reduce((sum, text) => sum + text.length, 0)

export function stopped(): PalimpsestError {
  return new PalimpsestError({
    code: 'pii_engine_stopped',
    status: 503,
    message: 'The gateway is stopping: try again.',
  })
}

function failed(cause: unknown): PalimpsestError {
  return new PalimpsestError({
    code: 'pii_engine_failed',
    status: 503,
    message:
      'The engine that looks for personal data could not read the text: try again; if it stays so, look at the gateway’s log.',
    cause,
  })
}
