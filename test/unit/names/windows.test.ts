import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutWindows, WINDOW_MARGIN, WINDOW_WORDS } from '../../../src/domain/redaction/names/windows.ts'

describe('windows of words', () => {
  it('keep every word once, with context on both sides', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3000 }), (count) => {
        let at = 0
        for (const { start, end, keepFrom, keepTo } of cutWindows(count)) {
          expect(keepFrom).toBe(at)
          expect(end - start).toBeLessThanOrEqual(WINDOW_WORDS)
          expect(start === 0 || keepFrom - start === WINDOW_MARGIN).toBe(true)
          expect(end === count || end - keepTo === WINDOW_MARGIN).toBe(true)
          at = keepTo
        }
        expect(at).toBe(count)
      }),
    )
  })
})
