import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { busyShares } from '../../../src/compose/busy-shares.ts'

test('a loop that works without a pause is told as busy, with a processor that it takes; both are shares', async () => {
  const shares = busyShares()
  expect(shares()).toEqual({ loop: 0, processors: 0 })
  await vi.waitFor(
    async () => {
      const until = performance.now() + 250
      while (performance.now() < until);
      await sleep(0)
      const { loop, processors } = shares()
      expect(loop).toBeGreaterThan(0.8)
      expect(processors).toBeGreaterThan(0)
      expect(Math.max(loop, processors)).toBeLessThanOrEqual(1)
    },
    { timeout: 20_000, interval: 1 },
  )
  await vi.waitFor(() => expect(shares().loop).toBeLessThan(0.5), { timeout: 20_000, interval: 300 })
})
