import { type DatabaseSettings, DEFAULT_DATABASE_LIMITS } from '../domain/sql-guard/settings.ts'
import type { DatabasesFile } from './schema-databases.ts'

export function buildDatabases(file: DatabasesFile): DatabaseSettings[] {
  return file.map(({ name, url, views, functions, tenants, model, limits = {} }) => {
    const fallback = DEFAULT_DATABASE_LIMITS
    return {
      name,
      url,
      views: views.map((full) => {
        const [schema = '', view = ''] = full.split('.')
        return { schema, name: view }
      }),
      functions: functions ?? [],
      tenants: tenants ?? null,
      model: model ?? null,
      limits: {
        maxCost: limits.max_cost ?? fallback.maxCost,
        maxPlanRows: limits.max_plan_rows ?? fallback.maxPlanRows,
        maxRows: limits.max_rows ?? fallback.maxRows,
        maxBytes: limits.max_bytes ?? fallback.maxBytes,
        maxMemoryBytes: limits.max_memory_bytes ?? fallback.maxMemoryBytes,
        statementTimeoutMs: limits.statement_timeout_ms ?? fallback.statementTimeoutMs,
        lockTimeoutMs: limits.lock_timeout_ms ?? fallback.lockTimeoutMs,
        connections: limits.connections ?? fallback.connections,
      },
    }
  })
}

/** The file's part without an address or a login. */
export function withoutAddresses(file: DatabasesFile): DatabasesFile {
  return file.map((database) => ({ ...database, url: 'postgres://left.out' }))
}
