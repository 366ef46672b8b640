import { createHmac } from 'node:crypto'

export const webhookEvents = ['budget.soft_limit_reached', 'budget.exhausted'] as const
export type WebhookEventType = (typeof webhookEvents)[number]

/** Something that happened and is told. It is on record under the same id. */
export interface WebhookEvent {
  id: string
  tenantId: string
  type: WebhookEventType
  /** Milliseconds since the Unix epoch. */
  happenedAt: number
  /** JSON of the entry's `detail`: names, dates and amounts, nobody's data. */
  detail: string
}

/** The body that is sent, always the same bytes for the same event. */
export function webhookBody({ id, tenantId, type, happenedAt, detail }: WebhookEvent): string {
  const data = { tenant: tenantId, entry: id, ...(JSON.parse(detail) as object) }
  return JSON.stringify({ type, timestamp: new Date(happenedAt).toISOString(), data })
}

/**
 * The headers of Standard Webhooks, whose signature is over id, time and body.
 * @param now milliseconds since the Unix epoch: of this try, so that a receiver can refuse what is old
 */
export function webhookHeaders(id: string, body: string, secret: Uint8Array, now: number): Record<string, string> {
  const seconds = String(Math.floor(now / 1000))
  const signature = createHmac('sha256', secret).update(`${id}.${seconds}.${body}`, 'utf8').digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': `v1,${signature}` }
}
