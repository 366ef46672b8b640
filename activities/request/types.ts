import type { AttemptOutcome, RouteTarget } from '../../src/domain/requests/types.ts'

/** Inputs and results of the request's activities: ids, counts, decisions and costs only. They stand in the history. */
export interface RequestRef {
  requestId: string
}

export type PrepareResult =
  | {
      kind: 'ready'
      route: RouteTarget
      fallbacks: RouteTarget[]
      reason: string
      policyVersion: string
      engineVersion: string
      entityCounts: Record<string, number>
      coverageDigest: string
      recordSync: boolean
      interactive: boolean
    }
  | { kind: 'refused'; code: string; statusCode: number; param: string | null }
  /** Answered 503 or past its accept deadline: nothing is called. */
  | { kind: 'withdrawn' }
  /** An earlier run of this task has finished the request. */
  | { kind: 'recorded' }

export interface CallInput extends RequestRef {
  route: RouteTarget
}

export interface RetryInput extends RequestRef {
  /** Where to go, in order; the n-th try takes the n-th, the last one again at the end. */
  targets: RouteTarget[]
  /** Milliseconds between two tries at most, whatever the provider asks for; null: as long as it asks. */
  longestPauseMs: number | null
}

export type CallResult = AttemptOutcome & { attempt: number }

export interface RecordInput extends RequestRef {
  /** Set where nothing was called. */
  refusal: { code: string; statusCode: number; param: string | null } | null
}

export interface RecordResult {
  status: 'answered' | 'refused' | 'failed' | 'interrupted'
  statusCode: number
  errorCode: string | null
  attempts: number
  promptTokens: number | null
  responseTokens: number | null
  costUsd: string | null
  entryId: string
}

export interface RequestActivities {
  prepare(input: RequestRef): Promise<PrepareResult>
  callModel(input: CallInput): Promise<CallResult>
  retryModel(input: RetryInput): Promise<CallResult>
  record(input: RecordInput): Promise<RecordResult>
}
