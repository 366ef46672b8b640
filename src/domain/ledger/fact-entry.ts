import { EMPTY_ENVELOPE } from './empty-envelope.ts'
import type { EntryDraft, EnvelopeDraft } from './entry-draft.ts'

/** What a fact leaves out is empty; what every entry states has to be given. */
export type Facts = Omit<EnvelopeDraft, keyof typeof EMPTY_ENVELOPE> & Partial<EnvelopeDraft>

/** An entry that is all envelope: no text belongs to it, and no request in flight ends with it. */
export function factEntry(facts: Facts): EntryDraft {
  return {
    settlesRequest: false,
    subjectCommitment: null,
    promptCommitment: null,
    responseCommitment: null,
    content: null,
    envelope: { ...EMPTY_ENVELOPE, ...facts },
  }
}
