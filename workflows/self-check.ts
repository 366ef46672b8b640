import { ApplicationFailure, proxyActivities } from '@temporalio/workflow'
import type { LedgerActivities, SelfCheckResult } from '../activities/ledger/types.ts'

const { selfCheck: checkLedger } = proxyActivities<LedgerActivities>({
  startToCloseTimeout: '50 minutes',
  heartbeatTimeout: '15 minutes',
  retry: { initialInterval: '10 seconds', maximumAttempts: 3 },
})

/** Verifies every live log against its anchors. On a Schedule, hourly; a log that does not hold fails the workflow. */
export async function selfCheck(): Promise<SelfCheckResult> {
  const result = await checkLedger()
  const broken = result.logs.filter(({ holds }) => !holds)
  if (broken.length === 0) return result
  throw ApplicationFailure.create({
    nonRetryable: true,
    type: 'ledger_does_not_hold',
    message: broken
      .map(({ tenant, first }) => `The ledger of ${tenant} does not hold: ${first ?? 'unknown'}`)
      .join('\n'),
    details: [result],
  })
}
