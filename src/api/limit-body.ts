import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { PalimpsestError } from '../errors.ts'

/** Refuses a body of more than `maxBytes` with 413 `request_too_large`, before it is read where its length is told. */
export function limitBody(maxBytes: number): MiddlewareHandler {
  return bodyLimit({
    maxSize: maxBytes,
    onError: (c) => {
      // The rest of the body is still on its way: the connection cannot carry another request.
      c.header('connection', 'close')
      throw new PalimpsestError({
        code: 'request_too_large',
        status: 413,
        message: `A request body may have at most ${maxBytes} bytes here: shorten it.`,
      })
    },
  })
}
