import type { CostLine, CostSums } from './cost-lines.ts'
import { sumUsd } from './decimal.ts'

/** Everything added up, exactly. */
export function sumLines(lines: readonly CostLine[]): CostSums {
  const first = lines[0]?.sums ?? NOTHING
  const names = Object.keys(first) as (keyof CostSums)[]
  const sums = names.map((name) => {
    const values = lines.map(({ sums }) => sums[name])
    return [
      name,
      name.endsWith('_usd') ? sumUsd(values.map(String)) : values.reduce<number>((a, b) => a + Number(b), 0),
    ]
  })
  return Object.fromEntries(sums) as CostSums
}

const NOTHING: CostSums = {
  ...{ calls: 0, answered: 0, refused: 0, failed: 0, counted: 0, estimated_calls: 0, price_unknown_calls: 0 },
  ...{ prompt_tokens: 0, cached_tokens: 0, cache_write_tokens: 0, cache_write_1h_tokens: 0, audio_prompt_tokens: 0 },
  ...{ response_tokens: 0, reasoning_tokens: 0, audio_response_tokens: 0 },
  ...{ cost_usd: '0.0000000000', estimated_cost_usd: '0.0000000000', list_cost_usd: '0.0000000000' },
}

/** Its part of the whole in percent with two places, rounded down; null: the whole is nothing. */
export function percentOf(part: string, whole: string): string | null {
  const [a, b] = [part, whole].map((amount) => BigInt(amount.replace('.', ''))) as [bigint, bigint]
  if (b === 0n) return null
  const hundredths = String((a * 10_000n) / b).padStart(3, '0')
  return `${hundredths.slice(0, -2)}.${hundredths.slice(-2)}`
}
