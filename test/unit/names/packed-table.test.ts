import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PackedTable } from '../../../src/adapters/pii/names/packed-table.ts'

const WIDTH = 8
const ROWS = 5

describe('Rows of int8 that are added up four values at a time', () => {
  it('give what adding them one by one gives, also where all are as small or as large as can be', () => {
    const value = fc.oneof(fc.constantFrom(-128, -127, 127), fc.integer({ min: -128, max: 127 }))
    const rows = fc.array(fc.integer({ min: 0, max: ROWS - 1 }), { maxLength: 257 })
    fc.assert(
      fc.property(fc.array(value, { minLength: ROWS * WIDTH, maxLength: ROWS * WIDTH }), rows, (values, picked) => {
        const table = new PackedTable({ rows: ROWS, width: WIDTH, scale: 0.5, values: Int8Array.from(values) })
        const into = new Float32Array(2 * WIDTH)
        table.sum(picked, 0.25, into, 1)
        const sums = Array.from({ length: WIDTH }, (_, i) =>
          picked.reduce((sum, row) => sum + (values[row * WIDTH + i] ?? 0), 0),
        )
        expect([...into]).toEqual([...Array<number>(WIDTH).fill(0), ...sums.map((sum) => Math.fround(sum * 0.125))])
      }),
    )
  })

  it('of the most rows and the largest values have room', () => {
    const table = new PackedTable({ rows: 1, width: 4, scale: 1, values: Int8Array.from([127, -128, 127, -128]) })
    const into = new Float32Array(4)
    table.sum(Array(257).fill(0), 1, into, 0)
    expect([...into]).toEqual([257 * 127, 257 * -128, 257 * 127, 257 * -128])
    expect(() => table.sum(Array(258).fill(0), 1, into, 0)).toThrow(RangeError)
    expect(() => new PackedTable({ rows: 1, width: 6, scale: 1, values: new Int8Array(6) })).toThrow(RangeError)
  })
})
