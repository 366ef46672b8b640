import { proxyActivities } from '@temporalio/workflow'
import type { AnchorResult, LedgerActivities } from '../activities/ledger/types.ts'

// The next run comes in half a minute: what fails here is tried again by it.
const { anchor: writeAnchor } = proxyActivities<LedgerActivities>({
  startToCloseTimeout: '2 minutes',
  retry: { initialInterval: '1 second', maximumInterval: '10 seconds', maximumAttempts: 5 },
})

/** Writes the heads of all logs that grew outside the database. On a Schedule. */
export async function anchor(): Promise<AnchorResult> {
  return writeAnchor()
}
