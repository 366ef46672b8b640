import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ChatChunk, ChatRequest } from '../../../src/domain/chat/types.ts'
import type { ModelProvider } from '../../../src/ports/model-provider.ts'
import type { Double } from '../../support/vendors/server.ts'
import { callOf, collect, failure, userSays } from './support.ts'

type Provider = ModelProvider & { close(): Promise<void> }

export interface Vendor {
  start: () => Promise<Double>
  create: (double: Double, limits: { idleTimeoutMs?: number; maxAnswerBytes?: number }) => Provider
  /** Status, the double's code, expected kind, expected vendor code. */
  statuses: [number, string | undefined, string, string | null][]
  /** What no error may hold: the key. */
  secret: string
  model: string
  /** Code of the error in the middle of a stream. */
  streamErrorCode: string | null
}

const SECRET = 'canary-in-the-request'
const LONG = 'a text long enough for many pieces'
const ask = (content: string): ChatRequest => userSays(content)

/** What every provider guarantees when the vendor or the network fails, plain and streamed. */
export function describeFailures(name: string, vendor: Vendor): void {
  let double: Double
  let provider: Provider
  const call = (content: string, signal?: AbortSignal) => callOf(ask(content), vendor.model, signal)

  describe(`${name}, failures`, () => {
    beforeAll(async () => {
      double = await vendor.start()
      provider = vendor.create(double, {})
    })
    afterEach(() => double.reset())
    afterAll(async () => {
      await provider.close()
      await double.close()
    })

    const both: [string, (signal?: AbortSignal, by?: Provider) => Promise<unknown>][] = [
      ['plain', (signal, by = provider) => by.complete(call(SECRET, signal))],
      ['streamed', (signal, by = provider) => collect(by.stream(call(SECRET, signal)))],
    ]
    describe.each(both)('%s', (kind, run) => {
      it.each(vendor.statuses)('status %i (%s) is %s', async (status, code, expected, vendorCode) => {
        double.script({ status, ...(code !== undefined && { code }) })
        expect(await failure(run())).toMatchObject({
          kind: expected,
          status,
          vendorCode,
          retryAfterMs: null,
          sent: true,
        })
        expect(double.requests).toHaveLength(1)
      })

      it('429 says how long to wait: seconds, date or milliseconds', async () => {
        const later = new Date(Date.now() + 90_000).toUTCString()
        double.script(
          { status: 429, headers: { 'retry-after': '7' } },
          { status: 429, headers: { 'retry-after': later } },
        )
        double.script({ status: 429, headers: { 'retry-after': '7', 'retry-after-ms': '250' } })
        expect((await failure(run())).retryAfterMs).toBe(7000)
        const byDate = (await failure(run())).retryAfterMs ?? 0
        expect(byDate).toBeGreaterThan(80_000)
        expect(byDate).toBeLessThanOrEqual(90_000)
        expect((await failure(run())).retryAfterMs).toBe(250)
      })

      it('garbage is malformed', async () => {
        double.script({ fault: 'garbage' })
        expect((await failure(run())).kind).toBe('malformed')
      })

      it('a reset before the answer is unreachable', async () => {
        double.script({ fault: 'reset' })
        expect(await failure(run())).toMatchObject({ kind: 'unreachable', sent: true })
      })

      it.each([
        ['silence', 'silence'],
        ['half an answer, then silence,', 'silence_midway'],
      ] as const)('%s is a timeout and closes the connection', async (_, fault) => {
        const impatient = vendor.create(double, { idleTimeoutMs: 400 })
        double.script({ fault })
        expect((await failure(run(undefined, impatient))).kind).toBe('timeout')
        expect(await double.requests[0]?.outcome).toBe('cut')
        await impatient.close()
      })

      it('half an answer, then a reset, is interrupted', async () => {
        double.script({ fault: 'reset_midway' })
        expect((await failure(run())).kind).toBe('interrupted')
      })

      it('half an answer, cleanly ended, is no answer', async () => {
        double.script({ fault: 'half' })
        expect((await failure(run())).kind).toBe(kind === 'plain' ? 'malformed' : 'interrupted')
      })

      it('abort closes the connection', async () => {
        double.script({ delayMs: 20_000 })
        const controller = new AbortController()
        const running = failure(run(controller.signal))
        while (double.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
        controller.abort()
        expect((await running).kind).toBe('aborted')
        expect(await double.requests[0]?.outcome).toBe('cut')
      })

      it('a call aborted before it begins sends nothing', async () => {
        expect(await failure(run(AbortSignal.abort()))).toMatchObject({ kind: 'aborted', sent: false })
        expect(double.requests).toHaveLength(0)
      })

      it('no error holds text of request, answer or key', async () => {
        double.script(
          { status: 400, code: 'my private words' },
          { status: 401 },
          { fault: 'garbage' },
          { fault: 'half' },
        )
        for (let round = 0; round < 4; round++) {
          const error = await failure(run())
          const everything = `${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`
          for (const text of [SECRET, 'my-secret-error-text', 'my private', vendor.secret, 'Bad gateway']) {
            expect(everything).not.toContain(text)
          }
        }
      })
    })

    describeStreams(() => ({ double, provider }), vendor)

    it('a refused connection is unreachable and nothing was sent', async () => {
      const gone = await vendor.start()
      await gone.close()
      const other = vendor.create(gone, {})
      expect(await failure(other.complete(call('hi')))).toMatchObject({ kind: 'unreachable', sent: false })
      await other.close()
    })

    it('an answer larger than the limit is malformed', async () => {
      const small = vendor.create(double, { maxAnswerBytes: 500 })
      expect((await failure(small.complete(call('x'.repeat(600))))).kind).toBe('malformed')
      await small.close()
    })
  })
}

function describeStreams(now: () => { double: Double; provider: Provider }, vendor: Vendor): void {
  const call = (signal?: AbortSignal) => callOf(ask(LONG), vendor.model, signal)

  it('an error within a stream is an error, after what came before it', async () => {
    const { double, provider } = now()
    double.script({ fault: 'error_midway' })
    const seen: ChatChunk[] = []
    const running = (async () => {
      for await (const chunk of provider.stream(call())) seen.push(chunk)
    })()
    expect(await failure(running)).toMatchObject({ kind: 'unavailable', vendorCode: vendor.streamErrorCode })
    expect(seen.length).toBeGreaterThan(1)
  })

  it('a consumer that stops reading closes the connection', async () => {
    const { double, provider } = now()
    double.script({ pieceDelayMs: 200 })
    for await (const _chunk of provider.stream(call())) break
    expect(await double.requests[0]?.outcome).toBe('cut')
  })

  it('abort in the middle of a stream ends it and closes the connection', async () => {
    const { double, provider } = now()
    double.script({ pieceDelayMs: 200 })
    const controller = new AbortController()
    let seen = 0
    const running = (async () => {
      for await (const _chunk of provider.stream(call(controller.signal))) if (++seen === 2) controller.abort()
    })()
    expect((await failure(running)).kind).toBe('aborted')
    expect(await double.requests[0]?.outcome).toBe('cut')
  })

  it('a stream is over at its end mark, and the connection serves the next call once the body ends', async () => {
    const { double, provider } = now()
    const before = double.connections
    // Half of what a body may take to end.
    double.script({ endDelayMs: 500 })
    await collect(provider.stream(call()))
    expect(await Promise.race([double.requests[0]?.outcome, 'not yet'])).toBe('not yet')
    expect(await double.requests[0]?.outcome).toBe('answered')
    await new Promise((resolve) => setTimeout(resolve, 30))
    await provider.complete(call())
    expect(double.connections - before).toBeLessThanOrEqual(1)
  })

  it('a body that does not end after the end mark costs the connection, not the stream', async () => {
    const { double, provider } = now()
    double.script({ endDelayMs: 20_000 })
    await collect(provider.stream(call()))
    expect(await double.requests[0]?.outcome).toBe('cut')
    await provider.complete(call())
  })

  it('a slow stream is no silence, though it takes longer than silence may', async () => {
    const idleTimeoutMs = 1_500
    const patient = vendor.create(now().double, { idleTimeoutMs })
    // Gaps a quarter as long as silence may be: a busy machine makes them longer.
    now().double.script({ pieceDelayMs: 350, delayMs: 350 })
    const began = performance.now()
    const chunks = await collect(patient.stream(call()))
    expect(performance.now() - began).toBeGreaterThan(idleTimeoutMs)
    expect(chunks.at(-1)?.usage).toBeTruthy()
    await patient.close()
  })

  it('the connection serves the next call after an answer and after a stream', async () => {
    const { double, provider } = now()
    await collect(provider.stream(call()))
    const before = double.connections
    for (let round = 0; round < 5; round++) {
      await provider.complete(call())
      await collect(provider.stream(call()))
    }
    expect(double.connections - before).toBe(0)
  })
}
