import { CancellationScope, proxyActivities } from '@temporalio/workflow'
import type { WebhookActivities, WebhookDelivery } from '../activities/webhooks/types.ts'

// The pauses between tries double, from a second to an hour.
const { sendWebhook } = proxyActivities<WebhookActivities>({
  startToCloseTimeout: '1 minute',
  scheduleToCloseTimeout: '24 hours',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 hour' },
})
const { giveWebhookUp } = proxyActivities<WebhookActivities>({
  startToCloseTimeout: '1 minute',
  retry: { maximumAttempts: 10 },
})

/** One event to one webhook, at least once: tried again for 24 hours, always under the same id. */
export async function deliverWebhook(input: WebhookDelivery): Promise<{ tries: number }> {
  try {
    return await sendWebhook(input)
  } catch (error) {
    await CancellationScope.nonCancellable(() => giveWebhookUp(input))
    throw error
  }
}
