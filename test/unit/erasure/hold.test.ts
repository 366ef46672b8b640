import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { holdDetail, parsePeriodEnd } from '../../../src/domain/erasure/hold.ts'
import { jcs } from '../../../src/domain/ledger/json.ts'

describe('the period of a hold', () => {
  it.each([
    ['2026-01-31', 'from', '2026-01-31T00:00:00.000Z'],
    ['2026-01-31', 'to', '2026-02-01T00:00:00.000Z'],
    ['2024-02-29', 'to', '2024-03-01T00:00:00.000Z'],
    ['2026-12-31', 'to', '2027-01-01T00:00:00.000Z'],
    ['2026-01-31T12:00Z', 'to', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T23:30:00-02:00', 'from', '2026-02-01T01:30:00.000Z'],
    ['2026-01-31T12:00:00.5+05:30', 'from', '2026-01-31T06:30:00.500Z'],
  ] as const)('reads %s as its %s as %s', (text, end, instant) => {
    expect(new Date(parsePeriodEnd(text, end) ?? Number.NaN).toISOString()).toBe(instant)
  })

  it.each([
    '',
    '2026',
    '2026-01',
    '2026-1-1',
    '2026-02-30',
    '2025-02-29',
    '2026-13-01',
    '2026-01-31T12:00',
    '2026-01-31 12:00Z',
  ])('does not guess %j', (text) => expect(parsePeriodEnd(text, 'from')).toBeUndefined())

  it.each(['2026-02-30T00:00Z', '2026-01-31T24:01Z', '1999-12-30', '+012026-01-01', '10000-01-01', 'tomorrow', '0'])(
    'does not guess %j',
    (text) => expect(parsePeriodEnd(text, 'to')).toBeUndefined(),
  )

  it('is what the entry says, to the millisecond', () => {
    const instant = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2100, 0, 1) })
    fc.assert(
      fc.property(instant, instant, (from, to) => {
        const detail = JSON.parse(jcs(holdDetail({ kind: 'period', from, to }))) as { from: string; to: string }
        expect(parsePeriodEnd(detail.from, 'from')).toBe(from)
        expect(parsePeriodEnd(detail.to, 'to')).toBe(to)
      }),
    )
  })

  it('is in no hold on a person or a tenant', () => {
    expect(holdDetail({ kind: 'subject', pseudonym: 'sub_x' })).toEqual({ scope: 'subject' })
    expect(holdDetail({ kind: 'tenant' })).toEqual({ scope: 'tenant' })
  })
})
