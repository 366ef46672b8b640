import type { WebhookEvent } from '../domain/webhooks/event.ts'

/** Events that webhooks tell. Each is written in the transaction of the entry that it tells of. */
export interface WebhookEvents {
  /** Those whose deliveries are not started, oldest first. */
  waiting(limit: number): Promise<WebhookEvent[]>
  find(id: string): Promise<WebhookEvent | undefined>
  /** The deliveries are started: the event waits no more. */
  handedOver(id: string): Promise<void>
  /** Removes those that happened more than `days` days ago and wait no more. */
  removeOld(days: number): Promise<number>
}

/** Starts the workflow that delivers one event to one webhook. */
export interface WebhookStarter {
  /** Resolves once it is started, or was already. @throws Error where that is not known. */
  start(event: Pick<WebhookEvent, 'id' | 'tenantId'>, webhookId: string): Promise<void>
}

export type Delivered =
  | { kind: 'delivered' }
  /** Another answer, a redirect among them, or none in time. Status null: none. */
  | { kind: 'failed'; status: number | null }

/** Sends a body once. Redirects are not followed, the answer's body is not read. Never throws. */
export interface WebhookSender {
  send(url: string, body: string, headers: Readonly<Record<string, string>>): Promise<Delivered>
}
