import { createHash } from 'node:crypto'
import type { EntryDraft } from '../ledger/entry-draft.ts'
import type { EntryKind } from '../ledger/envelope.ts'
import { factEntry } from '../ledger/fact-entry.ts'
import type { DataKey } from '../sealing/seal.ts'
import { sealText } from './sealing.ts'

/** Who acts: an API key. */
export interface Officer {
  tenantId: string
  keyId: string
  app: string
  team: string | null
}

/** Free text that people type, a purpose or a reason, as it rests in an entry's content. */
export interface SealedNote {
  sealed: Uint8Array
  commitment: Uint8Array
}

/** What somebody does that is no request, and why. */
export interface Act {
  id: string
  kind: EntryKind
  status: string
  /** Milliseconds since the Unix epoch. */
  at: number
  officer: Officer
  subjectPseudonym: string | null
  relatedEntry: string | null
  retentionClass: string
  /** Canonical JSON without personal data. */
  detail: string | null
  note: SealedNote | null
}

/** Seals a note for the content of the entry `act.id`, with the nonce of its commitment inside. */
export function sealNote(
  act: Pick<Act, 'id' | 'officer' | 'subjectPseudonym'>,
  dataKey: DataKey,
  text: string,
  random: (length: number) => Uint8Array,
): SealedNote {
  return sealText(rowOfAct(act), dataKey, 'prompt', text, random)
}

/** What names an act's sealed note. */
function rowOfAct({ id, officer, subjectPseudonym }: Pick<Act, 'id' | 'officer' | 'subjectPseudonym'>) {
  return { requestId: id, subjectPseudonym: subjectPseudonym ?? '', context: { tenantId: officer.tenantId } }
}

/** The entry of an act, its note as its sealed text. */
export function actEntry({ at, officer, note, ...act }: Act): EntryDraft {
  const facts = factEntry({
    id: act.id,
    kind: act.kind,
    occurred_at: BigInt(at) * 1000n,
    tenant_id: officer.tenantId,
    app: officer.app,
    team: officer.team,
    api_key_id: officer.keyId,
    subject_pseudonym: act.subjectPseudonym,
    related_entry: act.relatedEntry,
    status: act.status,
    retention_class: act.retentionClass,
    detail: act.detail,
  })
  return withNote(facts, note)
}

/** An entry with a note as its sealed text; null: as it is. */
export function withNote(entry: EntryDraft, note: SealedNote | null): EntryDraft {
  if (note === null) return entry
  return {
    ...entry,
    promptCommitment: note.commitment,
    content: { sealedSubject: null, sealedPrompt: note.sealed, sealedResponse: null, coverage: null },
    envelope: { ...entry.envelope, prompt_blob_digest: createHash('sha256').update(note.sealed).digest() },
  }
}
