import { randomBytes } from 'node:crypto'
import { openSqlParser } from '../adapters/pg-parser/sql-parser.ts'
import { createQueryDatabase } from '../adapters/postgres/query/query-database.ts'
import { createGuardedQueries } from '../adapters/sql/guarded-queries.ts'
import { PalimpsestError } from '../errors.ts'
import type { GuardedQueries } from '../ports/guarded-queries.ts'
import type { RequestPolicy } from '../ports/request-policy.ts'
import type { GatewaySettings } from './settings.ts'
import type { Stores } from './stores.ts'

export interface SqlParts {
  queries: GuardedQueries
  close(): Promise<void>
}

/**
 * Databases that a model's SQL may be run on. One whose login may do too much refuses the start; one that is away is looked at before
 * its first statement. @throws PalimpsestError `database_role_too_strong`
 */
export async function openSql(
  { config, log }: GatewaySettings,
  { ledger, entries }: Pick<Stores, 'ledger' | 'entries'>,
  policy: RequestPolicy,
): Promise<SqlParts> {
  const databases = (config.databases ?? []).map((settings) => ({
    settings,
    database: createQueryDatabase(settings, { now: Date.now }),
  }))
  const close = async () => {
    await Promise.all(databases.map(({ database }) => database.close()))
  }
  for (const { settings, database } of databases) {
    try {
      await database.describe()
    } catch (error) {
      if (error instanceof PalimpsestError && error.code === 'database_role_too_strong') {
        await close()
        throw error
      }
      const code = error instanceof PalimpsestError ? error.code : 'unknown'
      log.warn({ database: settings.name, code }, 'a database for statements cannot be looked at yet')
    }
  }
  return {
    close,
    queries: createGuardedQueries({
      databases,
      parser: await openSqlParser(),
      ledger,
      entries,
      retentionClass: (tenantId, tool) => policy.retentionClass(tenantId, tool),
      now: Date.now,
      randomBytes,
    }),
  }
}
