import type { KeyFacts } from '../../../ports/key-facts.ts'
import type { Sql } from '../sql.ts'

const MILLIS = (column: string) => `(extract(epoch FROM ${column}) * 1000)::float8 AS ${column}`

/** Over the keystore's own database. */
export function createKeyFacts(sql: Sql): KeyFacts {
  return {
    async ofKeys(tenantId, keyIds) {
      const [keys] = await sql`
        SELECT min(created_at) AS made, max(destroyed_at) AS destroyed,
          (extract(epoch FROM max(destroyed_at)) * 1000)::float8 AS destroyed_at,
          bool_and(state = 'destroyed') AS all_destroyed
        FROM keystore.data_key WHERE tenant_id = ${tenantId} AND key_id = ANY(${[...keyIds]}::uuid[])`
      if (!keys?.made) return { destroyedAt: null, epochs: [] }
      const rows = await sql`
        SELECT epoch, state, ${sql.unsafe(['created_at', 'retired_at', 'destroyed_at', 'gone_at'].map(MILLIS).join(', '))}
        FROM keystore.key_epoch
        WHERE tenant_id = ${tenantId} AND created_at <= ${keys.destroyed ?? new Date()}
          AND (destroyed_at IS NULL OR destroyed_at > ${keys.made})
        ORDER BY epoch`
      const time = (value: number | null) => (value === null ? null : Math.round(value))
      return {
        destroyedAt: keys.all_destroyed ? time(keys.destroyed_at) : null,
        epochs: rows.map((row) => ({
          epoch: row.epoch,
          state: row.state,
          openedAt: Math.round(row.created_at),
          retiredAt: time(row.retired_at),
          destroyedAt: time(row.destroyed_at),
          goneAt: time(row.gone_at),
        })),
      }
    },
  }
}
