import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow'

/** The stable code of what ended a run: the type of the failure, or of the one behind an activity's. */
export function failureCode(error: unknown): string {
  const cause = error instanceof ActivityFailure ? error.cause : error
  return cause instanceof ApplicationFailure ? (cause.type ?? 'failed') : 'failed'
}
