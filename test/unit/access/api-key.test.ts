import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { apiKeyOf, isApiKey } from '../../../src/domain/access/api-key.ts'

const random = fc.uint8Array({ minLength: 32, maxLength: 32 })

describe('a key', () => {
  it('has a form that a scanner for secrets finds', () => {
    fc.assert(fc.property(random, (bytes) => /^plk_[0-9A-Za-z]{49}$/.test(apiKeyOf(bytes))))
    expect(apiKeyOf(new Uint8Array(32))).toMatch(/^plk_0{43}/)
    expect(apiKeyOf(new Uint8Array(32).fill(255))).toHaveLength(53)
  })

  it('keeps all 256 bits: other bytes are another key', () => {
    fc.assert(
      fc.property(random, fc.nat(255), (bytes, bit) => {
        const other = Uint8Array.from(bytes)
        other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        expect(apiKeyOf(other)).not.toBe(apiKeyOf(bytes))
      }),
    )
  })

  it('is told from one that was mistyped: a digit changed or two swapped', () => {
    fc.assert(
      fc.property(random, fc.integer({ min: 4, max: 52 }), (bytes, at) => {
        const key = apiKeyOf(bytes)
        expect(isApiKey(key)).toBe(true)
        const digit = key[at] === 'x' ? 'y' : 'x'
        expect(isApiKey(`${key.slice(0, at)}${digit}${key.slice(at + 1)}`)).toBe(false)
        const swapped = `${key.slice(0, at - 1)}${key[at]}${key[at - 1]}${key.slice(at + 1)}`
        if (swapped !== key) expect(isApiKey(swapped)).toBe(false)
      }),
    )
  })

  it('is not what has another length, another beginning or other characters', () => {
    const key = apiKeyOf(randomBytes(32))
    for (const text of [
      '',
      'plk_',
      key.slice(1),
      `${key}0`,
      key.slice(0, -1),
      key.replace('plk_', 'pk__'),
      `${key}\n`,
    ]) {
      expect(isApiKey(text), text).toBe(false)
    }
    expect(() => apiKeyOf(randomBytes(31))).toThrow()
  })
})
