import { bursts, mergeBursts } from './bursts.ts'
import { latency } from './latency.ts'
import { models } from './models.ts'
import { personalData } from './personal-data.ts'
import { spend } from './spend.ts'
import type { Hint, HintFacts } from './types.ts'

/** Days of the past that a judgement rests on: what is read for a period begins so much earlier. */
export const BASIS_DAYS = 35

/**
 * Every hint of a time. Each moment is judged by what came before it, so that reading a year at once gives what reading it day by
 * day would have given. Oldest first.
 */
export function findHints(facts: HintFacts): Hint[] {
  const found = [
    ...personalData(facts),
    ...latency(facts),
    ...mergeBursts(bursts(facts)),
    ...spend(facts),
    ...models(facts),
  ]
  return found.sort((a, b) => a.since - b.since)
}
