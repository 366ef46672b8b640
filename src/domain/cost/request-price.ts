import { sumUsd } from './decimal.ts'
import type { Price } from './price.ts'

/** What a request cost over all its attempts. */
export interface RequestPrice extends Price {
  /** Each attempt's own, by its number. Absent: there was one. */
  byAttempt?: ReadonlyMap<number, Price>
}

/**
 * The sum over attempts: each was rounded once, as a provider bills it, so that they add up to their request's cost. A flag
 * of one is one of the sum. Null: there are none.
 */
export function totalPrice(byAttempt: ReadonlyMap<number, Price>): RequestPrice | null {
  const all = [...byAttempt.values()]
  const newest = all.at(-1)
  if (!newest) return null
  return {
    ...newest,
    costUsd: sumUsd(all.map(({ costUsd }) => costUsd)),
    flags: [...new Set(all.flatMap(({ flags }) => flags))],
    byAttempt,
  }
}
