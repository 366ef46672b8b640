import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { RequestDeps } from '../../../activities/request/deps.ts'
import { priceOfAttempts } from '../../../activities/request/recorded.ts'
import { uuidv7 } from '../../../src/domain/ids/uuidv7.ts'
import { buildEntry } from '../../../src/domain/requests/build-entry.ts'
import type { AttemptOutcome, AttemptSummary, TokenUsage } from '../../../src/domain/requests/types.ts'
import { inboxOf } from '../../support/inbox-request.ts'

const flat = (base: string) => ({ base, tiers: [] })
/** A dollar for a million tokens up to a day, and two from then on; nobody knows the provider `azure`. */
const CHANGE = Date.UTC(2026, 5, 1)
const prices: RequestDeps['prices'] = {
  version: 'list@1',
  find: (provider, _, at) => {
    const price = flat(at < CHANGE ? '1' : '2')
    return provider === 'azure' ? null : { input: price, output: price, cacheRead: null, cacheWrite: null }
  },
}
const USAGE: TokenUsage = {
  promptTokens: 100,
  responseTokens: 10,
  cachedTokens: 0,
  reasoningTokens: 0,
  estimated: false,
}

function attempt(attemptNo: number, usage: TokenUsage | null, more: Partial<AttemptSummary> = {}): AttemptSummary {
  const outcome: AttemptOutcome = {
    ...{ status: usage ? 'answered' : 'failed', statusCode: 200, errorCode: null, failureKind: null },
    ...{ providerStatus: 200, retryable: false, retryAfterMs: null, modelAnswered: null, finishReason: 'stop' },
    ...{ usage, ttftMs: null, flags: [] },
  }
  return {
    ...{
      attemptNo,
      provider: 'openai',
      model: 'm',
      state: 'answered',
      startedAt: CHANGE,
      endedAt: CHANGE + 5,
      outcome,
    },
    ...more,
  }
}

function entryOf(attempts: readonly AttemptSummary[]) {
  const { envelope } = buildEntry({
    inbox: inboxOf(uuidv7(CHANGE, randomBytes(10))),
    ...{ now: CHANGE + 10, refusal: null, prepared: null, sealedPrompt: null, promptCommitment: null },
    ...{ sealedResponse: null, responseCommitment: null, attempts, clientGone: false, answer: null },
    price: priceOfAttempts({ prices } as RequestDeps, attempts),
  })
  return { envelope, attempts: JSON.parse(envelope.attempts ?? '[]') as Record<string, unknown>[] }
}

describe('the cost of a request that was tried several times', () => {
  it('is what all attempts that were counted cost, and the entry says what each did', () => {
    const first = attempt(1, { ...USAGE, promptTokens: 50 }, { startedAt: CHANGE - 1 })
    const { envelope, attempts } = entryOf([first, attempt(2, null), attempt(3, USAGE)])
    // 60 tokens at one dollar and 110 at two.
    expect(envelope).toMatchObject({ cost_usd: '0.0002800000', prompt_tokens: 100, price_version: 'list@1' })
    expect(envelope.price_usd).toBe('{"input_mtok":"2","output_mtok":"2"}')
    expect(attempts.map(({ cost_usd }) => cost_usd)).toEqual(['0.0000600000', undefined, '0.0002200000'])
    expect(attempts[0]).toMatchObject({
      usage: { prompt: 50, response: 10, cached: 0, reasoning: 0, estimated: false },
      price_version: 'list@1',
    })
  })

  it('is flagged where the price of one of them is not known', () => {
    const { envelope } = entryOf([attempt(1, USAGE, { provider: 'azure' }), attempt(2, USAGE)])
    expect(envelope).toMatchObject({ cost_usd: '0.0002200000', flags: ['price_unknown'] })
  })

  it('is that of the day it was asked, whatever prices are later', () => {
    expect(entryOf([attempt(1, USAGE, { startedAt: CHANGE - 1 })]).envelope.cost_usd).toBe('0.0001100000')
    expect(entryOf([attempt(1, USAGE)]).envelope.cost_usd).toBe('0.0002200000')
  })

  it('is nothing where none was counted, and no attempt says more than the entry’s columns', () => {
    expect(entryOf([attempt(1, null)]).envelope).toMatchObject({ cost_usd: null, price_usd: null, price_version: null })
    expect(entryOf([attempt(1, null), attempt(2, USAGE)]).attempts[1]).not.toHaveProperty('usage')
  })

  it('says tokens that have no column of their own with their attempt', () => {
    const { attempts } = entryOf([
      attempt(1, { ...USAGE, cacheWriteTokens: 40, cacheWriteHourTokens: 30, audioResponseTokens: 3 }),
    ])
    expect(attempts[0]?.usage).toMatchObject({
      ...{ prompt: 100, cache_write: 40, cache_write_1h: 30, audio_response: 3 },
    })
    expect(attempts[0]).not.toHaveProperty('cost_usd')
  })
})
