/** The request headers of the contract, checked. Header names in errors are the contract's. */
import { PalimpsestError } from '../../errors.ts'

export interface RequestHeaders {
  /** `X-Tool-Name`, or `default`. */
  tool: string
  feature: string | null
  /** At most 255 characters of printable text. */
  sessionId: string | null
  /** In lower case; whether it is configured is the router's question. */
  region: string | null
  consentId: string | null
  /** Printable text of at most 255 characters. */
  idempotencyKey: string | null
}

/** What a request without `X-Tool-Name` is recorded under. */
export const defaultTool = 'default'

const namePattern = /^[A-Za-z0-9_.:-]{1,128}$/
const regionPattern = /^[A-Za-z0-9-]{1,32}$/
const printablePattern = /^[\x20-\x7e\u00a0-\u00ff]{1,255}$/

function invalid(header: string, words: string): never {
  throw new PalimpsestError({
    code: 'invalid_header',
    status: 400,
    param: header,
    message: `${header} must be ${words}.`,
  })
}

/**
 * @param get gives a header's value by its lower-case name, undefined or null where it was not sent.
 * @throws PalimpsestError `invalid_header`, 400, with the header's name as `param`.
 */
export function validateHeaders(get: (name: string) => string | null | undefined): RequestHeaders {
  const read = (header: string, pattern: RegExp, words: string): string | null => {
    const value = get(header.toLowerCase()) ?? null
    if (value !== null && !pattern.test(value)) invalid(header, words)
    return value
  }
  const name = '1 to 128 letters, digits and the characters _ . : -'
  const printable = '1 to 255 printable characters'
  return {
    tool: read('X-Tool-Name', namePattern, name) ?? defaultTool,
    feature: read('X-Feature-Name', namePattern, name),
    sessionId: read('X-Session-Id', printablePattern, printable),
    region: read('X-Data-Region', regionPattern, 'a region of the configuration, such as eu')?.toLowerCase() ?? null,
    consentId: read('X-Consent-Id', printablePattern, printable),
    idempotencyKey: read('Idempotency-Key', printablePattern, printable),
  }
}
