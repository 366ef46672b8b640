import type { Tombstone } from '../../src/domain/erasure/types.ts'
import type { ErasureProgress } from '../../src/ports/erasure-progress.ts'
import type { LedgerTombstones, TombstoneKeeper } from '../../src/ports/tombstones.ts'
import { retainUntil } from '../ledger/retention.ts'
import { withoutData } from '../without-data.ts'
import { createEndInFlight, type EndInFlightDeps } from './end-in-flight.ts'
import type { TombstoneLog } from './tombstone-log.ts'
import type { ErasureActivities } from './types.ts'

export type TombstoneSteps = Pick<ErasureActivities, 'publishTombstones' | 'endInFlight' | 'destroyCaseKey'>

export interface TombstoneStepDeps extends EndInFlightDeps {
  log: TombstoneLog
  tombstones: LedgerTombstones
  keystoreTombstones: Pick<TombstoneKeeper, 'applied'>
  progress: Pick<ErasureProgress, 'seal'>
  /** Days that anchors are kept, and tombstones beside them. */
  retentionDays: number
}

/** The steps of an erasure that make it last: what a restored database has to do again, and the end of what is in flight. */
export function createTombstoneSteps(deps: TombstoneStepDeps): TombstoneSteps {
  const { log, tombstones, keystoreTombstones, progress, retentionDays, now } = deps

  async function publish(tombstone: Tombstone): Promise<{ number: number }> {
    const [since, ...applied] = await Promise.all([
      tombstones.openedAt(tombstone.case),
      tombstones.applied(),
      keystoreTombstones.applied(),
    ])
    return { number: await log.publish(tombstone, Math.max(...applied), since, retainUntil(now(), retentionDays)) }
  }

  return withoutData<TombstoneSteps>(
    {
      publishTombstones: async ({ caseId }) => publish(await tombstones.tombstoneOf(caseId, now() * 1000)),

      endInFlight: createEndInFlight(deps),

      /** Its tombstone comes last: while the case runs, a gateway that starts carries out what stands there. */
      async destroyCaseKey({ caseId }) {
        await publish(await tombstones.tombstoneOfCaseKey(caseId, now() * 1000))
        await progress.seal(caseId)
      },
    },
    'a step of the erasure could not be done and is tried again',
  )
}
