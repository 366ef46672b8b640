import { ActivityFailure, ApplicationFailure, isCancellation } from '@temporalio/workflow'

/** The code of a step that failed. A cancellation is not one, and goes on. */
export function codeOf(error: unknown): string {
  if (isCancellation(error)) throw error
  const cause = error instanceof ActivityFailure ? error.cause : error
  return cause instanceof ApplicationFailure ? (cause.type ?? 'failed') : 'failed'
}
