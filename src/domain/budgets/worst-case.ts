import { mostAnswerTokens } from '../chat/answer-length.ts'
import type { ChatRequest } from '../chat/types.ts'
import { addDecimals, type Decimal, parseDecimal } from '../cost/decimal.ts'
import { type ModelPrices, type PriceTable, priceOf, type UnitPrice } from '../cost/price.ts'
import { type ServiceTier, tiersThatMayServe } from '../cost/service-tier.ts'
import type { ProviderName } from '../routing/types.ts'
import type { PricedTarget } from './priced-target.ts'

/** Tokens of a picture at most: `gpt-4o-mini` charges 2,833 and 5,667 for each of up to eight tiles, the most of all models. */
const PICTURE_TOKENS = 50_000
/** Tokens of a sound or a file besides what its length comes to. */
const DATA_TOKENS = 20_000
/** Base64 digits of a sound for one token: a tenth of a second of the most compressed MP3, 8 kbit/s, is 100 bytes. */
const SOUND_DIGITS_PER_TOKEN = 100
/** What a provider may add by itself where tools or a format are asked for: about 500 tokens at Anthropic. */
const PROVIDERS_OWN_TOKENS = 1_000
/** Milliseconds for which a call may occupy a model that is paid by the hour. */
const LONGEST_CALL_MS = 15 * 60_000

/** The most tokens a call may be billed for. */
export interface WorstCase {
  prompt: number
  /** By who answers: not all bound an answer that the request does not. */
  answer(provider: ProviderName): number
  /** How it may be served; null: by the provider's standard. */
  tiers: readonly (ServiceTier | null)[]
}

/**
 * The most tokens a request may use. No token is shorter than a byte, so the prompt has at most as many as the JSON of what the model
 * reads has bytes; that is about four times what it has in the end. Pictures, sounds and files are counted apart. The answer is bounded
 * by the request, times `n`; where it is not, Anthropic is asked for 4,096 tokens, and of others it is taken to have 16,384 at most.
 * What was predicted and does not come is charged with the answer.
 */
export function worstCaseTokens(body: ChatRequest): WorstCase {
  const asked = ['tools', 'response_format'].flatMap((name) => body[name] ?? [])
  const own = asked.length > 0 ? PROVIDERS_OWN_TOKENS + jsonBytes(asked) : 0
  const prompt = jsonBytes(body.messages, withoutMedia) + mediaTokens(body.messages) + own
  const predicted = body.prediction === undefined ? 0 : jsonBytes(body.prediction)
  const answer = (provider: ProviderName) => mostAnswerTokens(body, provider) + predicted
  return { prompt, answer, tiers: tiersThatMayServe(body.service_tier) }
}

/**
 * What the dearest of the models that may answer charges for that at most, in US dollars with ten places: every token at the highest
 * price that any token of its side has. A model without a price costs 0, as its entry will say.
 */
export function worstCaseUsd(
  targets: readonly PricedTarget[],
  { prompt, answer, tiers }: WorstCase,
  at: number,
  prices: PriceTable,
): string {
  const usageOf = (provider: ProviderName) => ({
    ...{ promptTokens: prompt, responseTokens: answer(provider), cachedTokens: 0 },
  })
  const dearest: PriceTable = {
    version: prices.version,
    find(provider, model, atMs, tier) {
      const found = prices.find(provider, model, atMs, tier)
      return found && dearestTokens(found, prompt)
    },
  }
  return targets
    .flatMap((target) => tiers.map((serviceTier) => ({ ...target, serviceTier })))
    .map((one) => priceOf({ ...one, at, usage: usageOf(one.provider), computeMs: LONGEST_CALL_MS, prices: dearest }))
    .map(({ costUsd }) => costUsd)
    .reduce(higher, '0.0000000000')
}

function dearestTokens(found: ModelPrices, promptTokens: number): ModelPrices {
  const one = (prices: readonly (UnitPrice | null | undefined)[]): UnitPrice => ({
    base: prices.flatMap((price) => (price ? reachable(price, promptTokens) : [])).reduce(higher, '0'),
    tiers: [],
  })
  return {
    ...found,
    input: one([found.input, found.cacheRead, found.cacheWrite, found.cacheWriteHour, found.audioInput]),
    output: one([found.output, found.reasoning, found.audioOutput]),
    cacheRead: null,
    cacheWrite: null,
    cacheWriteHour: null,
    reasoning: null,
    audioInput: null,
    audioOutput: null,
    list: null,
  }
}

/** Every price that a prompt of at most so many tokens may come under. */
function reachable({ base, tiers }: UnitPrice, promptTokens: number): string[] {
  return [base, ...tiers.filter((tier) => tier.abovePromptTokens < promptTokens).map(({ price }) => price)]
}

function higher(a: string, b: string): string {
  return isHigher(parseDecimal(b), parseDecimal(a)) ? b : a
}

function isHigher(a: Decimal, b: Decimal): boolean {
  return addDecimals(a, { units: -b.units, scale: b.scale }).units > 0n
}

function jsonBytes(value: unknown, without?: typeof withoutMedia): number {
  return Buffer.byteLength(JSON.stringify(value, without), 'utf8')
}

function mediaTokens(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, part) => sum + mediaTokens(part), 0)
  if (typeof value !== 'object' || value === null) return 0
  const part = value as { type?: unknown; content?: unknown; input_audio?: { data?: unknown } }
  switch (part.type) {
    case undefined:
      return mediaTokens(part.content)
    case 'text':
    case 'refusal':
      return 0
    case 'image_url':
      return PICTURE_TOKENS
    default:
      return DATA_TOKENS + Math.ceil(String(part.input_audio?.data ?? '').length / SOUND_DIGITS_PER_TOKEN)
  }
}

/** Bytes of pictures and sounds are no text. */
function withoutMedia(key: string, value: unknown): unknown {
  const isMedia = typeof value === 'string' && (key === 'data' || (key === 'url' && value.startsWith('data:')))
  return isMedia ? '' : value
}
