import { createHash } from 'node:crypto'
import { type WebhookEventType, webhookEvents } from '../domain/webhooks/event.ts'
import { secretBytes, type WebhookFile } from './schema-webhooks.ts'

/** Somebody who is told of events. */
export interface WebhookConfig {
  /** `wh_` and 16 hex digits over the address: what stands in Temporal for it. */
  id: string
  url: string
  secret: Uint8Array
  events: readonly WebhookEventType[]
  /** Null: every tenant's. */
  tenants: readonly string[] | null
}

export function buildWebhooks(file: readonly WebhookFile[]): WebhookConfig[] {
  return file.map(({ url, secret, events, tenants }) => ({
    id: `wh_${createHash('sha256').update(url, 'utf8').digest('hex').slice(0, 16)}`,
    url,
    secret: secretBytes(secret),
    events: events ?? webhookEvents,
    tenants: tenants ?? null,
  }))
}
