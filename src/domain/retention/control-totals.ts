import { createHash } from 'node:crypto'
import { compareTexts } from '../ledger/check-envelope.ts'
import { jcs } from '../ledger/json.ts'

/** Columns whose sums an auditor adds up again. `cost_usd` has ten places, the others none. */
export const SUMMED = [
  'prompt_tokens',
  'response_tokens',
  'cached_tokens',
  'reasoning_tokens',
  'attempt_count',
  'cost_usd',
] as const

/** Columns by whose values entries are counted. */
export const COUNTED = [
  'kind',
  'status',
  'tool',
  'feature',
  'provider',
  'model_answered',
  'region',
  'route',
  'has_pii',
  'hipaa_route',
  'error_code',
] as const

/** Parts of sealed content. */
export const SEALED = ['sealed_subject', 'sealed_prompt', 'sealed_response'] as const

/** A value and how many entries have it; null: those that have none. */
export type Counted = readonly [value: string | null, entries: number]

/** Where a column has more values than this, a manifest names how many and their digest. */
export const MOST_VALUES = 500

export interface ManyValues {
  values: number
  /** SHA-256 of the JCS of the whole list, in hex. */
  sha256: string
}

/** What facts and content of a period add up to. The database and the file that was read back have to agree on all of it. */
export interface ControlTotals {
  entries: number
  first_id: string | null
  last_id: string | null
  /** By column of `SUMMED`, as decimal text; null: no entry has a value. */
  sums: Readonly<Record<string, string | null>>
  /** By column of `COUNTED`, ordered by value, null first. */
  counts: Readonly<Record<string, readonly Counted[] | ManyValues>>
  content: {
    rows: number
    /** By column of `SEALED`: blobs and their bytes. */
    blobs: Readonly<Record<string, { count: number; bytes: string }>>
    /** Rows with a coverage record. */
    coverage: number
  }
}

/** Orders what was counted, and shortens what a manifest would be too long with. */
export function countsOf(rows: readonly Counted[]): readonly Counted[] | ManyValues {
  const ordered = [...rows].sort(([a], [b]) => (a === null || b === null ? nullFirst(a, b) : compareTexts(a, b)))
  if (ordered.length <= MOST_VALUES) return ordered
  return { values: ordered.length, sha256: createHash('sha256').update(jcs(ordered)).digest('hex') }
}

function nullFirst(a: string | null, b: string | null): number {
  return Number(a !== null) - Number(b !== null)
}

/** Names of the totals that differ, e.g. `sums.cost_usd`; never what they are. */
export function totalsThatDiffer(a: ControlTotals, b: ControlTotals): string[] {
  const left = flat(a)
  const right = flat(b)
  return [...new Set([...left.keys(), ...right.keys()])].filter((name) => left.get(name) !== right.get(name)).sort()
}

function flat({ sums, counts, content, ...own }: ControlTotals): Map<string, string> {
  const all: Record<string, unknown> = { ...own, 'content.rows': content.rows, 'content.coverage': content.coverage }
  for (const [name, value] of Object.entries(sums)) all[`sums.${name}`] = value
  for (const [name, value] of Object.entries(counts)) all[`counts.${name}`] = value
  for (const [name, value] of Object.entries(content.blobs)) all[`content.${name}`] = value
  return new Map(Object.entries(all).map(([name, value]) => [name, jcs(value)]))
}
