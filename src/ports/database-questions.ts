import type { InnerCaller } from './inner-chat.ts'

export type QuestionState = 'running' | 'answered' | 'refused' | 'failed'

/** What a round stands on: noted before the model is asked, so that a second run does not ask twice. */
export interface QuestionRound {
  /** Of the statement's entry. */
  entryId: string
  /** Milliseconds since the Unix epoch. */
  at: number
  /** Of the request to the model; null: not answered yet. */
  requestId: string | null
}

export interface StoredQuestion {
  id: string
  tenantId: string
  state: QuestionState
  errorCode: string | null
  subjectPseudonym: string
  dataKeyId: string
  caller: InnerCaller
  sealedQuestion: Uint8Array
  rounds: readonly QuestionRound[]
  /** Statements so far, and why they were refused. */
  sealedStatement: Uint8Array | null
  sealedAnswer: Uint8Array | null
}

export type NewQuestion = Pick<
  StoredQuestion,
  'id' | 'tenantId' | 'subjectPseudonym' | 'dataKeyId' | 'caller' | 'sealedQuestion'
> & { keyIndex: Uint8Array | null; bodyIndex: Uint8Array }

/**
 * Questions that are answered by statements, while they are and for a day. Duties: each method is one durable transaction; a tenant's
 * idempotency key names one question; an ended question stays as it ended. Safe for concurrent use.
 */
export interface DatabaseQuestions {
  create(question: NewQuestion): Promise<'created' | { id: string; sameBody: boolean }>
  find(tenantId: string, id: string): Promise<StoredQuestion | undefined>
  /** For the steps of its own workflow. Undefined: erased, or past its time. */
  open(id: string): Promise<StoredQuestion | undefined>
  /** Gives what stands there, which is what was noted first. */
  noteRound(id: string, index: number, round: QuestionRound): Promise<QuestionRound>
  noteStatement(id: string, index: number, requestId: string, sealedStatement: Uint8Array): Promise<void>
  noteAnswer(id: string, sealedAnswer: Uint8Array): Promise<void>
  end(id: string, state: Exclude<QuestionState, 'running'>, errorCode: string | null): Promise<void>
  /** Takes one back whose workflow did not start. */
  remove(id: string): Promise<void>
  removeExpired(limit: number): Promise<number>
}
