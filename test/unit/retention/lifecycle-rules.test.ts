import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { reportObject } from '../../../src/domain/reports/object-names.ts'
import { lifecycleRules, NET_DAYS, packRule } from '../../../src/domain/retention/lifecycle-rules.ts'
import { objectName } from '../../../src/domain/retention/object-name.ts'
import { retentionClassOf } from '../../../src/domain/retention/retention-class.ts'

const STANDARD = { hotDays: 60, coldAfterDays: 90, deleteAfterDays: 365 }

const classes = fc
  .tuple(fc.integer({ min: 3, max: 4_000 }), fc.integer({ min: 0, max: 4_000 }), fc.integer({ min: 0, max: 4_000 }))
  .map(([hot, a, b]) => retentionClassOf({ hotDays: hot, coldAfterDays: hot + a, deleteAfterDays: hot + a + b }))

describe('the rules that a store follows by itself', () => {
  it('move facts, content and histories to the colder class, and end them behind the end of their life', () => {
    expect(lifecycleRules(['60-90-365'], STANDARD, 'GLACIER_IR')).toEqual(
      ['facts', 'content', 'histories'].map((part) => ({
        id: `60-90-365-${part}`,
        prefix: `archive/60-90-365/${part}/`,
        toColder: { afterDays: 30, storageClass: 'GLACIER_IR' },
        removeAfterDays: 305 + NET_DAYS,
        removeOldVersionsAfterDays: 1,
      })),
    )
  })

  it('leave objects where they are put, where no colder class is asked for', () => {
    expect(lifecycleRules(['60-90-365'], STANDARD, null).every(({ toColder }) => toColder === null)).toBe(true)
  })

  it('end packs of reports behind the longest that a tenant keeps them, where they were put, and take nothing else', () => {
    const rule = packRule([400, 30, 1000])
    expect(rule).toEqual({
      id: 'reports',
      prefix: 'reports/',
      toColder: null,
      removeAfterDays: 1000 + NET_DAYS,
      removeOldVersionsAfterDays: 1,
    })
    expect(reportObject('acme', '0190a1b2-7c3d-7e4f-8a5b-6c7d8e9fa0b1', 'pack', 'one').startsWith(rule.prefix)).toBe(
      true,
    )
    const place = {
      tenantId: 'acme',
      retentionClass: 'reports',
      part: 'facts',
      day: '2026-01-01',
      generation: 1,
    } as const
    expect(objectName(place).startsWith(rule.prefix)).toBe(false)
  })

  it('never touch manifests, held objects or proofs, whatever classes there are', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(classes, fc.constantFrom('proof', 'standard', 'unknown'))), (some) => {
        const rules = lifecycleRules(some, STANDARD, 'GLACIER_IR')
        for (const retentionClass of some) {
          for (const part of ['manifest', 'held'] as const) {
            const name = objectName({ tenantId: 'acme', retentionClass, part, day: '2026-01-01', generation: 1 })
            expect(rules.some(({ prefix }) => name.startsWith(prefix))).toBe(false)
          }
        }
        expect(rules.some(({ prefix }) => prefix.includes('/proof/'))).toBe(false)
      }),
    )
  })

  it('have one rule for each object of a class, whose store removes it no earlier than its day', () => {
    fc.assert(
      fc.property(fc.array(classes, { minLength: 1 }), (some) => {
        const rules = lifecycleRules([...some, ...some], STANDARD, 'DEEP_ARCHIVE')
        expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length)
        for (const retentionClass of some) {
          const [hot = 0, cold = 0, gone = 0] = retentionClass.split('-').map(Number)
          const place = { tenantId: 'A', retentionClass, part: 'content', day: '2026-01-01', generation: 2 } as const
          const [rule, ...more] = rules.filter(({ prefix }) => objectName(place).startsWith(prefix))
          expect(more).toEqual([])
          expect(rule?.removeAfterDays).toBeGreaterThan(gone - hot)
          expect(rule?.toColder?.afterDays).toBe(cold - hot)
          expect(rule?.toColder?.afterDays ?? 0).toBeLessThan(rule?.removeAfterDays ?? 0)
        }
      }),
    )
  })
})
