import type { Envelope } from './envelope.ts'

/** An entry's content, sealed as it rests; null where there is none (any more). */
export interface StoredContent {
  sealedSubject: Uint8Array | null
  sealedPrompt: Uint8Array | null
  sealedResponse: Uint8Array | null
  coverage: string | null
}

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
  /** True: what that request has sealed goes with it, and nothing becomes content. */
  dropsContent?: boolean
}
