import { isCancellation } from '@temporalio/workflow'
import { failureCode } from '../failure-code.ts'

/** The code of a step that failed. A cancellation is not one, and goes on. */
export function codeOf(error: unknown): string {
  if (isCancellation(error)) throw error
  return failureCode(error)
}
