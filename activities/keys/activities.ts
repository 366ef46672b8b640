import { activityInfo, heartbeat } from '@temporalio/activity'
import type { KeyEpochs } from '../../src/ports/key-epochs.ts'
import { withoutData } from '../without-data.ts'
import type { KeyActivities } from './types.ts'

export interface KeyActivityDeps {
  epochs: KeyEpochs
  /** Days after which a tenant's epoch is followed by the next. */
  epochDays: number
  /** Days that backups of the keystore are kept, and with them the epoch that opens them. */
  backupDays: number
}

const DAY_MS = 86_400_000
/** Keys that are wrapped anew between two heartbeats. */
const STRETCH = 200

/** Rotation of tenant epochs, each step one that may be repeated. */
export function createKeyActivities({ epochs, epochDays, backupDays }: KeyActivityDeps): KeyActivities {
  const activities: KeyActivities = {
    async planRotation() {
      const tenants = (await epochs.tenants()).map(({ tenantId }) => tenantId)
      return { tenants, openAfterMs: epochDays * DAY_MS, keepRetiredMs: backupDays * DAY_MS }
    },
    openEpoch: ({ tenant, olderThanMs }) => epochs.open(tenant, olderThanMs),
    async rewrapKeys({ tenant }) {
      // What was wrapped before a crash is not found again; its count is in the last heartbeat.
      const before = activityInfo().heartbeatDetails as { moved: number; lost: number } | undefined
      const total = { moved: before?.moved ?? 0, lost: 0 }
      for (let after: string | null = null; ; ) {
        const stretch = await epochs.rewrap(tenant, after, STRETCH)
        total.moved += stretch.moved
        total.lost += stretch.lost
        heartbeat(total)
        after = stretch.next
        if (after === null) return total
      }
    },
    destroyEpochs: ({ tenant, retiredForMs }) => epochs.destroyRetired(tenant, retiredForMs),
  }
  return withoutData(activities, 'the keys could not be worked on and are tried again')
}
