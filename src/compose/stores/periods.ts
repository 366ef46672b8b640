import { createArchiveCatalogue } from '../../adapters/postgres/archive/catalogue.ts'
import { createArchivePeriods } from '../../adapters/postgres/archive/periods.ts'
import type { Sql } from '../../adapters/postgres/sql.ts'
import { defaultRetention } from '../../config/defaults.ts'
import type { Config } from '../../config/types.ts'
import type { RetentionPolicy } from '../../domain/retention/retention-class.ts'
import type { ArchiveCatalogue } from '../../ports/archive-catalogue.ts'
import type { ArchivePeriods } from '../../ports/archive-periods.ts'
import type { GatewaySettings } from '../settings.ts'

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

/** What a tenant's entries of class `standard` follow; of one that the configuration has no longer, the default. */
export function policyOfTenant(config: Config, tenantId: string): RetentionPolicy {
  return config.tenants.get(tenantId)?.retention ?? defaultRetention
}
