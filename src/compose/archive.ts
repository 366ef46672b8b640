import type { Client } from '@temporalio/client'
import { createArchiveActivities } from '../../activities/archive/activities.ts'
import { createDayActivities } from '../../activities/archive/days.ts'
import { createExpireActivities } from '../../activities/archive/expire.ts'
import { createArchiveRuns } from '../adapters/temporal/archive-runs.ts'
import type { ApiDeps } from '../api/deps.ts'
import type { Config } from '../config/types.ts'
import { policyOfTenant } from './stores/periods.ts'
import type { Stores } from './stores.ts'

/** The steps of `archivePeriods`, and of `expireArchives` but those that are about packs. */
export function buildArchiveActivities({ archiveEnds, archiveDays: catalogue }: Stores, config: Config): object {
  const standardPolicy = (tenantId: string) => policyOfTenant(config, tenantId)
  return {
    ...createArchiveActivities(archiveEnds),
    ...createDayActivities({ ...archiveEnds, catalogue, standardPolicy }),
    ...createExpireActivities(archiveEnds),
  }
}

/** What the API of archives stands on. */
export function buildArchiveApi(
  { archivePeriods }: Stores,
  client: Client,
  taskQueue: string,
): Pick<ApiDeps, 'archivePeriods' | 'archiveRuns'> {
  return { archivePeriods, archiveRuns: createArchiveRuns(client, taskQueue) }
}
