import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { isSampled, keepsHistory, SAMPLED_OF } from '../../../src/domain/retention/history-policy.ts'

describe('whose history is kept', () => {
  const ids = Array.from({ length: 20_000 }, () => randomUUID())

  it('is everybody, nobody, or whoever used a tool of high risk', () => {
    for (const id of ids.slice(0, 100)) {
      expect(keepsHistory('all', id, false)).toBe(true)
      expect(keepsHistory('none', id, true)).toBe(false)
      expect(keepsHistory('high-risk', id, true)).toBe(true)
      expect(keepsHistory('high-risk', id, false)).toBe(false)
    }
  })

  it('is one in a hundred by the id alone, the same whenever it is asked', () => {
    const sampled = ids.filter((id) => keepsHistory('sampled', id, false))
    expect(sampled).toEqual(ids.filter((id) => keepsHistory('sampled', id, true)))
    // 200 expected, with a standard deviation of 14.
    expect(sampled.length).toBeGreaterThan(ids.length / SAMPLED_OF / 2)
    expect(sampled.length).toBeLessThan((ids.length / SAMPLED_OF) * 2)
  })

  it('is in the sample by the first four bytes of SHA-256, so that anybody can say who', () => {
    // printf %s <id> | sha256sum
    expect(isSampled('00000000-0000-7000-8000-000000000034')).toBe(true)
    expect(isSampled('00000000-0000-7000-8000-000000000035')).toBe(false)
  })
})
