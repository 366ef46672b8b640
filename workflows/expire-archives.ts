import { patched, proxyActivities } from '@temporalio/workflow'
import type { ExpireActivities } from '../activities/archive/expire-types.ts'
import type { PackActivities } from '../activities/reports/pack-types.ts'

export interface ExpireResult {
  /** Periods whose content was found again in the store; absent: the run began before that was looked for. */
  mended?: { mended: number; busy: number; left: number }
  /** Objects that the store was told to keep, and to keep no longer. */
  holds: { held: number; released: number; failed: number }
  periods: { expired: number; held: number; busy: number; failed: number }
  /** Ended periods of which something is kept yet, and those whose hold has ended. */
  heldObjects: { kept: number; removed: number }
  /** Packs of reports; absent: the run began before packs had an end. */
  packs?: { expired: number; held: number; busy: number; failed: number }
}

const steps = proxyActivities<ExpireActivities & PackActivities>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '1 minute',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds', maximumAttempts: 5 },
})

/** Periods, and packs, that one run ends at most: the next one goes on. */
const MOST_PERIODS = 1_000
const MOST_PACKS = 1_000

/**
 * Ends what is past the end of its life. A catalogue that was restored is brought up to what the store knows. The store's own holds are brought up to date first, so that its lifecycle rules take nothing
 * that a legal hold keeps; a period that cannot be ended now does not keep the others.
 */
export async function expireArchives(): Promise<ExpireResult> {
  const result: ExpireResult = {
    holds: await steps.reconcileHolds(),
    periods: { expired: 0, held: 0, busy: 0, failed: 0 },
    heldObjects: { kept: 0, removed: 0 },
  }
  if (patched('catalogue-mended')) result.mended = await steps.mendCatalogue()
  let ended = 0
  for (let after: string | null = null; ended < MOST_PERIODS; ) {
    const found: Awaited<ReturnType<ExpireActivities['findExpiring']>> = await steps.findExpiring({ after })
    for (const period of found.periods) {
      ended += 1
      try {
        result.periods[await steps.expirePeriod({ period })] += 1
      } catch {
        result.periods.failed += 1
      }
    }
    after = found.next
    if (after === null) break
  }
  for (const period of (await steps.findHeld()).periods) {
    try {
      const outcome = await steps.settleHeldPeriod({ period })
      if (outcome !== 'busy') result.heldObjects[outcome] += 1
    } catch {
      result.periods.failed += 1
    }
  }
  if (patched('report-packs-end')) result.packs = await expirePacks(result)
  return result
}

/** Packs of reports, in the same way; what the store was told of holds on them counts with the others. */
async function expirePacks({ holds }: ExpireResult): Promise<NonNullable<ExpireResult['packs']>> {
  const told = await steps.reconcilePackHolds()
  holds.held += told.held
  holds.released += told.released
  holds.failed += told.failed
  const packs = { expired: 0, held: 0, busy: 0, failed: 0 }
  let ended = 0
  for (let after: string | null = null; ended < MOST_PACKS; ) {
    const found: Awaited<ReturnType<PackActivities['findExpiringPacks']>> = await steps.findExpiringPacks({ after })
    for (const reportId of found.reports) {
      ended += 1
      try {
        packs[await steps.expirePack({ reportId })] += 1
      } catch {
        packs.failed += 1
      }
    }
    after = found.next
    if (after === null) break
  }
  return packs
}
