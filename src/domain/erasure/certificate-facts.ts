/** What was looked at in one store, and how often the person was still found there: nothing is certified where they were. */
export interface CertifiedStore {
  store: string
  looked: number
  found: number
  /** Of other people's, found and left because a legal hold is in force on them. */
  held: number
  /** Values listed in a policy that name the person, which an administrator has to change; absent: none. */
  to_change?: number
  sealed_tried: number | null
  sealed_destroyed: number | null
}

/** A provider of models that may have been sent prompts of the person, detected values replaced. */
export interface CertifiedRecipient {
  provider: string
  entries: number
  /** Of these, entries that left without redaction, because the tenant had chosen so. */
  unredacted: number
  /** Entries of other people in which the engine had missed a mention of this person. */
  missed_mentions: number
  /** ISO 8601, UTC. */
  first_at: string
  last_at: string
}

/** A key-encryption epoch under which backups of the keystore may hold a key of the person, wrapped. */
export interface CertifiedEpoch {
  epoch: number
  state: 'active' | 'retired' | 'destroyed'
  /** From when on nothing opens with it: known where it is destroyed, planned otherwise. ISO 8601, UTC. */
  opens_until: string
}

/** What is known of an erasure when it is certified. Times are ISO 8601, UTC; nothing names the person. */
export interface CertificateFacts {
  case: string
  tenant: string
  log: string
  issued_at: string
  requested_by: string
  approved_by: string | null
  requested_at: string
  deadline: string
  announced_at: string
  /** When the last key was destroyed; null: there was none. */
  unreadable_since: string | null
  completed_at: string
  receipt: { number: number; entries: string[]; completed: string }
  /** The names that stand in the place of the person's: `del_…`. */
  handles: string[]
  counts: {
    subjects: number
    keys: number
    in_flight: number
    entries: number
    values: number
    others_values: number
    texts_scanned: number
    texts_cut: number
    texts_unreadable: number
    archive_objects: number | null
  }
  stores: CertifiedStore[]
  /** Entries whose facts stay. */
  kept_entries: number
  recipients: CertifiedRecipient[]
  /** Until when archived text of other people, which was not opened, is kept; null: there is none. */
  archive: { others_text_until: string | null }
  /** Times that stored text of the person was shown to somebody, exports among them. */
  disclosures: number
  backups: { keystore_epochs: CertifiedEpoch[] }
}
