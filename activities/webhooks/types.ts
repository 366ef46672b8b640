/** Inputs and results stand in the history: ids and counts. */
export interface WebhookDelivery {
  eventId: string
  webhookId: string
}

export interface WebhookActivities {
  /** One try. Fails where the receiver does not take it, for good where there is nobody to tell any more. */
  sendWebhook(input: WebhookDelivery): Promise<{ tries: number }>
  /** Counts a delivery that was given up. */
  giveWebhookUp(input: WebhookDelivery): Promise<void>
}
