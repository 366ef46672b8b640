import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FaultSession, until } from './support.ts'

const MINUTES = 60_000

describe('two gateways that share their requests', { timeout: 4 * MINUTES }, () => {
  let session: FaultSession

  beforeAll(async () => {
    session = await FaultSession.start(2)
  }, 4 * MINUTES)

  afterAll(async () => {
    await session?.stop()
  }, 2 * MINUTES)

  const [A, B] = [0, 1]
  const gateway = (index: number) => {
    const found = session.stack.gateways[index]
    if (!found) throw new Error('no such gateway')
    return found
  }

  it('finish a call whose gateway was killed: asked again, both attempts in the one entry', async () => {
    const ask = session.question({ directions: { waitMs: 3_000 } })
    const broken = session.send(ask, A)
    await session.untilCalled(ask)
    await gateway(A).down()
    expect(await broken).toMatchObject({ outcome: 'broken', status: null })
    expect(await session.send(ask, B)).toMatchObject({ outcome: 'answered', status: 200 })
    const { status, attempts } = await session.entry(ask)
    expect({ status, states: attempts.map(({ state }) => state) }).toEqual({
      status: 'answered',
      states: ['superseded', 'answered'],
    })
    expect(session.calls(ask)).toBe(2)
    await gateway(A).start()
  })

  it('wait out a 429 for a tool that nobody waits for, also where the gateway that waited was killed: asked once more', async () => {
    const ask = session.question({ tool: 'night_batch', directions: { failure: 'limit', waitMs: 6_000 } })
    const broken = session.send(ask, A)
    await until('the attempt that was refused', async () => {
      const [row] = await session.sql`SELECT count(*)::integer AS rows FROM attempt WHERE state = 'failed'`
      return row?.rows > 0
    })
    await gateway(A).down()
    expect(await broken).toMatchObject({ outcome: 'broken', status: null })
    const { status, attempts } = await session.entry(ask)
    expect({ status, states: attempts.map(({ state }) => state) }).toEqual({
      status: 'answered',
      states: ['failed', 'answered'],
    })
    expect(session.calls(ask)).toBe(2)
    expect(await session.send(ask, B)).toMatchObject({ outcome: 'answered', status: 200 })
    await gateway(A).start()
  })

  it('record a stream whose gateway was killed as the client saw it, and do not ask for it again', async () => {
    const ask = session.question({ stream: true, tool: 'hr_helpdesk', directions: { words: 80, pieceMs: 200 } })
    const broken = session.send(ask, A)
    await session.untilCalled(ask)
    await sleep(4_000)
    await gateway(A).down()
    const seen = await broken
    expect(seen).toMatchObject({ outcome: 'broken', status: 200 })
    expect(seen.text).toContain('call 1 for')
    expect(await session.entry(ask)).toMatchObject({ status: 'interrupted', attempts: [{ state: 'interrupted' }] })
    expect(await session.send(ask, B)).toMatchObject({ status: 409, code: 'stream_interrupted' })
    expect(session.calls(ask)).toBe(1)
    await gateway(A).start()
  })

  it('let one take over what the other one holds and does not move, and what comes of that later counts for nothing', async () => {
    const plain = session.question({ directions: { waitMs: 2_000 } })
    const streamed = session.question({ stream: true, directions: { words: 80, pieceMs: 150 } })
    const held = [session.send(plain, A), session.send(streamed, A)]
    await Promise.all([session.untilCalled(plain), session.untilCalled(streamed)])
    await sleep(1_500)
    gateway(A).signal('SIGSTOP')
    try {
      expect(await session.send(plain, B)).toMatchObject({ outcome: 'answered', status: 200 })
      expect(await session.send(streamed, B)).toMatchObject({ status: 409, code: 'stream_interrupted' })
    } finally {
      gateway(A).signal('SIGCONT')
    }
    // The one that stood still gives what is recorded, or says that it no longer has the request.
    const [late, cut] = await Promise.all(held)
    expect(late).toMatchObject({ outcome: 'answered', status: 200 })
    expect(late?.text).toContain(`call ${session.calls(plain)} for`)
    expect(cut).toMatchObject({ outcome: 'broken', code: 'stream_interrupted' })
    expect((await session.entry(plain)).attempts.map(({ state }) => state)).toEqual(['superseded', 'answered'])
    expect(session.calls(streamed)).toBe(1)
  })

  it('start what the other one had accepted and was killed before starting', async () => {
    const { temporal } = session.stack
    const ask = session.question()
    temporal.signal('SIGSTOP')
    const broken = session.send(ask, A)
    await until('the accepted request', async () => {
      const [row] = await session.sql`SELECT count(*)::integer AS rows FROM inbox WHERE state = 'accepted'`
      return row?.rows > 0
    })
    await gateway(A).down()
    temporal.signal('SIGCONT')
    expect(await broken).toMatchObject({ outcome: 'broken', status: null })
    expect(await session.entry(ask)).toMatchObject({ status: 'answered' })
    expect(session.calls(ask)).toBe(1)
    await gateway(A).start()
  })

  it('have done everything exactly once by the end', async () => {
    expect(await session.violations()).toEqual([])
  })
})
