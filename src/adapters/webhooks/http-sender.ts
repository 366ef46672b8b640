import type { WebhookSender } from '../../ports/webhooks.ts'

/** Milliseconds that a receiver has for its answer. */
const ANSWER_WITHIN_MS = 15_000

/** POSTs by HTTP. @param withinMs milliseconds for one exchange */
export function createHttpSender(withinMs = ANSWER_WITHIN_MS): WebhookSender {
  return {
    async send(url, body, headers) {
      try {
        const response = await fetch(url, {
          method: 'POST',
          body,
          headers: { ...headers, 'content-type': 'application/json', 'user-agent': 'palimpsest-webhook' },
          redirect: 'manual',
          signal: AbortSignal.timeout(withinMs),
        })
        await response.body?.cancel()
        return response.ok ? { kind: 'delivered' } : { kind: 'failed', status: response.status }
      } catch {
        return { kind: 'failed', status: null }
      }
    },
  }
}
