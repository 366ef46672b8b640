import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { withdraw } from '../../../src/api/chat-completions/start.ts'
import { createLog } from '../../../src/log.ts'

/** A store that is away for the first `failures` questions, and what was forgotten of requests in memory. */
function away(failures: number, isWithdrawn: boolean) {
  const forgotten: string[] = []
  let asked = 0
  const store = {
    async withdraw() {
      asked += 1
      if (asked <= failures) throw new Error('away')
      return isWithdrawn
    },
  }
  const inFlight = { remove: (requestId: string) => void forgotten.push(requestId) }
  return { deps: { store, inFlight, now: Date.now, log: createLog('silent') }, forgotten, asked: () => asked }
}

describe('taking a request back', () => {
  it('forgets it, and does not where it was too late', async () => {
    const back = away(0, true)
    expect(await withdraw(back.deps, 'one')).toBe(true)
    expect(back.forgotten).toEqual(['one'])
    const late = away(0, false)
    expect(await withdraw(late.deps, 'one')).toBe(false)
    expect(late.forgotten).toEqual([])
  })

  it('tells the caller after a time that it is not known, goes on, and then forgets it', async () => {
    const { deps, forgotten, asked } = away(1, true)
    await expect(withdraw(deps, 'one', 10)).rejects.toMatchObject({ code: 'acceptance_unknown', status: 504 })
    expect(forgotten).toEqual([])
    while (asked() < 2) await sleep(20)
    await sleep(0)
    expect(forgotten).toEqual(['one'])
  })
})
