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
