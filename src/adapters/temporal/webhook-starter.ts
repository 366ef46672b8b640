import type { Client } from '@temporalio/client'
import type { WebhookStarter } from '../../ports/webhooks.ts'
import { startOnce } from './start-once.ts'

/** Deliveries as workflows of the type `deliverWebhook`, whose input is the ids of event and webhook. */
export function createWebhookStarter(client: Client, taskQueue: string): WebhookStarter {
  return {
    start: ({ id, tenantId }, webhookId) =>
      startOnce(client, {
        workflowType: 'deliverWebhook',
        workflowId: `webhook/${id}/${webhookId}`,
        taskQueue,
        input: { eventId: id, webhookId },
        tenantId,
        summary: 'Delivery of an event to a webhook',
      }),
  }
}
