import { ApplicationFailure, activityInfo } from '@temporalio/activity'
import type { WebhookConfig } from '../../src/config/webhooks.ts'
import { webhookBody, webhookHeaders } from '../../src/domain/webhooks/event.ts'
import type { WebhookEvents, WebhookSender } from '../../src/ports/webhooks.ts'
import { withoutData } from '../without-data.ts'
import type { WebhookActivities } from './types.ts'

const GONE = 410

export interface WebhookActivityDeps {
  webhookEvents: WebhookEvents
  sender: WebhookSender
  webhooks: readonly WebhookConfig[]
  ended(outcome: 'delivered' | 'failed'): void
  log: { warn(fields: Record<string, string>, message: string): void }
  /** Milliseconds since the Unix epoch. */
  now(): number
}

/** The steps of `deliverWebhook`. */
export function createWebhookActivities(deps: WebhookActivityDeps): WebhookActivities {
  const activities: WebhookActivities = {
    async sendWebhook({ eventId, webhookId }) {
      const webhook = deps.webhooks.find(({ id }) => id === webhookId)
      const event = await deps.webhookEvents.find(eventId)
      if (!webhook) throw forGood('webhook_removed', 'The webhook is no longer in the configuration.')
      if (!event) throw forGood('event_removed', 'The event is no longer kept.')
      const body = webhookBody(event)
      const sent = await deps.sender.send(webhook.url, body, webhookHeaders(eventId, body, webhook.secret, deps.now()))
      if (sent.kind === 'failed') throw notTaken(sent.status)
      deps.ended('delivered')
      return { tries: activityInfo().attempt }
    },

    async giveWebhookUp({ eventId, webhookId }) {
      deps.ended('failed')
      deps.log.warn({ event: eventId, webhook: webhookId }, 'a webhook was not delivered and is given up')
    },
  }
  return withoutData(activities, 'the webhook could not be sent and is tried again')
}

function notTaken(status: number | null): ApplicationFailure {
  if (status === GONE) return forGood('webhook_gone', 'The receiver answered 410: it wants no more of these.')
  return ApplicationFailure.create({
    type: status === null ? 'webhook_unreachable' : 'webhook_refused',
    message: 'The receiver did not take the webhook; it is sent again.',
    details: [{ status }],
  })
}

function forGood(type: string, message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, type)
}
