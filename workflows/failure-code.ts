import { ActivityFailure, ApplicationFailure, TemporalFailure } from '@temporalio/workflow'

/** The stable code of what ended a run: the type of the failure, or of the one behind an activity's. */
export function failureCode(error: unknown): string {
  const cause = error instanceof ActivityFailure ? error.cause : error
  return cause instanceof ApplicationFailure ? (cause.type ?? 'failed') : 'failed'
}

/** A stack names folders of the machine, and a history is read by others. */
export function withoutStacks<T>(error: T): T {
  for (let failure: unknown = error; failure instanceof TemporalFailure; failure = failure.cause) failure.stack = ''
  return error
}
