import type { CostSums } from './cost-lines.ts'

/** What is billed apart, by the name of its price in an entry. */
export const BILLED_KINDS = [
  'input_mtok',
  'cache_read_mtok',
  'cache_write_mtok',
  'cache_write_1h_mtok',
  'input_audio_mtok',
  'output_mtok',
  'reasoning_mtok',
  'output_audio_mtok',
] as const

export type BilledKind = (typeof BILLED_KINDS)[number]

/** The published price that counts where a list names none for this kind of tokens. */
export function plainKindOf(kind: BilledKind): 'input_mtok' | 'output_mtok' {
  return ['output_mtok', 'reasoning_mtok', 'output_audio_mtok'].includes(kind) ? 'output_mtok' : 'input_mtok'
}

/**
 * Tokens of each kind in calls that were charged by these prices, each token once. Reasoning is apart only where it has a price of its
 * own.
 */
export function tokensByKind(sums: CostSums, prices: Readonly<Record<string, string>>): Record<BilledKind, number> {
  const reasoned = Object.hasOwn(prices, 'reasoning_mtok') ? sums.reasoning_tokens : 0
  const { cached_tokens: cached, cache_write_tokens: written, cache_write_1h_tokens: kept } = sums
  const { audio_prompt_tokens: heard, audio_response_tokens: said } = sums
  return {
    input_mtok: Math.max(0, sums.prompt_tokens - cached - written - heard),
    cache_read_mtok: cached,
    cache_write_mtok: written - kept,
    cache_write_1h_mtok: kept,
    input_audio_mtok: heard,
    output_mtok: Math.max(0, sums.response_tokens - reasoned - said),
    reasoning_mtok: reasoned,
    output_audio_mtok: said,
  }
}
