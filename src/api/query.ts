import type { Context } from 'hono'
import { parsePeriodEnd } from '../domain/erasure/hold.ts'
import { isUuid } from '../domain/ids/uuidv7.ts'
import { PalimpsestError } from '../errors.ts'

/** A query parameter that is `true` or `false`; absent: false. */
export function flagParameter(c: Context, name: string): boolean {
  const value = c.req.query(name) ?? 'false'
  if (value !== 'true' && value !== 'false') throw invalidParameter(name, 'true or false')
  return value === 'true'
}

/** A query parameter that is an id; absent: null. */
export function idParameter(c: Context, name: string): string | null {
  const value = c.req.query(name)
  if (value === undefined || isUuid(value)) return value ?? null
  throw invalidParameter(name, 'an id as this gateway gives them')
}

/** One end of a period, in milliseconds since the Unix epoch; absent: null. */
export function periodParameter(c: Context, name: 'from' | 'to'): number | null {
  const value = c.req.query(name)
  const at = value === undefined ? null : parsePeriodEnd(value, name)
  if (at === undefined) throw invalidParameter(name, 'a date, or a date and time with its offset (RFC 3339)')
  return at
}

/** What to send in its place stands in the answer. */
export function invalidParameter(param: string, what: string): PalimpsestError {
  return new PalimpsestError({
    code: 'invalid_parameter',
    status: 400,
    message: `The query parameter ${param} must be ${what}.`,
    param,
  })
}
