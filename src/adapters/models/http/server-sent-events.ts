import { StringDecoder } from 'node:string_decoder'
import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { ModelError } from '../../../ports/model-provider.ts'
import type { Exchange } from './exchange.ts'

/** Longest line of an event stream, in UTF-16 units. */
const MAX_LINE = 8 * 1024 * 1024

/**
 * Reads an exchange's body as server-sent events (WHATWG HTML, section 9.2), in the batches they arrive in.
 * A body of another content type is malformed. One without any event is malformed, unless it was empty.
 */
export class EventReader {
  #exchange: Exchange
  #batch: EventSourceMessage[] = []
  #decoder = new StringDecoder('utf8')
  #events = 0
  #bytes = 0
  #parser = createParser({
    onEvent: (event) => {
      this.#batch.push(event)
    },
    onError: (error) => {
      if (error.type === 'max-buffer-size-exceeded') throw new ModelError('malformed')
    },
    maxBufferSize: MAX_LINE,
  })

  constructor(exchange: Exchange) {
    this.#exchange = exchange
    const type = exchange.responseHeaders['content-type']
    if (type === undefined || /^text\/event-stream\b/i.test(String(type))) return
    exchange.abandon()
    throw new ModelError('malformed', { status: exchange.status })
  }

  /** The next events, at least one; null at the end of the body. */
  async read(): Promise<EventSourceMessage[] | null> {
    for (;;) {
      const chunk = await this.#exchange.read()
      if (chunk === null) {
        if (this.#events === 0 && this.#bytes > 0) throw new ModelError('malformed', { status: this.#exchange.status })
        return null
      }
      this.#bytes += chunk.length
      this.#parser.feed(this.#decoder.write(chunk))
      if (this.#batch.length === 0) continue
      const batch = this.#batch
      this.#batch = []
      this.#events += batch.length
      return batch
    }
  }
}
