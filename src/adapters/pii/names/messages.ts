import type { NameSpan } from '../../../domain/redaction/names/decode-spans.ts'

/** Texts of one job. */
export interface JobMessage {
  id: number
  texts: string[]
}

/** `ready` once, then one answer per job; `failed` says that a job could not be done, never with its text. */
export type WorkerMessage =
  | { kind: 'ready' }
  | { kind: 'done'; id: number; spans: NameSpan[][] }
  | { kind: 'failed'; id: number; message: string }
