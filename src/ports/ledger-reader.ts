import type { Commitments } from '../domain/ledger/commitment.ts'
import type { StoredContent } from '../domain/ledger/entry-draft.ts'
import type { EntryKind, Envelope } from '../domain/ledger/envelope.ts'

export interface StoredEntry {
  envelope: Envelope
  envelopeNonce: Uint8Array
  commitments: Commitments
  /** The archived period that it was read from; absent: it is in the database. */
  archive?: string
}

/** A leaf of the log and its entry. */
export interface LeafEntry {
  leafIndex: number
  entryId: string
  /** Null: it is not in the database, or was removed at the end of its life. */
  entry: StoredEntry | null
  /** Entries of kind `archive` that say that it was removed. */
  expiredBy?: readonly string[]
}

export interface StoredValue {
  placeholder: string
  entityType: string
  sealedValue: Uint8Array
}

/** A text of an entry out of which mentions of somebody else were cut: no longer the one that was committed to. */
export interface TextCut {
  group: 'prompt' | 'response'
  /** SHA-256 of the sealed blob that was left. */
  now: Uint8Array
  /** The number of the receipt that explains it. */
  receipt: number
}

export interface SignedCheckpoint {
  origin: string
  treeSize: number
  /** The C2SP signed note. */
  note: string
  /** The verifier key of the log that signed it, in C2SP form. */
  verifierKey: string
}

export interface EntryProof {
  leafIndex: number
  leaf: Uint8Array
  /** Audit path to `checkpoint`, leaf's sibling first. */
  path: Uint8Array[]
  /** Of the generation the entry is in. */
  checkpoint: SignedCheckpoint
}

/** Reads the ledger of one tenant. What belongs to another tenant is not found. Safe for concurrent use. */
export interface LedgerReader {
  entry(tenantId: string, entryId: string): Promise<StoredEntry | undefined>
  /** An entry of any tenant, for the steps of its own workflow. */
  find(entryId: string): Promise<StoredEntry | undefined>
  content(tenantId: string, entryId: string): Promise<StoredContent | undefined>
  values(tenantId: string, entryId: string): Promise<StoredValue[]>
  /** Every cut that was announced; a text may have been cut more than once. */
  cuts(tenantId: string, entryId: string): Promise<TextCut[]>
  /** Entries in the log's order; `after` is a leaf index, -1 for the start. */
  page(tenantId: string, after: number, limit: number): Promise<LeafEntry[]>
  /** The newest entry of a kind. */
  latestOfKind(tenantId: string, kind: EntryKind): Promise<StoredEntry | undefined>
  latestCheckpoint(tenantId: string): Promise<SignedCheckpoint | undefined>
  /** Undefined while the entry has no leaf under a signed checkpoint. */
  proof(tenantId: string, entryId: string): Promise<EntryProof | undefined>
  /** Hashes of the consistency proof between two sizes of the log in force. */
  consistency(tenantId: string, from: number, to: number): Promise<Uint8Array[]>
}

export type { StoredContent }
