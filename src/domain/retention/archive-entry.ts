import type { EntryDraft } from '../ledger/entry-draft.ts'
import { factEntry } from '../ledger/fact-entry.ts'
import { PROOF_CLASS } from './retention-class.ts'

export interface ArchiveEntryFacts {
  id: string
  /** Milliseconds since the Unix epoch. */
  at: number
  tenantId: string
  status: 'archived' | 'superseded' | 'dropped' | 'expired'
  /** The entry that put the period on record; absent: this one does, or it is about a whole day. */
  period?: string
  /** JSON in the canonical form of RFC 8785. */
  detail: string
}

/** The entry of what happens to archived entries. It explains others, and stays as long as proofs do. */
export function archiveEntry({ id, at, tenantId, status, period, detail }: ArchiveEntryFacts): EntryDraft {
  return factEntry({
    id,
    kind: 'archive',
    status,
    occurred_at: BigInt(at) * 1000n,
    tenant_id: tenantId,
    related_entry: period ?? null,
    retention_class: PROOF_CLASS,
    detail,
  })
}
