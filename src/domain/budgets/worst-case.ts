import { mostAnswerTokens } from '../chat/answer-length.ts'
import type { ChatRequest } from '../chat/types.ts'
import { addDecimals, type Decimal, parseDecimal } from '../cost/decimal.ts'
import { type ModelPrices, type PriceTable, priceOf, type UnitPrice } from '../cost/price.ts'
import type { ProviderName, RouteTarget } from '../routing/types.ts'

/** Tokens of a picture, a sound or a file that the model fetches or decodes for itself. */
const BINARY_PART_TOKENS = 20_000
/** Milliseconds for which a call may occupy a model that is paid by the hour. */
const LONGEST_CALL_MS = 15 * 60_000

/** The most tokens a call may be billed for. */
export interface WorstCase {
  prompt: number
  /** By who answers: not all bound an answer that the request does not. */
  answer(provider: ProviderName): number
}

/**
 * The most tokens a request may use. No token is shorter than a byte, so the prompt has at most as many as the JSON of what the model
 * reads has bytes; that is about four times what it has in the end. A picture or a sound counts 20,000, a file that and its bytes.
 * The answer is bounded by the request, times `n`; where it is not, Anthropic is asked for 4,096 tokens, and of others it is taken to
 * have 16,384 at most.
 */
export function worstCaseTokens(body: ChatRequest): WorstCase {
  const read = ['messages', 'tools', 'functions', 'response_format'].map((name) => body[name] ?? null)
  const bytes = Buffer.byteLength(JSON.stringify(read, withoutMedia), 'utf8')
  const prompt = bytes + BINARY_PART_TOKENS * binaryParts(body.messages)
  return { prompt, answer: (provider) => mostAnswerTokens(body, provider) }
}

/**
 * What the dearest of the models that may answer charges for that at most, in US dollars with ten places: every token at the highest
 * price that any token of its side has. A model without a price costs 0, as its entry will say.
 */
export function worstCaseUsd(
  targets: readonly RouteTarget[],
  { prompt, answer }: WorstCase,
  at: number,
  prices: PriceTable,
): string {
  const usageOf = (provider: ProviderName) => ({
    ...{ promptTokens: prompt, responseTokens: answer(provider), cachedTokens: 0 },
  })
  const dearest: PriceTable = {
    version: prices.version,
    find(provider, model, atMs) {
      const found = prices.find(provider, model, atMs)
      return found && dearestTokens(found, prompt)
    },
  }
  return targets
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

function binaryParts(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, part) => sum + binaryParts(part), 0)
  if (typeof value !== 'object' || value === null) return 0
  const { type, content } = value as { type?: unknown; content?: unknown }
  if (typeof type === 'string') return type === 'text' || type === 'refusal' ? 0 : 1
  return binaryParts(content)
}

/** Bytes of pictures and sounds are no text. */
function withoutMedia(key: string, value: unknown): unknown {
  const isMedia = typeof value === 'string' && (key === 'data' || (key === 'url' && value.startsWith('data:')))
  return isMedia ? '' : value
}
