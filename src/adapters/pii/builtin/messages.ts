import type { AnalyzeOptions, RecognizerResult } from '../../../ports/pii-engine.ts'

/** A call, and the end of one that nobody waits for any more. */
export type CallMessage =
  | { kind: 'analyze'; id: number; texts: string[]; options: Omit<AnalyzeOptions, 'signal'> }
  | { kind: 'cancel'; id: number }

/** `ready` once, then one answer a call; `failed` says what kind of error it was, never with the text. */
export type AnswerMessage =
  | { kind: 'ready'; version: string }
  | { kind: 'done'; id: number; results: RecognizerResult[][] }
  | { kind: 'failed'; id: number; message: string }
