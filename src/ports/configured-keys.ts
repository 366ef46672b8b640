import type { KeysOnRecord } from '../domain/access/configured-keys.ts'

/** Which keys the configuration file brought when that was last put on record; entries keep it. Asked of the database. */
export interface ConfiguredKeys {
  /** By tenant; also of tenants that are configured no longer. */
  all(): Promise<ReadonlyMap<string, KeysOnRecord>>
}
