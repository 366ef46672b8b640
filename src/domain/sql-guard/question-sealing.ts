import type { PlaceholderEntry } from '../redaction/types.ts'
import { type DataKey, seal, unseal } from '../sealing/seal.ts'

/** A question as it was asked. */
export interface AskedQuestion {
  question: string
  database: string
  model: string
  user: string | null
  inWords: boolean
  /** The contract's headers that its requests are sent with. */
  headers: Readonly<Record<string, string>>
}

/** A statement of a round. */
export interface WrittenStatement {
  /** As the model wrote it. */
  text: string
  placeholders: readonly PlaceholderEntry[]
  requestId: string
  /** Null: it was not refused, or has not been run. */
  refusal: { code: string; message: string; position: number | null } | null
}

/** What the caller gets. */
export interface QuestionAnswer {
  sql: string
  columns: readonly { name: string; type: string }[]
  rows: readonly (readonly unknown[])[]
  truncated: boolean
  /** The rows in words; null: not wanted, or the model did not give any. */
  words: string | null
}

interface SealedRow {
  id: string
  tenantId: string
  subjectPseudonym: string
}

type Field = 'question' | 'statement' | 'answer'

function contextOf({ id, tenantId, subjectPseudonym }: SealedRow, field: Field) {
  return { tenantId, subjectPseudonym, table: 'database_question', rowId: id, field }
}

export function sealQuestionField(
  row: SealedRow,
  dataKey: DataKey,
  field: Field,
  value: object,
  random: (length: number) => Uint8Array,
): Uint8Array {
  return seal(dataKey, contextOf(row, field), random(12), Buffer.from(JSON.stringify(value), 'utf8'))
}

/** @throws UnsealError where it was changed, or is another's */
export function openQuestionField<T>(row: SealedRow, dataKey: DataKey, field: Field, sealed: Uint8Array): T {
  return JSON.parse(unseal(dataKey, contextOf(row, field), sealed).toString('utf8')) as T
}
