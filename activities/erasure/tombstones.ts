import type { LedgerTombstones, TombstoneKeeper } from '../../src/ports/tombstones.ts'
import { retainUntil } from '../ledger/retention.ts'
import { withoutData } from '../without-data.ts'
import { createEndInFlight, type EndInFlightDeps } from './end-in-flight.ts'
import type { TombstoneLog } from './tombstone-log.ts'
import type { ErasureActivities } from './types.ts'

export type TombstoneSteps = Pick<ErasureActivities, 'publishTombstones' | 'endInFlight'>

export interface TombstoneStepDeps extends EndInFlightDeps {
  log: TombstoneLog
  tombstones: LedgerTombstones
  keystoreTombstones: Pick<TombstoneKeeper, 'applied'>
  /** Days that anchors are kept, and tombstones beside them. */
  retentionDays: number
}

/** The steps of an erasure that make it last: what a restored database has to do again, and the end of what is in flight. */
export function createTombstoneSteps(deps: TombstoneStepDeps): TombstoneSteps {
  const { log, tombstones, keystoreTombstones, retentionDays, now } = deps
  return withoutData<TombstoneSteps>(
    {
      async publishTombstones({ caseId }) {
        const [tombstone, since, ...applied] = await Promise.all([
          tombstones.tombstoneOf(caseId, now() * 1000),
          tombstones.openedAt(caseId),
          tombstones.applied(),
          keystoreTombstones.applied(),
        ])
        const known = Math.max(...applied)
        return { number: await log.publish(tombstone, known, since, retainUntil(now(), retentionDays)) }
      },

      endInFlight: createEndInFlight(deps),
    },
    'a step of the erasure could not be done and is tried again',
  )
}
