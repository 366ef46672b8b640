import type { ConfiguredKeys } from '../../../ports/configured-keys.ts'
import type { Sql } from '../sql.ts'

/** The ledger's own trigger keeps the table. */
export function createConfiguredKeys(sql: Sql): ConfiguredKeys {
  return {
    async all() {
      const rows = await sql`SELECT tenant_id, entry_id, keys FROM configured_keys`
      return new Map(rows.map((row) => [row.tenant_id, { entryId: row.entry_id, keys: row.keys }]))
    },
  }
}
