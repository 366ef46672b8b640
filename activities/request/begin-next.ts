import type { AttemptOutcome } from '../../src/domain/requests/types.ts'
import type { RouteTarget } from '../../src/domain/routing/types.ts'
import { BudgetExhausted } from '../../src/ports/budgets.ts'
import type { RequestInFlight } from '../../src/ports/in-flight.ts'
import type { RequestDeps } from './deps.ts'
import type { Taken } from './taken.ts'

/**
 * Begins a further attempt after one that ended so. Where a budget has no room for it, the request has ended with that one, and says so.
 * Undefined: somebody else began it, look again.
 */
export async function beginNext(
  deps: RequestDeps,
  { inbox: { requestId, context } }: RequestInFlight,
  before: { attemptNo: number; outcome: AttemptOutcome },
  target: RouteTarget,
): Promise<Taken | undefined> {
  const attemptNo = before.attemptNo + 1
  try {
    const begun = await deps.store.beginNextAttempt(requestId, attemptNo, target, deps.hardLimits(context.tenantId))
    return begun ? { kind: 'ours', attemptNo, target } : undefined
  } catch (error) {
    if (!(error instanceof BudgetExhausted)) throw error
    const outcome = { ...before.outcome, ...EXHAUSTED }
    await deps.store.endWithout(requestId, before.attemptNo, outcome)
    return { kind: 'ended', attemptNo: before.attemptNo, outcome }
  }
}

const EXHAUSTED = { statusCode: 402, errorCode: 'budget_exhausted', retryable: false, retryAfterMs: null } as const
