export interface QuestionRef {
  questionId: string
}

export interface RoundRef extends QuestionRef {
  /** Counted from 0. */
  round: number
}

/** Everything here stands in the history: ids, counts and codes. */
export type WriteResult =
  | { kind: 'statement'; requestId: string }
  | { kind: 'failed'; code: string; requestId: string | null }

export type RunResult =
  | { kind: 'answered'; entryId: string; rows: number; inWords: boolean }
  /** `mendable`: another statement may pass. */
  | { kind: 'refused'; entryId: string; code: string; mendable: boolean }
  | { kind: 'failed'; code: string }

export interface WordResult {
  requestId: string | null
  code: string | null
}

export interface QuestionActivities {
  /** Asks the model for a statement, by the ordinary request path. */
  writeStatement(input: RoundRef): Promise<WriteResult>
  /** Runs it behind the guard. */
  runStatement(input: RoundRef): Promise<RunResult>
  /** Asks the model to put the rows into words. */
  wordAnswer(input: QuestionRef): Promise<WordResult>
  endQuestion(input: QuestionRef & { state: 'answered' | 'refused' | 'failed'; code: string | null }): Promise<void>
}
