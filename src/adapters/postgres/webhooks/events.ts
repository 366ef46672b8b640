import type { WebhookEvent } from '../../../domain/webhooks/event.ts'
import type { WebhookEvents } from '../../../ports/webhooks.ts'
import type { Row, Sql } from '../sql.ts'

export function createWebhookEvents(sql: Sql): WebhookEvents {
  return {
    async waiting(limit) {
      const rows = await sql`
        SELECT id, tenant_id, type, happened_at, detail FROM webhook_event
        WHERE NOT handed_over ORDER BY id LIMIT ${limit}`
      return rows.map(eventOf)
    },
    async find(id) {
      const [row] = await sql`SELECT id, tenant_id, type, happened_at, detail FROM webhook_event WHERE id = ${id}`
      return row && eventOf(row)
    },
    async handedOver(id) {
      await sql`UPDATE webhook_event SET handed_over = true WHERE id = ${id}`
    },
    async removeOld(days) {
      const removed = await sql`
        DELETE FROM webhook_event WHERE handed_over AND happened_at < now() - make_interval(days => ${days})`
      return removed.count
    },
  }
}

function eventOf(row: Row): WebhookEvent {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    type: row.type,
    happenedAt: row.happened_at.getTime(),
    detail: row.detail,
  }
}
