import { Worker } from 'node:worker_threads'
import type { NameSpan } from '../../../domain/redaction/names/decode-spans.ts'
import { PalimpsestError } from '../../../errors.ts'
import type { JobMessage, WorkerMessage } from './messages.ts'
import type { ModelFiles } from './model-files.ts'

/** A piece of a call that a worker does at a stretch. */
interface Job {
  texts: string[]
  resolve(spans: NameSpan[][]): void
  reject(error: unknown): void
}

/** The jobs of one call that wait. Calls take turns, so that a long one does not hold up a short one. */
interface Queue {
  jobs: Job[]
}

/** A thread keeps the process alive only while it has a job. */
interface Slot {
  worker: Worker | null
  job: Job | null
}

/** A bounded pool of worker threads, each with the net loaded. */
export interface WorkerPool {
  /** One list of spans per text of each job, in the order of `jobs`. */
  run(jobs: readonly string[][], signal?: AbortSignal): Promise<NameSpan[][][]>
  /** Ends the threads; calls that wait are rejected. */
  close(): Promise<void>
}

/** Starts the threads and waits until each has loaded the net. Rejects when one cannot. */
export async function startWorkerPool(setup: ModelFiles, threads: number): Promise<WorkerPool> {
  const pool = new Pool(setup, threads)
  await pool.start()
  return pool
}

class Pool implements WorkerPool {
  readonly #setup: ModelFiles
  readonly #slots: Slot[]
  readonly #queues: Queue[] = []
  #closed = false
  #nextId = 1

  constructor(setup: ModelFiles, threads: number) {
    this.#setup = setup
    this.#slots = Array.from({ length: threads }, () => ({ worker: null, job: null }))
  }

  async start(): Promise<void> {
    try {
      await Promise.all(this.#slots.map((slot) => this.#startWorker(slot)))
    } catch (error) {
      await this.close()
      throw error
    }
  }

  async run(jobs: readonly string[][], signal?: AbortSignal): Promise<NameSpan[][][]> {
    signal?.throwIfAborted()
    if (this.#closed) throw stopped()
    const queue: Queue = { jobs: [] }
    const promises = jobs.map(
      (texts) => new Promise<NameSpan[][]>((resolve, reject) => queue.jobs.push({ texts, resolve, reject })),
    )
    const abort = (): void => {
      for (const job of queue.jobs.splice(0)) job.reject(signal?.reason)
    }
    signal?.addEventListener('abort', abort, { once: true })
    this.#queues.push(queue)
    this.#dispatch()
    try {
      return await Promise.all(promises)
    } catch (error) {
      for (const job of queue.jobs.splice(0)) job.reject(error)
      throw error
    } finally {
      signal?.removeEventListener('abort', abort)
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const queue of this.#queues.splice(0)) for (const job of queue.jobs.splice(0)) job.reject(stopped())
    const workers = this.#slots.map((slot) => slot.worker)
    await Promise.all(workers.map((worker) => worker?.terminate()))
  }

  #startWorker(slot: Slot): Promise<void> {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: this.#setup,
      name: 'names',
    })
    slot.worker = worker
    return new Promise((resolve, reject) => {
      worker.on('message', (message: WorkerMessage) => {
        if (message.kind === 'ready') {
          if (slot.job === null) worker.unref()
          resolve()
        } else {
          this.#finish(slot, message)
        }
      })
      let cause: unknown
      worker.on('error', (error) => {
        cause = error
      })
      worker.on('exit', () => {
        slot.worker = null
        const error = this.#closed ? stopped() : failed(cause)
        slot.job?.reject(error)
        slot.job = null
        reject(error)
        this.#dispatch()
      })
    })
  }

  #finish(slot: Slot, message: Exclude<WorkerMessage, { kind: 'ready' }>): void {
    const job = slot.job
    slot.job = null
    slot.worker?.unref()
    if (message.kind === 'done') job?.resolve(message.spans)
    else job?.reject(failed(new Error(message.message)))
    this.#dispatch()
  }

  /** Gives each idle thread the next job; a thread that died is started anew with the next job that comes. */
  #dispatch(): void {
    for (const slot of this.#slots) {
      if (this.#closed || slot.job !== null) continue
      const job = this.#nextJob()
      if (job === undefined) return
      slot.job = job
      if (slot.worker === null) this.#startWorker(slot).catch((error: unknown) => job.reject(error))
      const message: JobMessage = { id: this.#nextId, texts: job.texts }
      this.#nextId += 1
      slot.worker?.ref()
      slot.worker?.postMessage(message)
    }
  }

  #nextJob(): Job | undefined {
    for (;;) {
      const queue = this.#queues.shift()
      if (queue === undefined) return undefined
      const job = queue.jobs.shift()
      if (queue.jobs.length > 0) this.#queues.push(queue)
      if (job !== undefined) return job
    }
  }
}

function stopped(): PalimpsestError {
  return new PalimpsestError({
    code: 'name_model_stopped',
    status: 503,
    message: 'The gateway is stopping: try again.',
  })
}

function failed(cause: unknown): PalimpsestError {
  return new PalimpsestError({
    code: 'name_model_failed',
    status: 503,
    message: 'The name model could not read the text: try again; if it stays so, look at the gateway’s log.',
    cause,
  })
}
