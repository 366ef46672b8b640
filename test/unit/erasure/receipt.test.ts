import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ErasureReceipt, type ReceiptCut, receiptsMissing } from '../../../src/domain/erasure/receipt.ts'
import { jcs } from '../../../src/domain/ledger/json.ts'

const cut = (n: number): ReceiptCut => ({
  entry: `01980000-0000-7000-8000-${String(n).padStart(12, '0')}`,
  group: 'prompt',
  now: String(n).padStart(64, '0'),
})

describe('a receipt', () => {
  it('is written once, and again only for what came since', () => {
    const first = receiptsMissing(7, { subjects: ['sub_a'], cuts: [cut(1)] }, [])
    expect(first).toEqual([{ number: 7, subjects: ['sub_a'], cuts: [cut(1)] }])
    expect(receiptsMissing(7, { subjects: ['sub_a'], cuts: [cut(1)] }, first)).toEqual([])
    const more = receiptsMissing(7, { subjects: ['sub_a', 'sub_b'], cuts: [cut(1), cut(2)] }, first)
    expect(more).toEqual([{ number: 7, subjects: ['sub_b'], cuts: [cut(2)] }])
  })

  it('is written also where nothing was found', () => {
    const empty = receiptsMissing(1, { subjects: [], cuts: [] }, [])
    expect(empty).toEqual([{ number: 1, subjects: [], cuts: [] }])
    expect(receiptsMissing(1, { subjects: [], cuts: [] }, empty)).toEqual([])
  })

  it('that a cut has changed since names it again: what is left counts by its digest', () => {
    const written: ErasureReceipt[] = [{ number: 1, subjects: [], cuts: [cut(1)] }]
    const again = { ...cut(1), now: 'f'.repeat(64) }
    expect(receiptsMissing(1, { subjects: [], cuts: [again] }, written)[0]?.cuts).toEqual([again])
  })

  it('covers everything exactly once, each part within the size of an entry', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9000 }), fc.integer({ min: 0, max: 3 }), (count, people) => {
        const wanted = {
          subjects: Array.from({ length: people }, (_, i) => `sub_${i}`),
          cuts: Array.from({ length: count }, (_, i) => cut(i)),
        }
        const parts = receiptsMissing(3, wanted, [])
        expect(parts.flatMap(({ cuts }) => cuts)).toEqual(wanted.cuts)
        expect(parts.flatMap(({ subjects }) => subjects)).toEqual(wanted.subjects)
        for (const receipt of parts) expect(jcs({ case: 'x'.repeat(36), receipt }).length).toBeLessThan(1024 * 1024)
      }),
      { numRuns: 6 },
    )
  })
})
