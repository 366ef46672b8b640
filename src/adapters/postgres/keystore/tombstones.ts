import type { TombstoneKeeper } from '../../../ports/tombstones.ts'
import type { Sql } from '../sql.ts'
import { notifyDestroyed } from './notify.ts'

/**
 * Destroys the keys again that tombstones name. One that this keystore has never had, because its backup is older than the
 * key, is destroyed all the same: it is a tombstone and not unknown.
 */
export function createKeystoreTombstones(sql: Sql): TombstoneKeeper {
  return {
    async applied() {
      const [row] = await sql`SELECT number::float8 AS number FROM keystore.tombstones_applied`
      return row?.number ?? 0
    },

    async carryOut({ tenant, keys }) {
      for (const keyId of keys) {
        await sql.begin(async (transaction) => {
          await transaction`
            INSERT INTO keystore.data_key AS held (key_id, tenant_id, subject_pseudonym, epoch, wrapped_key, state,
                                                   created_at, destroyed_at)
            SELECT ${keyId}::uuid, ${tenant}, '', coalesce(max(epoch), 0), NULL, 'destroyed', now(), now()
            FROM keystore.key_epoch WHERE tenant_id = ${tenant}
            ON CONFLICT (key_id) DO UPDATE SET state = 'destroyed', wrapped_key = NULL, destroyed_at = now()
              WHERE held.state = 'active'`
          await notifyDestroyed(transaction, keyId)
        })
      }
    },

    async raise(number) {
      const raised = await sql`
        UPDATE keystore.tombstones_applied SET number = greatest(number, ${number}::bigint)
        WHERE number >= ${number}::bigint - 1`
      return raised.count === 1
    },
  }
}
