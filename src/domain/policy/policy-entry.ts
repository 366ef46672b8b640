import type { EntryDraft } from '../ledger/entry-draft.ts'
import { factEntry } from '../ledger/fact-entry.ts'
import { jcs } from '../ledger/json.ts'
import { type Officer, type SealedNote, withNote } from '../requests/act-entry.ts'
import { changesBetween } from './changes.ts'

/** The policy in whose place another comes. */
export interface PolicyBefore {
  /** Of its entry. */
  id: string
  version: string
  effective: unknown
}

export interface PolicyInForce {
  /** Of the entry. */
  id: string
  /** Milliseconds since the Unix epoch. */
  at: number
  tenantId: string
  version: string
  /** What follows from the policy and from the rules for all tenants, with labels in the place of listed values. */
  effective: unknown
  /** The listed values, sealed for the entry's content; null: there are none. */
  listed: SealedNote | null
  /** Null: it is the first. */
  before: PolicyBefore | null
}

/** Somebody set a policy by the API, or gave it up for the file's. */
export interface SetByApi {
  officer: Officer
  /** As it was sent, with labels; null: from now on the file's holds. */
  document: unknown
  /** SHA-256 in hex of what the file said of the tenant then. */
  fileDigest: string
}

/**
 * A policy comes into force: the entry has the whole of it and what changed, and its listed values as its sealed text. @param set null: the file was
 * changed.
 */
export function policyEntry(policy: PolicyInForce, set: SetByApi | null): EntryDraft {
  const { before, effective, listed, version } = policy
  const facts = factEntry({
    id: policy.id,
    kind: 'policy',
    occurred_at: BigInt(policy.at) * 1000n,
    tenant_id: policy.tenantId,
    team: set?.officer.team ?? null,
    app: set?.officer.app ?? null,
    api_key_id: set?.officer.keyId ?? null,
    policy_version: version,
    status: 'in_force',
    retention_class: 'proof',
    related_entry: before?.id ?? null,
    detail: jcs({
      policy: effective,
      previous_version: before?.version ?? null,
      source: set === null ? 'file' : 'api',
      changes: changesBetween(before?.effective ?? {}, effective),
      ...(set && { document: set.document, file_digest: set.fileDigest }),
    }),
  })
  return withNote(facts, listed)
}
