import type { Client } from '@temporalio/client'
import { createArchiveActivities } from '../../activities/archive/activities.ts'
import { createDayActivities } from '../../activities/archive/days.ts'
import { createExpireActivities } from '../../activities/archive/expire.ts'
import { createArchiveCatalogue } from '../adapters/postgres/archive/catalogue.ts'
import { createArchivePeriods } from '../adapters/postgres/archive/periods.ts'
import type { Sql } from '../adapters/postgres/sql.ts'
import { createArchiveRuns } from '../adapters/temporal/archive-runs.ts'
import type { ApiDeps } from '../api/deps.ts'
import { defaultRetention } from '../config/defaults.ts'
import type { Config } from '../config/types.ts'
import type { RetentionPolicy } from '../domain/retention/retention-class.ts'
import type { ArchiveCatalogue } from '../ports/archive-catalogue.ts'
import type { ArchivePeriods } from '../ports/archive-periods.ts'
import type { GatewaySettings } from './settings.ts'
import type { Stores } from './stores.ts'

/** The catalogues of archived periods and of days, over the ledger's database. */
export interface PeriodStores {
  archivePeriods: ArchivePeriods
  archiveDays: ArchiveCatalogue
}

export function openPeriodStores(sql: Sql, { databaseUrl, config }: GatewaySettings): PeriodStores {
  const standardHotDays = (tenantId: string) => policyOfTenant(config, tenantId).hotDays
  return {
    archivePeriods: createArchivePeriods({ sql, databaseUrl }),
    archiveDays: createArchiveCatalogue({ sql, databaseUrl, standardHotDays }),
  }
}

/** The steps of `archivePeriods`, and of `expireArchives` but those that are about packs. */
export function buildArchiveActivities({ archiveEnds, archiveDays: catalogue }: Stores, config: Config): object {
  const standardPolicy = (tenantId: string) => policyOfTenant(config, tenantId)
  return {
    ...createArchiveActivities(archiveEnds),
    ...createDayActivities({ ...archiveEnds, catalogue, standardPolicy }),
    ...createExpireActivities(archiveEnds),
  }
}

/** What a tenant's entries of class `standard` follow; of one that the configuration has no longer, the default. */
export function policyOfTenant(config: Config, tenantId: string): RetentionPolicy {
  return config.tenants.get(tenantId)?.retention ?? defaultRetention
}

/** What the API of archives stands on. */
export function buildArchiveApi(
  { archivePeriods }: Stores,
  client: Client,
  taskQueue: string,
): Pick<ApiDeps, 'archivePeriods' | 'archiveRuns'> {
  return { archivePeriods, archiveRuns: createArchiveRuns(client, taskQueue) }
}
