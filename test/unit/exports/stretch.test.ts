import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LEAST_STRETCH, nextStretch } from '../../../src/domain/exports/stretch.ts'

describe('how many entries an export reads at once', () => {
  it('grows while they are short, so that ten thousand take some dozens of looks, and is small again behind long ones', () => {
    let [read, looks] = [0, 0]
    for (let limit = LEAST_STRETCH; read < 10_000; limit = nextStretch(limit, limit * 2_000)) {
      read += limit
      looks += 1
    }
    expect(looks).toBeLessThan(40)
    expect(nextStretch(320, 320 * 50_000)).toBe(LEAST_STRETCH)
  })

  it('never holds more than was asked for at first, or twice what was short', () => {
    fc.assert(
      fc.property(fc.nat(1_000), fc.nat(100_000_000), (read, characters) => {
        const next = nextStretch(read, characters)
        expect(next).toBeGreaterThanOrEqual(LEAST_STRETCH)
        expect(next).toBeLessThanOrEqual(Math.max(LEAST_STRETCH, Math.min(320, read * 2)))
      }),
    )
  })
})
