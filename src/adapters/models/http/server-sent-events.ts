import { StringDecoder } from 'node:string_decoder'
import { createParser } from 'eventsource-parser'
import { ModelError } from '../../../ports/model-provider.ts'
import type { Exchange } from './exchange.ts'

/** The data parts of a streamed body, in the batches they arrive in. */
export interface FrameReader {
  /** The next frames, at least one; null at the end of the body. */
  read(): Promise<string[] | null>
}

/** Longest line of a stream, in UTF-16 units. */
export const MAX_LINE = 8 * 1024 * 1024

/**
 * Reads server-sent events (WHATWG HTML, section 9.2) and gives their data. Names and ids of events are not needed: the
 * vendors repeat them in the data. A body of another content type is malformed, and so is one that holds no event.
 */
export function readEvents(exchange: Exchange): FrameReader {
  requireContentType(exchange, /^text\/event-stream\b/i)
  let batch: string[] = []
  const parser = createParser({
    onEvent: (event) => {
      batch.push(event.data)
    },
    onError: (error) => {
      if (error.type === 'max-buffer-size-exceeded') throw new ModelError('malformed', { status: exchange.status })
    },
    maxBufferSize: MAX_LINE,
  })
  return frameReader(exchange, (text) => {
    parser.feed(text)
    const frames = batch
    batch = []
    return frames
  })
}

/** A reader over the frames that `split` finds in each piece of text it is given. */
export function frameReader(exchange: Exchange, split: (text: string) => string[]): FrameReader {
  const decoder = new StringDecoder('utf8')
  let frames = 0
  let bytes = 0
  return {
    async read() {
      for (;;) {
        const chunk = await exchange.read()
        if (chunk === null) {
          if (frames === 0 && bytes > 0) throw new ModelError('malformed', { status: exchange.status })
          return null
        }
        bytes += chunk.length
        const found = split(decoder.write(chunk))
        if (found.length === 0) continue
        frames += found.length
        return found
      }
    },
  }
}

/** Another content type than the vendor's is malformed; a missing one is let pass. */
export function requireContentType(exchange: Exchange, wanted: RegExp): void {
  const type = exchange.responseHeaders['content-type']
  if (type !== undefined && !wanted.test(String(type))) throw new ModelError('malformed', { status: exchange.status })
}
