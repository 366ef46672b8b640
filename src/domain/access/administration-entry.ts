import type { EntryDraft } from '../ledger/entry-draft.ts'
import { jcs } from '../ledger/json.ts'
import { actEntry, type Officer } from '../requests/act-entry.ts'

export interface Administration {
  /** Of the entry, and of what it makes. */
  id: string
  /** Milliseconds since the Unix epoch. */
  at: number
  /** Who acts: a key, or a person by their pseudonym. */
  officer: Officer
}

/** The entry of what is done to keys, at the door and with the archive: all envelope, kept like a proof. */
export function administrationEntry(
  act: Administration,
  status: string,
  relatedEntry: string | null,
  detail: object | null,
): EntryDraft {
  return actEntry({
    ...act,
    ...{ kind: 'administration', status, relatedEntry, subjectPseudonym: null, retentionClass: 'proof', note: null },
    detail: detail && jcs(detail),
  })
}
