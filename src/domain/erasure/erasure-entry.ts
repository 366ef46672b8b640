import type { EntryDraft } from '../ledger/entry-draft.ts'
import { factEntry } from '../ledger/fact-entry.ts'
import { jcs } from '../ledger/json.ts'
import { PROOF_CLASS } from '../retention/retention-class.ts'

export interface ErasureEntryFacts {
  id: string
  /** Milliseconds since the Unix epoch. */
  at: number
  tenantId: string
  caseId: string
  /** The API key that asked or decided. */
  officer: string
  status: 'requested' | 'approved' | 'rejected' | 'refused' | 'failed' | 'completed'
  errorCode?: string
  /** The entry that announced the erasure. */
  related?: string | null
  /** Members of its detail beside `case`: ids, counts and codes. */
  detail: Readonly<Record<string, unknown>>
}

/** The entry of a step of an erasure, kept as long as proofs are. It belongs to no subject: whom it is about are the pseudonyms of its receipt. */
export function erasureEntry(facts: ErasureEntryFacts): EntryDraft {
  return factEntry({
    id: facts.id,
    kind: 'erasure',
    occurred_at: BigInt(facts.at) * 1000n,
    tenant_id: facts.tenantId,
    api_key_id: facts.officer,
    related_entry: facts.related ?? null,
    status: facts.status,
    error_code: facts.errorCode ?? null,
    retention_class: PROOF_CLASS,
    detail: jcs({ case: facts.caseId, ...facts.detail }),
  })
}
