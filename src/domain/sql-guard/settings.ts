/** Ceilings of statements on one database. */
export interface DatabaseLimits {
  /** In the planner's units. */
  maxCost: number
  /** Rows that a step of the plan may expect. */
  maxPlanRows: number
  maxRows: number
  maxBytes: number
  /** That a statement may take of the server, where the server can tell. */
  maxMemoryBytes: number
  statementTimeoutMs: number
  lockTimeoutMs: number
  /** Statements at a time. */
  connections: number
}

/** A database that statements may be run on. */
export interface DatabaseSettings {
  name: string
  /** With the credentials: never shown. */
  url: string
  views: readonly { schema: string; name: string }[]
  /** `schema.name` of functions beside the guard's own list. */
  functions: readonly string[]
  /** Null: all. */
  tenants: readonly string[] | null
  /** That writes statements where the question names none; null: each question names one. */
  model: string | null
  limits: DatabaseLimits
}

/** A sort, a hash table and a session itself take so much. */
const LEAST_MEMORY_BYTES = 64 * 1024 * 1024

/** Memory that a statement may have gathered, so that there is room for the copies which it makes of it when nothing stops it. */
export function memoryFor({ maxMemoryBytes }: Pick<DatabaseLimits, 'maxMemoryBytes'>, copies: number): number {
  return Math.max(Math.min(maxMemoryBytes, LEAST_MEMORY_BYTES), Math.floor(maxMemoryBytes / (1 + copies)))
}

export const DEFAULT_DATABASE_LIMITS: DatabaseLimits = {
  maxCost: 1_000_000,
  maxPlanRows: 5_000_000,
  maxRows: 1_000,
  maxBytes: 1024 * 1024,
  maxMemoryBytes: 512 * 1024 * 1024,
  statementTimeoutMs: 10_000,
  lockTimeoutMs: 1_000,
  connections: 4,
}
