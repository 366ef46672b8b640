import { sumUsd } from './decimal.ts'
import type { Price } from './price.ts'

/** What a request cost over all its attempts. */
export interface RequestPrice extends Price {
  /** Each attempt's own, by its number. Absent: there was one. */
  byAttempt?: ReadonlyMap<number, Price>
}

/**
 * The sum over attempts: each was rounded once, as a provider bills it, so that they add up to their request's cost. Where one
 * lacks a price the sum is flagged. Null: there are none.
 */
export function totalPrice(byAttempt: ReadonlyMap<number, Price>): RequestPrice | null {
  const all = [...byAttempt.values()]
  const newest = all.at(-1)
  if (!newest) return null
  return {
    ...newest,
    costUsd: sumUsd(all.map(({ costUsd }) => costUsd)),
    flags: all.some(({ flags }) => flags.length > 0) ? ['price_unknown'] : [],
    byAttempt,
  }
}
