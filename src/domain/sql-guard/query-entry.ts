import { createHash } from 'node:crypto'
import { EMPTY_ENVELOPE } from '../ledger/empty-envelope.ts'
import type { EntryDraft } from '../ledger/entry-draft.ts'
import { jcs } from '../ledger/json.ts'
import type { Officer, SealedNote } from '../requests/act-entry.ts'

export interface QueryFacts {
  id: string
  /** Milliseconds since the Unix epoch. */
  at: number
  latencyMs: number
  caller: Officer
  subjectPseudonym: string
  tool: string
  retentionClass: string
  status: 'answered' | 'refused' | 'failed'
  statusCode: number
  errorCode: string | null
  parentRequest: string | null
  /** The statement, sealed, and its commitment. */
  statement: SealedNote
  detail: QueryDetail
}

/** What an entry says of a statement in clear. */
export interface QueryDetail {
  database: string
  /** The statement without constants and without names of its author's; null: it is no SQL. */
  shape: string | null
  /** Of PostgreSQL's parse tree without constants; null: it is no SQL. */
  fingerprint: string | null
  relations: readonly string[]
  functions: readonly string[]
  /** Null: nothing was read. */
  rows: number | null
  bytes: number | null
  truncated: boolean
  /** What EXPLAIN expected; null: it was not asked. */
  plan: { cost: number; rows: number } | null
  /** Where the statement was refused, in code points from 1. */
  position: number | null
}

/** The entry of a statement that was run or refused: kind `query`. */
export function queryEntry(facts: QueryFacts): EntryDraft {
  const { caller, statement } = facts
  return {
    settlesRequest: false,
    subjectCommitment: null,
    promptCommitment: statement.commitment,
    responseCommitment: null,
    content: { sealedSubject: null, sealedPrompt: statement.sealed, sealedResponse: null, coverage: null },
    envelope: {
      ...EMPTY_ENVELOPE,
      id: facts.id,
      kind: 'query',
      occurred_at: BigInt(facts.at) * 1000n,
      tenant_id: caller.tenantId,
      app: caller.app,
      team: caller.team,
      api_key_id: caller.keyId,
      subject_pseudonym: facts.subjectPseudonym,
      tool: facts.tool,
      status: facts.status,
      status_code: facts.statusCode,
      error_code: facts.errorCode,
      latency_ms: Math.max(0, facts.latencyMs),
      parent_request: facts.parentRequest,
      retention_class: facts.retentionClass,
      prompt_blob_digest: createHash('sha256').update(statement.sealed).digest(),
      detail: jcs(facts.detail),
    },
  }
}
