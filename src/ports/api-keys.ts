import type { KeyLimits } from '../domain/access/key-entry.ts'
import type { KeyScope } from '../domain/access/scope.ts'

/** What the gateway knows of a key that was made by its API. Times are milliseconds since the Unix epoch. */
export interface ApiKeyRecord {
  /** Of the entry that made it; what entries name as `api_key_id`. */
  id: string
  tenantId: string
  roles: readonly string[]
  app: string
  team: string | null
  scope: KeyScope
  limits: KeyLimits | null
  createdBy: string
  createdAt: number
  expiresAt: number | null
  /** The key that this one took the place of, and the one that took its. */
  replaces: string | null
  replacedBy: string | null
  revoked: { by: string; at: number } | null
}

/**
 * Keys of the database. Entries of kind `administration` make, rotate and revoke them: an entry and its effect are one transaction.
 * Safe for concurrent use.
 */
export interface ApiKeys {
  /**
   * The key of this SHA-256 in hex, ended or not; undefined: there is none. What is answered was true less than a second ago: memory
   * answers while it is known to be current, else the database does.
   * @throws Error while neither can.
   */
  byHash(hash: string): ApiKeyRecord | undefined | Promise<ApiKeyRecord | undefined>
  /** Memory learns what changed until now. @throws Error while the database does not answer. */
  refresh(): Promise<void>
  /** Keys of every tenant, from memory: as they were when the database was last asked. Some have ended. */
  all(): Iterable<ApiKeyRecord>
  /** Asked of the database. */
  find(tenantId: string, id: string): Promise<ApiKeyRecord | undefined>
  /** Newest first; `before` is a key's id. */
  list(tenantId: string, options: { inForce: boolean; before: string | null; limit: number }): Promise<ApiKeyRecord[]>
  /** Which of these SHA-256 in hex are keys of the database, ended or not. */
  known(hashes: readonly string[]): Promise<string[]>
}
