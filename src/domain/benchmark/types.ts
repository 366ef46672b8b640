/** A message as it is sent; the set's author wrote it. */
export interface ItemMessage {
  role: 'system' | 'user' | 'assistant'
  content: string
}

/** How an answer is scored. */
export type Score =
  | { by: 'exact'; expected: string; ignoreCase: boolean }
  | { by: 'number'; expected: number; tolerance: number }
  | { by: 'regex'; pattern: string; ignoreCase: boolean }
  | { by: 'json'; expected: unknown }
  | { by: 'judge'; expected: string }

export interface BenchmarkItem {
  id: string
  messages: readonly ItemMessage[]
  score: Score
  /** The app's own bound on the answer; null: the model's. */
  maxTokens: number | null
}

/**
 * What became of an item. `wrong`: answered, and not as expected. `undecided`: two asked judgements differ, or one is none.
 * `error`: there is no answer.
 */
export const VERDICTS = ['correct', 'wrong', 'undecided', 'error'] as const
export type Verdict = (typeof VERDICTS)[number]

/** Why an item is undecided. */
export const DOUBTS = ['disagreement', 'invalid'] as const
export type Doubt = (typeof DOUBTS)[number]

/** One item's answer of one model, as its run tells it. Requests are entries of the ledger. */
export interface ToldAnswer {
  /** Place in the set, from 0. */
  item: number
  verdict: Verdict
  doubt: Doubt | null
  /** Every request that was accepted, the deciding one last; none, where nothing was accepted. */
  requests: readonly string[]
  /** Requests of the judging model. */
  judged: readonly string[]
}

/** What the ledger says of a request. */
export interface RecordedCall {
  status: string
  tool: string | null
  feature: string | null
  modelAsked: string | null
  modelAnswered: string | null
  /** Ten places; null: nothing was priced. */
  costUsd: string | null
  latencyMs: number | null
}

/** Times in milliseconds, amounts in US dollars with ten places. */
export interface ModelFigures {
  model: string
  /** Names that answered, as the providers told them. */
  answered_by: string[]
  items: number
  correct: number
  wrong: number
  undecided: number
  errors: number
  /** correct / items, with the Wilson score interval at 95 %. */
  accuracy: number
  low: number
  high: number
  /** Of all requests that were accepted, failed ones included. */
  cost_usd: string
  cost_per_answer_usd: string | null
  cost_per_correct_usd: string | null
  /** Of the deciding requests that were answered. */
  latency_median_ms: number | null
  latency_p95_ms: number | null
  /** Of the judging model's requests about this model's answers. */
  judge_requests: number
  judge_cost_usd: string
  judge_disagreements: number
  judge_invalid: number
}

/** Two models on the same items: a is the one that comes first. */
export interface PairFigures {
  a: string
  b: string
  both: number
  only_a: number
  only_b: number
  neither: number
  /** Accuracy of a less accuracy of b, with Tango's score interval for paired proportions at 95 %. */
  difference: number
  low: number
  high: number
  /** Two-sided, of the exact McNemar test. */
  p: number
}

export interface BenchmarkFigures {
  models: ModelFigures[]
  pairs: PairFigures[]
}
