import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import type { Client } from '@temporalio/client'
import { createArchiveActivities } from '../../activities/archive/activities.ts'
import { createExpireActivities } from '../../activities/archive/expire.ts'
import { createPeriodFiles } from '../adapters/parquet/period-files.ts'
import { createArchivePeriods } from '../adapters/postgres/archive/periods.ts'
import type { Sql } from '../adapters/postgres/sql.ts'
import { createArchiveRuns } from '../adapters/temporal/archive-runs.ts'
import type { ApiDeps } from '../api/deps.ts'
import { defaultRetention } from '../config/defaults.ts'
import type { Config } from '../config/types.ts'
import { uuidv7 } from '../domain/ids/uuidv7.ts'
import { policyOfClass } from '../domain/retention/retention-class.ts'
import type { ArchivePeriods } from '../ports/archive-periods.ts'
import type { GatewaySettings } from './settings.ts'
import type { Stores } from './stores.ts'

/** The catalogue of archived periods, over the ledger's database. */
export interface PeriodStores {
  archivePeriods: ArchivePeriods
}

export function openPeriodStores(sql: Sql, databaseUrl: string): PeriodStores {
  return { archivePeriods: createArchivePeriods({ sql, databaseUrl }) }
}

export interface ArchiveActivityDeps {
  stores: Stores
  settings: Pick<GatewaySettings, 'databaseUrl' | 'env' | 'version'>
  config: Config
}

/** The steps of `archivePeriods` and `expireArchives`. */
export function buildArchiveActivities({ stores, settings, config }: ArchiveActivityDeps): object {
  const { databaseUrl, env, version } = settings
  const steps = createArchiveActivities({
    periods: stores.archivePeriods,
    files: createPeriodFiles({ databaseUrl }),
    store: stores.archiveStore,
    ledger: stores.ledger,
    entries: stores.entries,
    anchors: stores.anchors,
    hurryLeaves: () => stores.hurry(),
    policyOf: (tenantId, retentionClass) =>
      policyOfClass(retentionClass, config.tenants.get(tenantId)?.retention ?? defaultRetention),
    folder: resolve(env.home, 'tmp', 'archive'),
    lockDays: config.anchors.retentionDays,
    version,
    now: Date.now,
    newEntryId: () => uuidv7(Date.now(), randomBytes(10)),
    randomBytes,
  })
  return { ...steps, ...createExpireActivities(stores.archiveEnds) }
}

/** What the API of archives stands on. */
export function buildArchiveApi(
  { archivePeriods }: Stores,
  client: Client,
  taskQueue: string,
): Pick<ApiDeps, 'archivePeriods' | 'archiveRuns'> {
  return { archivePeriods, archiveRuns: createArchiveRuns(client, taskQueue) }
}
