import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BodyRoom } from '../../../src/api/body-room.ts'

const settled = () => sleep(0)

describe('room for request bodies', () => {
  it('is given in the order of arrival, also where a later body would fit', async () => {
    const room = new BodyRoom(100)
    const first = await room.take(80)
    const order: string[] = []
    const large = room.take(50).then((release) => {
      order.push('large')
      return release
    })
    const small = room.take(10).then((release) => {
      order.push('small')
      return release
    })
    await settled()
    expect(order).toEqual([])
    first()
    for (const release of await Promise.all([large, small])) release()
    expect(order).toEqual(['large', 'small'])
    expect(room.taken).toBe(0)
  })

  it('is given alone to a body that is larger than all of it', async () => {
    const room = new BodyRoom(100)
    const large = await room.take(300)
    const next = room.take(1)
    large()
    ;(await next)()
    expect(room.taken).toBe(0)
  })

  it('is refused after a time, and what waited behind moves up', async () => {
    const room = new BodyRoom(100, 30)
    const first = await room.take(60)
    const late = expect(room.take(90)).rejects.toMatchObject({ code: 'gateway_full', status: 503 })
    await settled()
    const behind = room.take(40)
    await late
    ;(await behind)()
    first()
    expect(room.taken).toBe(0)
  })

  it('is refused at once where four times as much waits already', async () => {
    const room = new BodyRoom(100)
    const first = await room.take(100)
    const waiting = [room.take(200), room.take(200)]
    await expect(room.take(1)).rejects.toMatchObject({ code: 'gateway_full' })
    first()
    for (const one of waiting) (await one)()
  })

  it('is no longer waited for by who has gone away', async () => {
    const room = new BodyRoom(100)
    const first = await room.take(100)
    const controller = new AbortController()
    const gone = expect(room.take(50, controller.signal)).rejects.toThrow('gone')
    controller.abort(new Error('gone'))
    await gone
    await expect(room.take(1, controller.signal)).rejects.toThrow('gone')
    first()
    first()
    expect(room.taken).toBe(0)
  })

  it('is never exceeded but by one body alone, and all of it comes back', async () => {
    const bodies = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 30 })
    await fc.assert(
      fc.asyncProperty(bodies, async (sizes) => {
        const room = new BodyRoom(50)
        let holders = 0
        const exceeded: number[] = []
        await Promise.allSettled(
          sizes.map(async (size) => {
            const release = await room.take(size)
            holders += 1
            if (room.taken > 50 && holders > 1) exceeded.push(room.taken)
            await settled()
            holders -= 1
            release()
          }),
        )
        expect({ exceeded, left: room.taken }).toEqual({ exceeded: [], left: 0 })
      }),
      { numRuns: 50 },
    )
  })
})
