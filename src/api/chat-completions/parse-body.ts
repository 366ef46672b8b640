import type { Context } from 'hono'
import { PalimpsestError } from '../../errors.ts'

const decoder = new TextDecoder('utf-8', { fatal: true })

/** The JSON of a body. @throws PalimpsestError `invalid_json`, 400, also where it is not UTF-8. */
export function parseBody(bytes: ArrayBuffer): unknown {
  try {
    return JSON.parse(decoder.decode(bytes))
  } catch (cause) {
    throw new PalimpsestError({
      code: 'invalid_json',
      status: 400,
      message: 'The request body must be one JSON object in UTF-8.',
      cause,
    })
  }
}

/** The JSON body of a request. @throws PalimpsestError `unsupported_content_type`, 415, or `invalid_json`, 400. */
export async function readJson(c: Context): Promise<unknown> {
  return parseBody(await readJsonBytes(c))
}

/** The bytes of a JSON body. @throws PalimpsestError `unsupported_content_type`, 415. */
export async function readJsonBytes(c: Context): Promise<ArrayBuffer> {
  if (!/^application\/json\s*(;|$)/i.test(c.req.header('content-type') ?? '')) {
    throw new PalimpsestError({
      code: 'unsupported_content_type',
      status: 415,
      message: 'Send the body as JSON, with the header "Content-Type: application/json".',
      param: 'Content-Type',
    })
  }
  return c.req.arrayBuffer()
}
