import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FaultSession, until } from './support.ts'

const MINUTES = 60_000

describe('one gateway whose parts go away', { timeout: 4 * MINUTES }, () => {
  let session: FaultSession
  /** What was answered 503 so far. */
  const refused: ReturnType<FaultSession['question']>[] = []

  beforeAll(async () => {
    session = await FaultSession.start(1)
  }, 4 * MINUTES)

  afterAll(async () => {
    await session?.stop()
  }, 2 * MINUTES)

  describe('where Temporal stands still', () => {
    it('for 30 s in the middle of a call, asks the provider once and answers, also where the call takes longer', async () => {
      const { temporal } = session.stack
      const quick = session.question({ directions: { waitMs: 4_000 } })
      const slow = session.question({ directions: { waitMs: 36_000 } })
      const streamed = session.question({ stream: true, tool: 'hr_helpdesk', directions: { words: 60, pieceMs: 500 } })
      const asked = [quick, slow, streamed]
      const answers = Promise.all(asked.map((ask) => session.send(ask)))
      await Promise.all(asked.map((ask) => session.untilCalled(ask)))
      temporal.signal('SIGSTOP')
      try {
        await sleep(30_000)
      } finally {
        temporal.signal('SIGCONT')
      }
      for (const answer of await answers) expect(answer).toMatchObject({ outcome: 'answered', status: 200 })
      for (const ask of asked) {
        expect(await session.entry(ask)).toMatchObject({ status: 'answered', attempts: [{ state: 'answered' }] })
        expect(session.calls(ask)).toBe(1)
      }
    })

    it('answers 503 to what comes meanwhile', async () => {
      const { temporal } = session.stack
      temporal.signal('SIGSTOP')
      try {
        await expectNothingSent(session.question({ tool: 'hr_helpdesk' }))
      } finally {
        temporal.signal('SIGCONT')
      }
    })
  })

  it('answers 503 while Temporal is down', async () => {
    const { temporal } = session.stack
    await temporal.kill()
    try {
      await expectNothingSent(session.question())
    } finally {
      await temporal.start()
    }
    await until(
      'a request that works again',
      async () => (await session.send(session.question())).outcome === 'answered',
    )
  })

  it('answers 503 while PostgreSQL is down', async () => {
    const { postgres } = session.stack
    await postgres.kill()
    try {
      await expectNothingSent(session.question())
    } finally {
      await postgres.start()
    }
    await until(
      'a request that works again',
      async () => (await session.send(session.question())).outcome === 'answered',
    )
  })

  it('says that it does not know where PostgreSQL stands still in mid-acceptance, and takes the request back later', async () => {
    const { postgres } = session.stack
    const ask = session.question({ key: null })
    // Keys are forgotten when the gateway listens for destroyed ones again after the last outage.
    await until('a gateway that listens for destroyed keys', async () => {
      const listens = await session.sql`
        SELECT 1 FROM pg_stat_activity
        WHERE application_name = 'palimpsest-keys-listener' AND state = 'idle' AND query ~ 'LISTEN|SELECT 1'`
      return listens.length > 0
    })
    // Recorded before they are answered, so that the person's key is known and several connections are open and idle:
    // accepting is then the first thing that is asked of the database, over one that stands.
    const before = Array.from({ length: 6 }, () => session.question({ tool: 'hr_helpdesk' }))
    for (const outcome of await Promise.all(before.map((question) => session.send(question))))
      expect(outcome).toMatchObject({ outcome: 'answered' })
    postgres.signal('SIGSTOP')
    try {
      const answer = await session.send(ask)
      expect(answer).toMatchObject({ outcome: 'refused', status: 504, code: 'acceptance_unknown' })
      expect(answer.ms).toBeLessThan(35_000)
      expect(await session.send(session.question())).toMatchObject({ outcome: 'refused', status: 503 })
    } finally {
      postgres.signal('SIGCONT')
    }
    await until('a request that works again', async () => {
      return (await session.send(session.question())).outcome === 'answered'
    })
    // Longer than the reconciler waits before it starts what was accepted.
    await sleep(15_000)
    expect(session.calls(ask)).toBe(0)
  })

  it('keeps an answer that comes while PostgreSQL is down, and gives it once PostgreSQL is back', async () => {
    const { postgres } = session.stack
    const plain = session.question({ tool: 'hr_helpdesk', directions: { waitMs: 2_000 } })
    const streamed = session.question({ stream: true, directions: { words: 30, pieceMs: 100 } })
    const answers = Promise.all([session.send(plain), session.send(streamed)])
    await Promise.all([session.untilCalled(plain), session.untilCalled(streamed)])
    await postgres.kill()
    await sleep(4_000)
    await postgres.start()
    for (const answer of await answers) expect(answer).toMatchObject({ outcome: 'answered', status: 200 })
    for (const ask of [plain, streamed]) expect(session.calls(ask)).toBe(1)
  })

  it('gives a key its answer again after it was killed, byte for byte, and refuses another body', async () => {
    const ask = session.question({ person: 'ann.lee.1@example.com' })
    const first = await session.send(ask)
    session.stack.gateways[0]?.kill()
    await until('the gateway', async () => session.stack.gateways[0]?.isReady)
    const again = await session.send(ask)
    expect(first.text).toContain('ann.lee.1@example.com')
    expect(again.body).toBe(first.body)
    const other = { ...session.question(), key: ask.key }
    const reused = await session.send(other)
    expect(reused).toMatchObject({ outcome: 'refused', status: 422, code: 'idempotency_key_reused' })
  })

  it('gives a key that is asked again while the first request runs the same answer, by one call', async () => {
    const ask = session.question({ directions: { waitMs: 3_000 } })
    const answers = await Promise.all([1, 2, 3, 4].map(() => session.send(ask)))
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1)
    expect(answers[0]?.outcome).toBe('answered')
    expect(session.calls(ask)).toBe(1)
  })

  it('keeps a key for 24 h and no longer', async () => {
    const ask = session.question()
    const first = await session.send(ask)
    const [row] = await session.sql`
      SELECT extract(epoch FROM expires_at - now())::float8 / 3600 AS hours FROM idempotency
      WHERE request_id = ${first.requestId}`
    expect(row?.hours).toBeGreaterThan(23.9)
    expect(row?.hours).toBeLessThanOrEqual(24)
    const other = { ...session.question(), key: ask.key }
    expect(await session.send(other)).toMatchObject({ status: 422, code: 'idempotency_key_reused' })
    await session.sql`UPDATE idempotency SET expires_at = now() WHERE request_id = ${first.requestId}`
    // What is asked with it from then on is another request.
    expect(await session.send(other)).toMatchObject({ outcome: 'answered', status: 200 })
    session.giveKeyAway(ask)
    expect(session.calls(other)).toBe(1)
  })

  it('has done everything exactly once by the end, and sent nothing ever of what it answered 503', async () => {
    expect(await session.violations()).toEqual([])
    expect(refused).toHaveLength(9)
    for (const ask of refused) expect(session.calls(ask)).toBe(0)
  })

  /** Each is answered 503 with a time to try again, well before a client gives up. */
  async function expectNothingSent(own: ReturnType<FaultSession['question']>): Promise<void> {
    const asks = [own, session.question({ key: null }), session.question({ stream: true })]
    refused.push(...asks)
    const answers = await Promise.all(asks.map((ask) => session.send(ask)))
    for (const answer of answers) {
      expect(answer).toMatchObject({ outcome: 'refused', status: 503, retryAfter: expect.stringMatching(/^\d+$/) })
      expect(answer.ms).toBeLessThan(30_000)
    }
  }
})
