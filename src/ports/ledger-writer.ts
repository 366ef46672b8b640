import type { StoredContent } from './ledger-reader.ts'
import type { Envelope } from '../domain/ledger/envelope.ts'

/** An envelope before its writer numbers it. */
export type EnvelopeDraft = Omit<
  Envelope,
  'format_version' | 'log_id' | 'writer_epoch' | 'writer_seq' | 'gateway_version'
>

export interface EntryDraft {
  envelope: EnvelopeDraft
  /** Commitments to SUBJECT, PROMPT and RESPONSE; absent: there is none. */
  subjectCommitment: Uint8Array | null
  promptCommitment: Uint8Array | null
  responseCommitment: Uint8Array | null
  /** Sealed blobs of an entry that is no request's; null: it has none. */
  content: StoredContent | null
  /** True: the entry ends the request in flight that has its id, whose sealed blobs become its content. */
  settlesRequest: boolean
}

/**
 * Appends entries. Duties: an entry is durable, numbered and under a batch signature when the promise resolves; entry,
 * content, detected values and the end of the request in flight are one transaction; a request is settled once, a second
 * try gives `already`. A rejected promise means that nothing is known to have been written: asking again is safe.
 * Batches of one writer are committed one after another. Safe for concurrent use.
 */
export interface LedgerWriter {
  append(draft: EntryDraft): Promise<'appended' | 'already'>
  /** Waits for what was appended so far. */
  close(): Promise<void>
}
