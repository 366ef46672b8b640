import { describe, expect, it } from 'vitest'
import { expectLinear } from '../../support/growth.ts'

let sum = 0
function count(steps: number): void {
  for (let i = 0; i < steps; i += 1) sum = (sum + i) % 9973
}

describe('Growth of time', () => {
  it('by the length passes', () => expectLinear(20_000_000, count, 20))

  it('by its square does not', async () => {
    await expect(expectLinear(8_000, (length) => count(length * length), 20)).rejects.toThrow('8 times as much takes')
  })
})
