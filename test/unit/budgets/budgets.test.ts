import { describe, expect, it } from 'vitest'
import { createGenaiPriceTable } from '../../../src/adapters/prices/genai-prices.ts'
import { parseConfig } from '../../../src/config/file.ts'
import { allowancesOf, type Budget, budgetName } from '../../../src/domain/budgets/budget.ts'
import { periodOf } from '../../../src/domain/budgets/period.ts'
import { worstCaseTokens, worstCaseUsd } from '../../../src/domain/budgets/worst-case.ts'
import { withAnswerBound } from '../../../src/domain/chat/answer-length.ts'
import type { ChatRequest } from '../../../src/domain/chat/types.ts'
import { type BilledUsage, type PriceTable, priceOf } from '../../../src/domain/cost/price.ts'

const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`
const at = (time: string) => Date.parse(time)

describe('a period is of UTC', () => {
  it.each([
    ['day', '2026-11-30T23:59:59.999Z', '2026-11-30', '2026-12-01'],
    ['day', '2026-12-01T00:00:00.000Z', '2026-12-01', '2026-12-02'],
    ['week', '2026-11-30T00:00:00.000Z', '2026-11-30', '2026-12-07'],
    ['week', '2026-11-29T23:59:59.999Z', '2026-11-23', '2026-11-30'],
    ['week', '2027-01-01T12:00:00.000Z', '2026-12-28', '2027-01-04'],
    ['month', '2028-02-29T23:00:00.000Z', '2028-02-01', '2028-03-01'],
    ['month', '2026-12-31T23:59:59.999Z', '2026-12-01', '2027-01-01'],
    ['year', '2026-01-01T00:00:00.000Z', '2026-01-01', '2027-01-01'],
  ] as const)('%s of %s', (name, time, start, end) => {
    expect(periodOf(name, at(time))).toEqual({ start, end })
  })
})

describe('the budgets that bind a call', () => {
  const budget = (fields: Partial<Budget>): Budget => ({
    ...{ period: 'month', softLimitUsd: null, hardLimitUsd: '1', team: null, app: null, tool: null, feature: null },
    ...fields,
  })
  const all = [
    budget({}),
    budget({ app: 'desk' }),
    budget({ app: 'other' }),
    budget({ app: 'desk', tool: 'hr' }),
    budget({ team: 'sales' }),
    budget({ feature: 'sum' }),
    budget({ period: 'day', user: 'any' }),
  ]
  const call = { team: null, app: 'desk', tool: 'hr', feature: null, subjectPseudonym: 'sub_1' }
  const now = at('2026-11-28T00:00:00Z')

  it('are those whose every filter fits', () => {
    const names = allowancesOf(all, call, now).map(({ name }) => name)
    expect(names).toEqual(['day user=any', 'month', 'month app=desk', 'month app=desk tool=hr'])
  })

  it("hold each user to their own, and a call that names none to nobody's", () => {
    const [own] = allowancesOf(all, call, now)
    expect(own?.subjectPseudonym).toBe('sub_1')
    const nameless = allowancesOf(all, { ...call, subjectPseudonym: null }, now)
    expect(nameless.some(({ name }) => name === 'day user=any')).toBe(false)
  })

  it('are locked in one order, in whatever order the file names them', () => {
    expect(allowancesOf([...all].reverse(), call, now)).toEqual(allowancesOf(all, call, now))
  })

  it('keep their name where their limits change', () => {
    expect(budgetName(budget({ hardLimitUsd: '9' }))).toBe(budgetName(budget({})))
  })
})

describe('budgets and webhooks in the file', () => {
  const file = (budgets: string, more = '') =>
    parseConfig(
      `tenants:\n  - { id: acme, region: us, keys: [{ key: 0123456789abcdef-key, role: app }], budgets: [${budgets}] }\n${more}`,
      'p.yaml',
      {},
    )

  it('are one for each period and what it is for', () => {
    const day = '{ period: day, hard_limit_usd: "1" }'
    expect(file(`${day}, { period: day, user: any, hard_limit_usd: "1" }`).tenants.get('acme')?.budgets).toHaveLength(2)
    expect(() => file(`${day}, { period: day, hard_limit_usd: "2" }`)).toThrow(
      /budgets\[1\] is for the same as .*budgets\[0\]/,
    )
    expect(() => file('{ period: day, hard_limit_usd: "-1" }')).toThrow(/hard_limit_usd/)
    expect(() => file('{ period: day, hard_limit_usd: "1", user: ann }')).toThrow(/user/)
  })

  it.each([
    ['a secret that is too short', '{ url: "https://h.example", secret: whsec_AAAA }', /24 to 64 random bytes/],
    ['an address with a password', `{ url: "https://a:b@h.example", secret: "${SECRET}" }`, /no user, password/],
    ['an address that is no http', `{ url: "file:///etc/passwd", secret: "${SECRET}" }`, /http or https address/],
    ['an event that is not there', `{ url: "https://h.example", secret: "${SECRET}", events: [all] }`, /events/],
    [
      'a tenant that is not there',
      `{ url: "https://h.example", secret: "${SECRET}", tenants: [globex] }`,
      /tenant that is not/,
    ],
    [
      'an address twice',
      `{ url: "https://h.example", secret: "${SECRET}" }, { url: "https://h.example", secret: "${SECRET}" }`,
      /already/,
    ],
  ])('refuse %s', (_what, webhook, message) => {
    expect(() => file('', `webhooks: [${webhook}]`)).toThrow(message)
  })
})

describe('the worst case', () => {
  const body = (fields: object) =>
    ({ model: 'm', messages: [{ role: 'user', content: 'hello' }], ...fields }) as ChatRequest

  it('has a token for every byte of what the model reads, and the answer that the request allows', () => {
    const words = body({ messages: [{ role: 'user', content: '日本語のテキスト' }], max_completion_tokens: 7, n: 3 })
    const { prompt, answer } = worstCaseTokens(words)
    expect(prompt).toBeGreaterThanOrEqual(Buffer.byteLength('日本語のテキスト'))
    expect(answer('openai')).toBe(21)
    expect(worstCaseTokens(body({})).answer('openai')).toBe(16_384)
    expect(worstCaseTokens(body({ n: 2 })).answer('anthropic')).toBe(8_192)
    expect(worstCaseTokens(body({ max_tokens: 5 })).answer('anthropic')).toBe(5)
  })

  it('is held to what the tool lets an answer have: by the field that the app sent, and never by more than it asked for', () => {
    expect(withAnswerBound(body({}), 100)).toEqual(body({ max_completion_tokens: 100 }))
    expect(withAnswerBound(body({ max_tokens: 500 }), 100)).toEqual(body({ max_tokens: 100 }))
    expect(withAnswerBound(body({ max_completion_tokens: 500 }), 100)).toEqual(body({ max_completion_tokens: 100 }))
    for (const asked of [body({ max_tokens: 100 }), body({ max_completion_tokens: 7 })]) {
      expect(withAnswerBound(asked, 100)).toBe(asked)
      expect(withAnswerBound(asked, undefined)).toBe(asked)
    }
  })

  const withPart = (part: object) => body({ messages: [{ role: 'user', content: [part] }] })
  const promptOf = (part: object) => worstCaseTokens(withPart(part)).prompt

  it('counts a picture by itself and not by its bytes, as many tokens as any model charges for one', () => {
    const picture = (url: string) => ({ type: 'image_url', image_url: { url } })
    const small = promptOf(picture('data:image/png;base64,AAAA'))
    expect(promptOf(picture(`data:image/png;base64,${'A'.repeat(100_000)}`))).toBe(small)
    // gpt-4o-mini: 2,833 for the picture and 5,667 for each tile; 768 by 2,048 pixels are eight, and no picture is larger to it.
    expect(small).toBeGreaterThan(2_833 + 8 * 5_667)
  })

  it('counts a sound by its length: ten tokens a second, however much it is compressed', () => {
    const hours = 5
    const bytes = hours * 3_600 * 1_000
    const sound = (length: number) => ({
      type: 'input_audio',
      input_audio: { format: 'mp3', data: 'A'.repeat(length) },
    })
    expect(promptOf(sound(Math.ceil((bytes * 4) / 3)))).toBeGreaterThan(hours * 3_600 * 10)
    expect(promptOf(sound(100))).toBeGreaterThan(20_000)
  })

  it('counts every byte of tools and formats, and has room for what a provider adds for them', () => {
    const parameters = { type: 'object', examples: [{ data: 'x'.repeat(5_000), url: `data:${'x'.repeat(5_000)}` }] }
    const tools = [{ type: 'function', function: { name: 'f', parameters } }]
    const schema = { type: 'json_schema', json_schema: { name: 's', schema: parameters } }
    for (const fields of [{ tools }, { response_format: schema }]) {
      const more = worstCaseTokens(body(fields)).prompt - worstCaseTokens(body({})).prompt
      // Anthropic's own table of what tool use adds goes up to 530 tokens.
      expect(more).toBeGreaterThan(530 + JSON.stringify(Object.values(fields)[0]).length)
    }
  })

  it('counts what the app predicts with the answer: a model charges for what it does not take over', () => {
    const prediction = { type: 'content', content: 'x'.repeat(1_000) }
    const { answer } = worstCaseTokens(body({ prediction, max_completion_tokens: 7 }))
    expect(answer('openai')).toBeGreaterThanOrEqual(1_007)
  })

  it('is at least what any usage within it costs, of any model of the list, whatever its tokens are', () => {
    const prices = createGenaiPriceTable()
    const now = at('2026-11-28T00:00:00Z')
    const [prompt, answer] = [300_000, 5_000]
    const usages: BilledUsage[] = [
      { promptTokens: prompt, cachedTokens: 0, responseTokens: answer },
      { promptTokens: prompt, cachedTokens: prompt, responseTokens: answer },
      { promptTokens: prompt, cachedTokens: 0, responseTokens: answer, cacheWriteTokens: prompt },
      {
        promptTokens: prompt,
        cachedTokens: 0,
        responseTokens: answer,
        cacheWriteTokens: prompt,
        cacheWriteHourTokens: prompt,
      },
      {
        promptTokens: prompt,
        cachedTokens: 0,
        responseTokens: answer,
        audioPromptTokens: prompt,
        audioResponseTokens: answer,
      },
      { promptTokens: prompt, cachedTokens: 0, responseTokens: answer, reasoningTokens: answer },
      { promptTokens: 1_000, cachedTokens: 0, responseTokens: answer },
    ]
    const models = [
      ['openai', 'gpt-4o'],
      ['openai', 'gpt-4o-audio-preview'],
      ['anthropic', 'claude-sonnet-4-5'],
      ['anthropic', 'claude-opus-4-1'],
    ] as const
    let priced = 0
    for (const [provider, model] of models) {
      const worst = Number(
        worstCaseUsd([{ provider, model }], { prompt, answer: () => answer, tiers: [null] }, now, prices),
      )
      for (const usage of usages) {
        const cost = Number(priceOf({ provider, model, at: now, usage, prices }).costUsd)
        if (cost > 0) priced += 1
        expect(worst).toBeGreaterThanOrEqual(cost)
      }
    }
    expect(priced).toBeGreaterThan(12)
  })

  it('is that of the dearest model that may answer, exact to the last place', () => {
    const unit = (price: string) => ({ base: price, tiers: [] })
    const prices: PriceTable = {
      version: 'test',
      find: (_provider, model) => ({
        input: unit(model === 'dear' ? '3' : '0.1'),
        output: unit('0.0000001'),
        cacheRead: null,
        cacheWrite: null,
      }),
    }
    const targets = ['cheap', 'dear', 'cheap'].map((model) => ({ provider: 'openai' as const, model }))
    expect(worstCaseUsd(targets, { prompt: 1, answer: () => 1, tiers: [null] }, 0, prices)).toBe('0.0000030000')
    expect(
      worstCaseUsd(
        [{ provider: 'simulator', model: 'echo' }],
        { prompt: 9, answer: () => 9, tiers: [null] },
        0,
        prices,
      ),
    ).toBe('0.0000000000')
  })
})
