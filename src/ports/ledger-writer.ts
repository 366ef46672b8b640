import type { EntryDraft, EnvelopeDraft } from '../domain/ledger/entry-draft.ts'

/**
 * Appends entries. Duties: an entry is durable, numbered and under a batch signature when the promise resolves; entry,
 * content, detected values and the end of the request in flight are one transaction; a request is settled once, a second
 * try gives `already`, and so does a draft that does not list exactly the attempts there were. A rejected promise means
 * that nothing is known to have been written: asking again is safe. Batches of one writer are committed one after
 * another. Safe for concurrent use.
 */
export interface LedgerWriter {
  append(draft: EntryDraft): Promise<'appended' | 'already'>
  /** Waits for what was appended so far. */
  close(): Promise<void>
}

export type { EntryDraft, EnvelopeDraft }
