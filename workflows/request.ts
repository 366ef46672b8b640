import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  condition,
  defineSignal,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
} from '@temporalio/workflow'
import type { CallResult, PrepareResult, RecordResult, RequestActivities } from '../activities/request/types.ts'
import { withoutStacks } from './failure-code.ts'

/** Input of the workflow `request/<requestId>`. */
export interface RequestInput {
  requestId: string
}

/** The person whom the request belongs to was erased: nothing is waited for any more, `record` ends it. */
export const subjectErased = defineSignal('subjectErased')

// A database that is away is waited for; what a provider does wrong is an outcome, never an exception.
const local = proxyLocalActivities<RequestActivities>({
  startToCloseTimeout: '15 minutes',
  scheduleToCloseTimeout: '24 hours',
  retry: { initialInterval: '200 milliseconds', backoffCoefficient: 2, maximumInterval: '15 seconds' },
  localRetryThreshold: '30 seconds',
})

const RETRY = { initialInterval: '500 milliseconds', backoffCoefficient: 2, maximumInterval: '1 minute' } as const

/** Somebody waits: two more tries, then an honest error. */
const interactive = proxyActivities<RequestActivities>({
  startToCloseTimeout: '15 minutes',
  scheduleToCloseTimeout: '20 minutes',
  heartbeatTimeout: '30 seconds',
  retry: { ...RETRY, maximumAttempts: 2 },
})

/** Nobody waits: durable waiting, for hours if the provider says so. */
const patient = proxyActivities<RequestActivities>({
  startToCloseTimeout: '15 minutes',
  scheduleToCloseTimeout: '23 hours',
  heartbeatTimeout: '30 seconds',
  retry: { ...RETRY, maximumAttempts: 50 },
})

/**
 * One request: prepare, call the model, record. Everything in its history is an id, a count, a decision or a cost.
 * A refused or failed request fails the workflow, with the stable error code as the failure's type.
 */
export async function request(input: RequestInput): Promise<RecordResult> {
  try {
    return await run(input)
  } catch (error) {
    throw withoutStacks(error)
  }
}

async function run(input: RequestInput): Promise<RecordResult> {
  const prepared = await local.prepare(input)
  if (prepared.kind === 'withdrawn') {
    throw ApplicationFailure.nonRetryable('The request was withdrawn before anything was called.', 'withdrawn')
  }
  const refusal =
    prepared.kind === 'refused' ? { code: prepared.code, statusCode: prepared.statusCode, param: prepared.param } : null
  if (prepared.kind === 'ready') await call(input.requestId, prepared)
  const recorded = await local.record({ requestId: input.requestId, refusal })
  if (recorded.status !== 'answered') {
    throw ApplicationFailure.create({
      nonRetryable: true,
      type: recorded.errorCode ?? recorded.status,
      message: `The request was ${recorded.status} and recorded.`,
      details: [recorded],
    })
  }
  return recorded
}

async function call(requestId: string, prepared: PrepareResult & { kind: 'ready' }): Promise<CallResult | undefined> {
  const trying = new CancellationScope()
  let erased = false
  setHandler(subjectErased, () => {
    erased = true
    trying.cancel()
  })
  const first = await local.callModel({ requestId, route: prepared.route })
  if (!first.retryable) return first
  const pauseMs = pauseBefore(first, prepared)
  if (pauseMs > 0) await condition(() => erased, pauseMs)
  if (erased) return undefined
  const targets = prepared.fallbacks.length > 0 ? [...prepared.fallbacks, prepared.route] : [prepared.route]
  const { retryModel } = prepared.interactive ? interactive : patient
  try {
    const longestPauseMs = prepared.interactive ? LONGEST_INTERACTIVE_PAUSE_MS : null
    return await trying.run(() => retryModel({ requestId, targets, longestPauseMs }))
  } catch (error) {
    // The attempts are on record: `record` writes down how the last one ended.
    if (error instanceof ActivityFailure || (erased && isCancellation(error))) return undefined
    throw error
  }
}

const FIRST_PAUSE_MS = 500
/** Milliseconds that somebody who waits is kept waiting between two tries. */
const LONGEST_INTERACTIVE_PAUSE_MS = 5_000

/** Before the second try: nothing where another provider is asked, else what the provider said, else a moment. */
function pauseBefore(first: CallResult, prepared: PrepareResult & { kind: 'ready' }): number {
  if (prepared.fallbacks.length > 0) return 0
  const asked = first.retryAfterMs ?? FIRST_PAUSE_MS
  return prepared.interactive ? Math.min(asked, LONGEST_INTERACTIVE_PAUSE_MS) : asked
}
