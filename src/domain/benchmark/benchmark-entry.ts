import type { EntryDraft } from '../ledger/entry-draft.ts'
import { jcs } from '../ledger/json.ts'
import { actEntry, type Officer } from '../requests/act-entry.ts'
import type { BenchmarkFigures } from './types.ts'

/** What an entry says of a benchmark: figures, names of models, digests. Never a question or an answer. */
export interface BenchmarkDetail extends BenchmarkFigures {
  /** Chosen by who ran it. */
  run: string
  set: { sha256: string; items: number }
  tool: string
  /** The judging model; null: none was needed. */
  judge: string | null
  /** SHA-256 of the canonical JSON of all verdicts with their requests, hex. */
  answers_sha256: string
}

export const BENCHMARK_STATUS = 'benchmark'

/** The entry of a benchmark: kind `report`, status `benchmark`. */
export function benchmarkEntry(facts: {
  id: string
  /** Milliseconds since the Unix epoch. */
  at: number
  officer: Officer
  retentionClass: string
  detail: BenchmarkDetail
}): EntryDraft {
  const { detail, ...act } = facts
  const more = {
    kind: 'report',
    status: BENCHMARK_STATUS,
    subjectPseudonym: null,
    relatedEntry: null,
    note: null,
  } as const
  return actEntry({ ...act, ...more, detail: jcs(detail) })
}
