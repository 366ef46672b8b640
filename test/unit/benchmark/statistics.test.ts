import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mcnemar, tango, wilson, Z_95 } from '../../../src/domain/benchmark/intervals.ts'

/** ln n!, by sums. */
const LN_FACTORIAL = [0]
for (let n = 1; n <= 400; n++) LN_FACTORIAL.push((LN_FACTORIAL[n - 1] ?? 0) + Math.log(n))
const lf = (n: number) => LN_FACTORIAL[n] ?? NaN
const binomial = (k: number, n: number, p: number) =>
  p === 0 || p === 1
    ? Number(k === n * p)
    : Math.exp(lf(n) - lf(k) - lf(n - k) + k * Math.log(p) + (n - k) * Math.log(1 - p))

describe('intervals and tests of the benchmark', () => {
  it('gives the Wilson intervals of published examples', () => {
    // Newcombe (1998), method 3: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    for (const [hits, trials, low, high] of [
      [81, 263, 0.2553, 0.3662],
      [15, 148, 0.0624, 0.1605],
      [0, 20, 0, 0.1611],
      [1, 29, 0.0061, 0.1718],
    ] as const) {
      expect(wilson(hits, trials).low).toBeCloseTo(low, 4)
      expect(wilson(hits, trials).high).toBeCloseTo(high, 4)
    }
  })

  it('keeps its level with the exact McNemar test: it rejects a true null no oftener than it says', () => {
    for (const discordant of [1, 5, 6, 17, 60, 200]) {
      let rejected = 0
      for (let a = 0; a <= discordant; a++) {
        const p = mcnemar(a, discordant - a)
        expect(p).toBeCloseTo(mcnemar(discordant - a, a), 12)
        if (p <= 0.05) rejected += binomial(a, discordant, 0.5)
      }
      expect(rejected).toBeLessThanOrEqual(0.05)
    }
    expect(mcnemar(0, 0)).toBe(1)
    expect(mcnemar(0, 6)).toBeCloseTo(2 / 64, 12)
    expect(mcnemar(2, 10)).toBeCloseTo((2 * (1 + 12 + 66)) / 4096, 12)
  })

  it("covers the true difference about as often as it says with Tango's interval, over every outcome that can come", () => {
    const pairs = 60
    for (const [onlyA, onlyB] of [
      [0.1, 0.1],
      [0.2, 0.05],
      [0.02, 0.02],
      [0.15, 0.3],
    ] as const) {
      let covered = 0
      for (let a = 0; a <= pairs; a++)
        for (let b = 0; a + b <= pairs; b++) {
          const weight = Math.exp(
            lf(pairs) -
              lf(a) -
              lf(b) -
              lf(pairs - a - b) +
              a * Math.log(onlyA) +
              b * Math.log(onlyB) +
              (pairs - a - b) * Math.log(1 - onlyA - onlyB),
          )
          if (weight < 1e-9) continue
          const { low, high } = tango(a, b, pairs)
          if (low <= onlyA - onlyB && onlyA - onlyB <= high) covered += weight
        }
      expect(covered).toBeGreaterThan(0.93)
      expect(covered).toBeLessThan(0.985)
    }
  })

  it('is as wide as the number of pairs allows even where the two models never differ', () => {
    // With no discordant pair the score interval is ±z²/(n+z²).
    const { low, high } = tango(0, 0, 100)
    expect(high).toBeCloseTo(Z_95 ** 2 / (100 + Z_95 ** 2), 6)
    expect(low).toBeCloseTo(-high, 9)
  })

  it('is the mirror image where the models change places, and holds the seen difference', () => {
    fc.assert(
      fc.property(fc.nat(80), fc.nat(80), fc.nat(200), (a, b, rest) => {
        const pairs = a + b + rest
        const [here, there] = [tango(a, b, pairs), tango(b, a, pairs)]
        expect(here.low).toBeCloseTo(-there.high, 6)
        if (pairs > 0) expect(here.low - 1e-9 <= (a - b) / pairs && (a - b) / pairs <= here.high + 1e-9).toBe(true)
      }),
    )
  })
})
