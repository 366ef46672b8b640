import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow'
import type { StoreResidue } from '../../activities/erasure/types.ts'
import { withoutStacks } from '../failure-code.ts'

const REFUSALS = new Set(['legal_hold', 'not_approved', 'approval_overdue'])

export function refusal(type: string, message: string): ApplicationFailure {
  return withoutStacks(ApplicationFailure.create({ nonRetryable: true, type, message }))
}

export function isRefusal(error: unknown): boolean {
  return error instanceof ApplicationFailure && REFUSALS.has(error.type ?? '')
}

export function residueFound(residue: readonly StoreResidue[]): ApplicationFailure {
  const where = residue.filter(({ found }) => found > 0).map(({ store, found }) => `${store} (${found})`)
  return ApplicationFailure.create({
    nonRetryable: true,
    type: 'residue_found',
    message: `The person was still found in: ${where.join(', ')}. Nothing is certified; see the result, then run it again.`,
    details: [residue],
  })
}

/** The sentence of a step stands in the workflow's own failure, where a reader looks first. */
export function asTold(error: unknown): unknown {
  return withoutStacks(
    error instanceof ActivityFailure && error.cause instanceof ApplicationFailure ? error.cause : error,
  )
}

export function invalidInput(): ApplicationFailure {
  return refusal('invalid_input', 'Start it with {"reference": "…"}, as POST /v1/erasures/references gives it.')
}

export function malformedReference(): ApplicationFailure {
  return refusal(
    'invalid_reference',
    'A reference looks like erasure_… with 43 characters behind the underscore: copy it whole from POST /v1/erasures/references.',
  )
}
