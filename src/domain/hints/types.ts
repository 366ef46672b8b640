export const HINT_KINDS = ['personal_data', 'latency', 'errors', 'refusals', 'spend', 'models'] as const
export type HintKind = (typeof HINT_KINDS)[number]

/** Something in the log that a person may want to act on. It rests on counts, times and amounts, never on text. */
export interface Hint {
  kind: HintKind
  /** What it is about: names of tools, models, providers, types of personal data, a budget. */
  about: Readonly<Record<string, string>>
  /** Milliseconds since the Unix epoch; `until` null: it went on at the end of what was read. */
  since: number
  until: number | null
  /** What it rests on: numbers, and names with what they counted. */
  figures: Readonly<Record<string, number | string>>
  /** How it was decided, with its thresholds. */
  rule: string
  /** What to do. */
  advice: string
}

/** Calls, personal data and cost of a day. `day` is its midnight in UTC, in milliseconds. */
export interface UsageRow {
  day: number
  team: string
  app: string
  tool: string
  feature: string
  model: string
  calls: number
  withPii: number
  costUsd: number
}

/** How calls of an hour ended. `provider`: the one that was tried first. */
export interface EndingRow {
  /** Its start. */
  hour: number
  tool: string
  provider: string
  /** `troubled`: failed, broken off, or answered after another try. */
  ending: 'fine' | 'troubled' | 'refused'
  code: string
  calls: number
}

/** Latency of a day's calls that were answered at the first try, as sums of its natural logarithm. */
export interface SpeedRow {
  day: number
  tool: string
  model: string
  provider: string
  calls: number
  logSum: number
  logSquares: number
}

/** Calls of a day in which a type of personal data was found. */
export interface FindingRow {
  day: number
  tool: string
  entityType: string
  calls: number
}

/** What hints are found in, of one tenant. */
export interface HintFacts {
  /** Milliseconds; midnights in UTC. `to` is not in it. */
  from: number
  to: number
  usage: readonly UsageRow[]
  endings: readonly EndingRow[]
  speeds: readonly SpeedRow[]
  findings: readonly FindingRow[]
  budgets: readonly HintBudget[]
  benchmarks: readonly HintBenchmark[]
}

/** A limit on what is spent in a period; null in its scope: whatever it is. */
export interface HintBudget {
  period: 'day' | 'week' | 'month' | 'year'
  limitUsd: number
  limit: 'soft' | 'hard'
  team: string | null
  app: string | null
  tool: string | null
  feature: string | null
}

/** What an entry says of a benchmark; see `BenchmarkDetail`. */
export interface HintBenchmark {
  id: string
  at: number
  setSha256: string
  models: readonly {
    model: string
    answeredBy: readonly string[]
    items: number
    errors: number
    costPerAnswerUsd: number | null
  }[]
  pairs: readonly { a: string; b: string; both: number; onlyA: number; onlyB: number; neither: number }[]
}

export const HOUR_MS = 3_600_000
export const DAY_MS = 86_400_000

/** To so many significant places: figures are for people. */
export function significant(value: number, places = 4): number {
  return Number(value.toPrecision(places))
}

export function dayText(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}
