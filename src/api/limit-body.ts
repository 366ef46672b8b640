import type { Context, MiddlewareHandler } from 'hono'
import { PalimpsestError } from '../errors.ts'

/** Bytes and milliseconds for which the rest of a refused body is read and dropped. */
const REST_BYTES = 64 * 1024 * 1024
const REST_MS = 10_000

type Reader = ReadableStreamDefaultReader<Uint8Array>

/**
 * Refuses a body of more than `maxBytes` with 413 `request_too_large`: where its length is told nothing of it is kept, where it comes in
 * chunks no more than that.
 */
export function limitBody(maxBytes: number): MiddlewareHandler {
  return async (c, next) => {
    const { body } = c.req.raw
    if (body === null) return next()
    const told = toldLength(c)
    if (told !== null && told <= maxBytes) return next()
    const reader = body.getReader()
    if (told === null) {
      const read = await readAtMost(reader, maxBytes)
      if (read !== null) {
        c.req.raw = new Request(c.req.raw, { body: read })
        return next()
      }
    }
    if (told === null || told <= REST_BYTES) await dropRest(reader)
    throw refuse(c, maxBytes)
  }
}

/** Null: it comes in chunks, whatever length it tells beside. */
function toldLength({ req }: Context): number | null {
  const length = req.header('content-length')
  return length === undefined || req.header('transfer-encoding') !== undefined ? null : Number(length)
}

/** Null: there is more of it. */
async function readAtMost(reader: Reader, maxBytes: number): Promise<Uint8Array<ArrayBuffer> | null> {
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return Buffer.concat(chunks, size)
    size += value.length
    if (size > maxBytes) return null
    chunks.push(value)
  }
}

/** Many clients read no answer before they have sent all they have, and see a broken connection where it is not taken. */
async function dropRest(reader: Reader): Promise<void> {
  const late = setTimeout(() => void reader.cancel().catch(() => undefined), REST_MS)
  try {
    for (let dropped = 0; dropped <= REST_BYTES; ) {
      const { done, value } = await reader.read()
      if (done) return
      dropped += value.length
    }
  } catch {
    // The client went away: there is nobody to tell.
  } finally {
    clearTimeout(late)
  }
}

function refuse(c: Context, maxBytes: number): PalimpsestError {
  // Where the rest of the body is still on its way the connection cannot carry another request.
  c.header('connection', 'close')
  return new PalimpsestError({
    code: 'request_too_large',
    status: 413,
    message: `A request body may have at most ${maxBytes} bytes here: shorten it.`,
  })
}
