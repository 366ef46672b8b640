import type { Dispatcher } from 'undici'
import { ModelError } from '../../../ports/model-provider.ts'
import { transportError } from './failures.ts'

/** Bytes waiting for a slow reader before the socket is paused, and bytes dropped after the end mark before it is cut. */
const HIGH_WATER_BYTES = 256 * 1024
const MAX_TRAILING_BYTES = 64 * 1024
const MAX_TRAILING_MS = 1000

/**
 * One HTTP exchange as undici's dispatch handler: cheaper than a response stream, and it knows whether a byte was sent.
 * `headers` resolves with the status; `read` then gives the body chunk by chunk, null at its end. Both reject with a
 * ModelError. The signal, `abandon` and any failure close the connection; `finish` keeps it for the next call.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  status = 0
  responseHeaders: Record<string, string | string[] | undefined> = {}
  #signal: AbortSignal
  #controller: Dispatcher.DispatchController | null = null
  #sent = false
  #queue: Buffer[] = []
  #queuedBytes = 0
  #trailingBytes = 0
  #trailingTimer: NodeJS.Timeout | null = null
  #mode: 'reading' | 'draining' | 'over' = 'reading'
  #ended = false
  #error: ModelError | null = null
  #wake: (() => void) | null = null
  #onAbort = () => this.#fail(new ModelError('aborted', { sent: this.#sent }))

  constructor(signal: AbortSignal) {
    this.#signal = signal
    signal.addEventListener('abort', this.#onAbort, { once: true })
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#mode === 'over') controller.abort(this.#error ?? new ModelError('aborted'))
    else this.#sent = true
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: typeof this.responseHeaders) {
    if (status < 200) return
    this.status = status
    this.responseHeaders = headers
    this.#notify()
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#mode === 'reading') {
      this.#queue.push(chunk)
      this.#queuedBytes += chunk.length
      if (this.#queuedBytes > HIGH_WATER_BYTES) controller.pause()
      this.#notify()
    } else if (this.#mode === 'draining') {
      this.#trailingBytes += chunk.length
      if (this.#trailingBytes > MAX_TRAILING_BYTES) this.#cut()
    }
  }

  onResponseEnd(): void {
    this.#ended = true
    if (this.#mode === 'draining') this.#close()
    else this.#detach()
    this.#notify()
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(transportError(error, { started: this.status !== 0, sent: this.#sent }))
  }

  /** Waits until the status and headers are there. */
  async headers(): Promise<void> {
    while (this.status === 0) {
      if (this.#error !== null) throw this.#error
      await this.#progress()
    }
  }

  /** The next piece of the body, or null at its end. What arrived before a failure is still given. */
  async read(): Promise<Buffer | null> {
    for (;;) {
      if (this.#error?.kind === 'aborted') throw this.#error
      const chunk = this.#queue.shift()
      if (chunk !== undefined) {
        const wasFull = this.#queuedBytes > HIGH_WATER_BYTES
        this.#queuedBytes -= chunk.length
        if (wasFull && this.#queuedBytes <= HIGH_WATER_BYTES && !this.#ended) this.#controller?.resume()
        return chunk
      }
      if (this.#error !== null) throw this.#error
      if (this.#ended) return null
      await this.#progress()
    }
  }

  /** The whole body. More than `maxBytes` is malformed. */
  async readAll(maxBytes: number): Promise<string> {
    const first = await this.read()
    if (first === null) return ''
    const chunks = [first]
    let bytes = first.length
    for (;;) {
      if (bytes > maxBytes) throw new ModelError('malformed', { status: this.status })
      const chunk = await this.read()
      if (chunk === null) break
      chunks.push(chunk)
      bytes += chunk.length
    }
    return chunks.length === 1 ? first.toString('utf8') : Buffer.concat(chunks, bytes).toString('utf8')
  }

  /** The vendor's end mark was read: the rest of the body is dropped and the connection stays open for the next call. */
  finish(): void {
    if (this.#mode !== 'reading') return
    if (this.#ended) {
      this.#close()
      return
    }
    this.#mode = 'draining'
    this.#detach()
    this.#queue = []
    this.#controller?.resume()
    this.#trailingTimer = setTimeout(() => this.#cut(), MAX_TRAILING_MS)
    this.#trailingTimer.unref()
  }

  /** Closes the connection unless the exchange is over or finished. */
  abandon(): void {
    if (this.#mode !== 'reading') return
    if (this.#ended) this.#close()
    else this.#fail(new ModelError('aborted', { sent: this.#sent }))
  }

  #cut(): void {
    this.#close()
    this.#controller?.abort(new ModelError('aborted'))
  }

  #fail(error: ModelError): void {
    if (this.#mode === 'over' || this.#ended) return
    const reading = this.#mode === 'reading'
    if (reading) this.#error ??= error
    this.#close()
    if (this.#controller !== null && !this.#controller.aborted) this.#controller.abort(error)
    this.#notify()
  }

  #close(): void {
    this.#mode = 'over'
    this.#detach()
    if (this.#trailingTimer !== null) clearTimeout(this.#trailingTimer)
  }

  #detach(): void {
    this.#signal.removeEventListener('abort', this.#onAbort)
  }

  #progress(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  #notify(): void {
    const wake = this.#wake
    this.#wake = null
    wake?.()
  }
}
