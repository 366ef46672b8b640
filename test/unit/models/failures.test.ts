import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { kindOfStatus, retryAfterMs, transportError } from '../../../src/adapters/models/http/failures.ts'
import { ModelError } from '../../../src/ports/model-provider.ts'

const NOW = Date.UTC(2026, 0, 1)

describe('how long a vendor asks to wait', () => {
  it.each<[string, Record<string, string>, number | null]>([
    ['seconds', { 'retry-after': '7' }, 7000],
    ['fractions of a second, rounded up', { 'retry-after': '0.0001' }, 1],
    ['milliseconds before seconds', { 'retry-after': '7', 'retry-after-ms': '250.5' }, 251],
    ['a date', { 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT' }, 30_000],
    ['a date in the past as no wait', { 'retry-after': 'Wed, 31 Dec 2025 00:00:30 GMT' }, 0],
    ['a day at most', { 'retry-after': '999999999' }, 86_400_000],
    ['nothing where nothing is said', {}, null],
    ['nothing for a word', { 'retry-after': 'soon' }, null],
    ['nothing for a negative number', { 'retry-after': '-1' }, null],
    ['nothing for a local date', { 'retry-after': '2026-01-01' }, null],
  ])('reads %s', (_name, headers, expected) => {
    expect(retryAfterMs(headers, NOW)).toBe(expected)
  })

  it('is a whole number from 0 to a day, or null, for any header', () => {
    const header = fc.oneof(fc.string(), fc.nat().map(String), fc.float().map(String), fc.date().map(String))
    fc.assert(
      fc.property(header, header, (seconds, ms) => {
        const wait = retryAfterMs({ 'retry-after': seconds, 'retry-after-ms': ms }, NOW)
        if (wait === null) return
        expect(Number.isInteger(wait)).toBe(true)
        expect(wait).toBeGreaterThanOrEqual(0)
        expect(wait).toBeLessThanOrEqual(86_400_000)
      }),
    )
  })
})

describe('the kind of a failure', () => {
  it.each([
    [302, 'malformed'],
    [400, 'rejected'],
    [401, 'unauthorized'],
    [403, 'unauthorized'],
    [404, 'rejected'],
    [408, 'unavailable'],
    [409, 'unavailable'],
    [413, 'rejected'],
    [429, 'rate_limited'],
    [500, 'unavailable'],
    [529, 'unavailable'],
  ])('of status %i is %s', (status, kind) => {
    expect(kindOfStatus(status)).toBe(kind)
  })

  it.each([
    ['UND_ERR_HEADERS_TIMEOUT', false, 'timeout'],
    ['UND_ERR_BODY_TIMEOUT', true, 'timeout'],
    ['UND_ERR_CONNECT_TIMEOUT', false, 'unreachable'],
    ['ECONNREFUSED', false, 'unreachable'],
    ['ECONNRESET', false, 'unreachable'],
    ['ECONNRESET', true, 'interrupted'],
    ['UND_ERR_SOCKET', true, 'interrupted'],
    ['HPE_INVALID_CONSTANT', false, 'malformed'],
    ['HPE_INVALID_EOF_STATE', true, 'interrupted'],
    ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', true, 'malformed'],
  ])('of %s (answer begun: %s) is %s', (code, started, kind) => {
    const error = transportError(Object.assign(new Error('bytes of the answer'), { code }), { started, sent: true })
    expect(error.kind).toBe(kind)
    expect(`${error.stack}${String(error.cause)}`).not.toContain('bytes of the answer')
  })

  it('stays what it was where it is known already', () => {
    const error = new ModelError('aborted')
    expect(transportError(error, { started: true, sent: true })).toBe(error)
  })
})
