import { describe, expect, test } from 'vitest'
import { Admission } from '../../../src/api/admission.ts'
import { BodyRoom } from '../../../src/api/body-room.ts'
import { takeTurn } from '../../../src/api/take-turn.ts'

const never = new AbortController().signal
const settle = () => new Promise((resolve) => setImmediate(resolve))

function open(roomBytes: number) {
  const admission = new Admission(
    { atWork: 2, inFlight: 100, waitingPerTenant: 100, waitMs: 60_000 },
    {
      inFlight: () => 0,
      monotonicNow: () => 0,
      busyShares: () => ({ loop: 0, processors: 0 }),
      refused: () => undefined,
    },
  )
  const deps = { admission, bodies: new BodyRoom(roomBytes) }
  return { ...deps, take: (bytes: number, signal = never) => takeTurn(deps, 'a', bytes, signal) }
}

describe('a turn with room for the body', () => {
  test('where there is room it is not given away on the way, however many wait', async () => {
    const { admission, take } = open(1_000)
    const taken = Array.from({ length: 8 }, () => take(10))
    await settle()
    expect([admission.atWork, admission.waiting]).toEqual([2, 6])
    for (const one of taken) {
      ;(await one).leave()
      expect(admission.atWork).toBeLessThanOrEqual(2)
    }
    await settle()
    expect([admission.atWork, admission.waiting]).toEqual([0, 0])
  })

  test('who waits for room lets another one work, and goes on when there is room', async () => {
    const { admission, bodies, take } = open(100)
    const large = await take(90)
    const waits = take(80)
    await settle()
    expect(admission.atWork).toBe(1)
    large.leave()
    const { leave } = await waits
    expect([admission.atWork, bodies.taken]).toEqual([1, 80])
    leave()
    leave()
    expect([admission.atWork, bodies.taken]).toEqual([0, 0])
  })

  test('who hangs up while it waits for room holds neither', async () => {
    const { admission, bodies, take } = open(100)
    const large = await take(90)
    const gone = new AbortController()
    const waits = take(80, gone.signal)
    await settle()
    gone.abort(new Error('gone'))
    await expect(waits).rejects.toThrow('gone')
    expect([admission.atWork, bodies.taken]).toEqual([1, 90])
    large.leave()
    expect([admission.atWork, bodies.taken]).toEqual([0, 0])
  })
})
