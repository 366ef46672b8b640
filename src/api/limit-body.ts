import type { Context, MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { PalimpsestError } from '../errors.ts'

/** Bytes and milliseconds for which the rest of a refused body is read and dropped. */
const REST_BYTES = 64 * 1024 * 1024
const REST_MS = 10_000

/** Refuses a body of more than `maxBytes` with 413 `request_too_large`; where its length is told nothing of it is kept. */
export function limitBody(maxBytes: number): MiddlewareHandler {
  return bodyLimit({
    maxSize: maxBytes,
    onError: async (c) => {
      await dropRest(c)
      // Where the rest of the body is still on its way the connection cannot carry another request.
      c.header('connection', 'close')
      throw new PalimpsestError({
        code: 'request_too_large',
        status: 413,
        message: `A request body may have at most ${maxBytes} bytes here: shorten it.`,
      })
    },
  })
}

/** Many clients read no answer before they have sent all they have, and see a broken connection where it is not taken. */
async function dropRest({ req }: Context): Promise<void> {
  const { body } = req.raw
  if (body === null || body.locked || Number(req.header('content-length')) > REST_BYTES) return
  const reader = body.getReader()
  const late = setTimeout(() => void reader.cancel().catch(() => undefined), REST_MS)
  try {
    while (!(await reader.read()).done);
  } catch {
    // The client went away: there is nobody to tell.
  } finally {
    clearTimeout(late)
  }
}
