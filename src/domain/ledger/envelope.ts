/** What an entry records. The number is the kind's byte in the leaf. */
export const ENTRY_KINDS = {
  interaction: 1,
  refusal: 2,
  erasure: 3,
  disclosure: 4,
  hold: 5,
  archive: 6,
  policy: 7,
  administration: 8,
  report: 9,
  recovery: 10,
  query: 11,
} as const

export type EntryKind = keyof typeof ENTRY_KINDS

/**
 * The columns of `ledger_entry` that the ENVELOPE commitment covers, version 1. Names are the database's. Nothing here
 * is personal data: no text of a request, no user id, no hash of either.
 *
 * - `bigint` times are microseconds since the Unix epoch, 0 to 2^53 − 1.
 * - numbers are integers, 0 to 2^53 − 1.
 * - UUIDs are lower case. Digests and `log_id` are 32 bytes.
 * - `cost_usd` is a decimal with exactly ten places, e.g. `0.0001250000`.
 * - `price_usd`, `entity_counts`, `attempts` and `detail` are JSON in the canonical form of RFC 8785.
 * - `flags` is sorted by UTF-8 bytes and holds nothing twice.
 */
export interface Envelope {
  readonly format_version: 1
  /** UUIDv7; the request id where there is one. */
  readonly id: string
  readonly kind: EntryKind
  readonly occurred_at: bigint
  readonly log_id: Uint8Array
  readonly tenant_id: string
  readonly team: string | null
  readonly app: string | null
  readonly api_key_id: string | null
  readonly subject_pseudonym: string | null
  readonly session_pseudonym: string | null
  readonly region: string | null
  readonly route: string | null
  readonly route_reason: string | null
  readonly purpose: string | null
  readonly lawful_basis: string | null
  readonly consent_pseudonym: string | null
  readonly provider: string | null
  readonly model_asked: string | null
  readonly model_answered: string | null
  readonly prompt_tokens: number | null
  readonly response_tokens: number | null
  readonly cached_tokens: number | null
  readonly reasoning_tokens: number | null
  readonly usage_estimated: boolean | null
  readonly cost_usd: string | null
  readonly price_usd: string | null
  readonly price_version: string | null
  readonly policy_version: string | null
  readonly engine_version: string | null
  readonly gateway_version: string
  readonly tool: string | null
  readonly feature: string | null
  readonly flags: readonly string[]
  readonly entity_counts: string | null
  readonly has_pii: boolean
  readonly pii_redacted: boolean
  readonly hipaa_route: boolean
  readonly status: string
  readonly status_code: number | null
  readonly error_code: string | null
  readonly finish_reason: string | null
  readonly attempt_count: number
  readonly attempts: string | null
  readonly latency_ms: number | null
  readonly ttft_ms: number | null
  readonly parent_request: string | null
  readonly related_entry: string | null
  readonly retention_class: string
  readonly detail: string | null
  readonly coverage_digest: Uint8Array | null
  readonly subject_blob_digest: Uint8Array | null
  readonly prompt_blob_digest: Uint8Array | null
  readonly response_blob_digest: Uint8Array | null
  readonly writer_epoch: string
  readonly writer_seq: number
}

/** How a field is written in canonical bytes. `json` is written like `text`; `digest` like `bytes`, 32 long. */
export type FieldType =
  | 'int'
  | 'timestamp'
  | 'bool'
  | 'text'
  | 'json'
  | 'uuid'
  | 'digest'
  | 'decimal'
  | 'text[]'
  | 'kind'
  | 'version'

export interface EnvelopeField {
  readonly name: keyof Envelope
  readonly type: FieldType
  readonly nullable: boolean
}

function fields(rows: readonly (readonly [keyof Envelope, FieldType | `${FieldType}?`])[]): readonly EnvelopeField[] {
  return rows.map(([name, type]) => ({
    name,
    type: type.replace('?', '') as FieldType,
    nullable: type.endsWith('?'),
  }))
}

/** Every field in canonical order; a field's number is its place in this list, counted from 1. Never reordered. */
export const ENVELOPE_FIELDS: readonly EnvelopeField[] = fields([
  ['format_version', 'version'],
  ['id', 'uuid'],
  ['kind', 'kind'],
  ['occurred_at', 'timestamp'],
  ['log_id', 'digest'],
  ['tenant_id', 'text'],
  ['team', 'text?'],
  ['app', 'text?'],
  ['api_key_id', 'text?'],
  ['subject_pseudonym', 'text?'],
  ['session_pseudonym', 'text?'],
  ['region', 'text?'],
  ['route', 'text?'],
  ['route_reason', 'text?'],
  ['purpose', 'text?'],
  ['lawful_basis', 'text?'],
  ['consent_pseudonym', 'text?'],
  ['provider', 'text?'],
  ['model_asked', 'text?'],
  ['model_answered', 'text?'],
  ['prompt_tokens', 'int?'],
  ['response_tokens', 'int?'],
  ['cached_tokens', 'int?'],
  ['reasoning_tokens', 'int?'],
  ['usage_estimated', 'bool?'],
  ['cost_usd', 'decimal?'],
  ['price_usd', 'json?'],
  ['price_version', 'text?'],
  ['policy_version', 'text?'],
  ['engine_version', 'text?'],
  ['gateway_version', 'text'],
  ['tool', 'text?'],
  ['feature', 'text?'],
  ['flags', 'text[]'],
  ['entity_counts', 'json?'],
  ['has_pii', 'bool'],
  ['pii_redacted', 'bool'],
  ['hipaa_route', 'bool'],
  ['status', 'text'],
  ['status_code', 'int?'],
  ['error_code', 'text?'],
  ['finish_reason', 'text?'],
  ['attempt_count', 'int'],
  ['attempts', 'json?'],
  ['latency_ms', 'int?'],
  ['ttft_ms', 'int?'],
  ['parent_request', 'uuid?'],
  ['related_entry', 'uuid?'],
  ['retention_class', 'text'],
  ['detail', 'json?'],
  ['coverage_digest', 'digest?'],
  ['subject_blob_digest', 'digest?'],
  ['prompt_blob_digest', 'digest?'],
  ['response_blob_digest', 'digest?'],
  ['writer_epoch', 'uuid'],
  ['writer_seq', 'int'],
])
