import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { legalDeadline } from '../../../src/domain/erasure/deadline.ts'

const due = (asked: string) => new Date(legalDeadline(Date.parse(asked))).toISOString()

describe('the legal deadline of an erasure', () => {
  it.each([
    ['2026-01-15T10:00:00.000Z', '2026-02-15T10:00:00.000Z'],
    ['2026-12-31T23:59:59.999Z', '2027-01-31T23:59:59.999Z'],
    ['2026-01-31T00:00:00.000Z', '2026-02-28T00:00:00.000Z'],
    ['2028-01-30T12:00:00.000Z', '2028-02-29T12:00:00.000Z'],
    ['2028-02-29T12:00:00.000Z', '2028-03-29T12:00:00.000Z'],
    ['2026-05-31T08:00:00.000Z', '2026-06-30T08:00:00.000Z'],
  ])('of %s is %s', (asked, expected) => {
    expect(due(asked)).toBe(expected)
  })

  it('lies in the next calendar month, on the same day or the last, at the same time, for any moment', () => {
    const moment = fc.date({ min: new Date('1971-01-01'), max: new Date('2199-12-31'), noInvalidDate: true })
    fc.assert(
      fc.property(moment, (asked) => {
        const deadline = new Date(legalDeadline(asked.getTime()))
        const months = (date: Date) => date.getUTCFullYear() * 12 + date.getUTCMonth()
        expect(months(deadline)).toBe(months(asked) + 1)
        const lastDay = new Date(Date.UTC(deadline.getUTCFullYear(), deadline.getUTCMonth() + 1, 0)).getUTCDate()
        expect(deadline.getUTCDate()).toBe(Math.min(asked.getUTCDate(), lastDay))
        expect(deadline.toISOString().slice(11)).toBe(asked.toISOString().slice(11))
      }),
    )
  })
})
