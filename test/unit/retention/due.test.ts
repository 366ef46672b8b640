import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { droppedDetail, firstIdOf } from '../../../src/domain/retention/dropped-detail.ts'
import { dayAfter, dueOfDay, endOfDay, isExpired, isPastHot } from '../../../src/domain/retention/due.ts'
import { retentionClassOf } from '../../../src/domain/retention/retention-class.ts'

const DAY_MS = 86_400_000
const DAY = '2026-02-28'
const STANDARD = { hotDays: 60, coldAfterDays: 90, deleteAfterDays: 365 }
const dueAt = (days: number, classes: string[], ms = 0) =>
  dueOfDay(
    DAY,
    classes.map((retentionClass) => ({ tenantId: 'acme', retentionClass })),
    () => STANDARD,
    endOfDay(DAY) + days * DAY_MS + ms,
  )

const policies = fc
  .tuple(fc.integer({ min: 3, max: 4_000 }), fc.integer({ min: 0, max: 4_000 }), fc.integer({ min: 0, max: 4_000 }))
  .map(([hotDays, a, b]) => ({ hotDays, coldAfterDays: hotDays + a, deleteAfterDays: hotDays + a + b }))

describe('what is due of a day', () => {
  it('is counted from its end, so that its last entry has had its days as well', () => {
    expect(dueAt(60, ['standard'], -1)).toMatchObject({ pastHot: [], valuesOf: [], isDropDue: false })
    const due = dueAt(60, ['standard'])
    expect(due.pastHot).toEqual([{ tenantId: 'acme', retentionClass: 'standard' }])
    expect(due).toMatchObject({ valuesOf: ['acme'], isDropDue: true, expired: [] })
    expect(dueAt(365, ['standard'], -1).expired).toEqual([])
    expect(dueAt(365, ['standard']).expired).toHaveLength(1)
  })

  it('is the seal 48 hours behind its end, and nothing before', () => {
    expect(dueAt(2, ['3-3-3'], -1)).toMatchObject({ isSealDue: false, isDropDue: false, pastHot: [] })
    expect(dueAt(2, ['3-3-3'])).toMatchObject({ isSealDue: true, isDropDue: false, pastHot: [] })
    expect(dueAt(3, ['3-3-3'])).toMatchObject({ isDropDue: true })
  })

  it('is each class by itself, and the day leaves with the longest', () => {
    const due = dueAt(31, ['30-90-365', 'standard', 'proof'])
    expect(due.pastHot.map(({ retentionClass }) => retentionClass)).toEqual(['30-90-365'])
    expect(due).toMatchObject({ valuesOf: ['acme'], isDropDue: false })
    expect(dueAt(60, ['30-90-365', 'standard', 'proof']).isDropDue).toBe(true)
  })

  it('is never a proof, nor a class that nobody knows, whose day stays', () => {
    expect(dueAt(90_000, ['proof'])).toMatchObject({ pastHot: [], expired: [], isDropDue: true })
    expect(dueAt(90_000, ['forever'])).toMatchObject({ pastHot: [], expired: [], isDropDue: false })
  })

  it('once due stays due, is hot before it is archived, and archived before it ends, for any policy and time', () => {
    fc.assert(
      fc.property(
        policies,
        fc.integer({ min: 0, max: 12_000 * DAY_MS }),
        fc.nat(1000 * DAY_MS),
        (policy, ms, later) => {
          const now = endOfDay(DAY) + ms
          if (isExpired(DAY, policy, now)) expect(isPastHot(DAY, policy, now)).toBe(true)
          if (isPastHot(DAY, policy, now)) expect(isPastHot(DAY, policy, now + later)).toBe(true)
          expect(isPastHot(DAY, policy, now)).toBe(ms >= policy.hotDays * DAY_MS)
          const due = dueAt(0, [retentionClassOf(policy)], ms)
          expect(due.isDropDue).toBe(due.pastHot.length === 1)
          if (due.isDropDue) expect(due.isSealDue).toBe(true)
        },
      ),
    )
  })

  it('is never dropped for one class while another is hot: the day goes with the last of them', () => {
    fc.assert(
      fc.property(
        fc.array(policies, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 0, max: 12_000 }),
        (some, days) => {
          const longest = Math.max(...some.map(({ hotDays }) => hotDays))
          expect(dueAt(days, some.map(retentionClassOf)).isDropDue).toBe(days >= longest)
        },
      ),
    )
  })
})

describe('the entry that says that a day leaves', () => {
  it('has a receipt over the ids of that day exactly, over months and leap days', () => {
    expect(dayAfter('2028-02-28')).toBe('2028-02-29')
    expect(dayAfter('2026-12-31')).toBe('2027-01-01')
    expect(firstIdOf('2026-01-05')).toBe(
      `${Date.UTC(2026, 0, 5)
        .toString(16)
        .padStart(12, '0')
        .replace(/^(.{8})/, '$1-')}-0000-0000-000000000000`,
    )
    const detail = JSON.parse(droppedDetail({ day: DAY, number: 7, entries: 9, kept: 1, archives: ['a'] }))
    expect(detail).toEqual({
      dropped: { archives: ['a'], day: DAY, entries: 9, kept: 1 },
      receipt: { from_id: firstIdOf(DAY), below_id: firstIdOf('2026-03-01'), number: 7 },
    })
  })
})
