import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Admission } from '../../../src/api/admission.ts'
import type { Turn } from '../../../src/ports/in-flight.ts'

/** A busy gateway with a line of a tenant that floods, one of whose requests is at work. */
async function flooded(loop = 1) {
  const state = { now: 0, loop }
  const admission = new Admission(
    { atWork: 4, inFlight: 100, waitingPerTenant: 100, waitMs: 60_000 },
    {
      inFlight: () => 0,
      monotonicNow: () => state.now,
      busyShares: () => ({ loop: state.loop, processors: 0 }),
      refused: () => undefined,
    },
  )
  const turns: Turn[] = []
  for (let i = 0; i < 30; i++) void admission.enter('flood', 100).then((turn) => turns.push(turn))
  await vi.advanceTimersByTimeAsync(0)
  const pass = async (ms: number): Promise<void> => {
    state.now += ms
    await vi.advanceTimersByTimeAsync(ms)
  }
  /** Whether a turn goes on. */
  const asks = (turn: Turn | undefined): { goesOn: boolean } => {
    const one = { goesOn: false }
    void turn?.giveWay().then(() => {
      one.goesOn = true
    })
    return one
  }
  return { admission, state, turns, pass, asks }
}

describe('What a tenant with a long line records behind an answer', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test('waits while a request of somebody is at work who has no line, and goes on when that one is done', async () => {
    const { admission, turns, pass, asks } = await flooded()
    const quiet = await admission.enter('quiet', 100)
    const waits = asks(turns[0])
    await pass(20)
    expect(waits.goesOn).toBe(false)
    quiet.end()
    await pass(0)
    expect(waits.goesOn).toBe(true)
  })

  test('goes on while that request rests for its provider', async () => {
    const { admission, turns, pass, asks } = await flooded()
    const quiet = await admission.enter('quiet', 100)
    const waits = asks(turns[0])
    quiet.rest()
    await pass(0)
    expect(waits.goesOn).toBe(true)
  })

  test('waits for sixty milliseconds and no longer, however many come', async () => {
    const { admission, turns, pass, asks } = await flooded()
    const first = await admission.enter('quiet', 100)
    const waits = asks(turns[0])
    await pass(30)
    await admission.enter('other', 100)
    first.end()
    await pass(29)
    expect(waits.goesOn).toBe(false)
    await pass(1)
    expect(waits.goesOn).toBe(true)
  })

  test.each([
    ['nobody else is at work', 1, []],
    ['there is time to spare', 0, ['quiet']],
  ])('goes on at once where %s', async (_, loop, others) => {
    const { admission, turns, pass, asks } = await flooded(loop)
    for (const other of others) await admission.enter(other, 100)
    const waits = asks(turns[0])
    await pass(0)
    expect(waits.goesOn).toBe(true)
  })

  test('goes on at once where its own line is no line, or the other one’s is as long', async () => {
    const { admission, pass, asks } = await flooded()
    const quiet = await admission.enter('quiet', 100)
    const waits = asks(quiet)
    for (let i = 0; i < 30; i++) void admission.enter('quiet', 100)
    await pass(0)
    expect(waits.goesOn).toBe(true)
    const another = asks(quiet)
    await pass(0)
    expect(another.goesOn).toBe(true)
  })
})
