import type { WebhookConfig } from '../config/webhooks.ts'
import { softLimitEntry } from '../domain/budgets/notice-entry.ts'
import { uuidv7 } from '../domain/ids/uuidv7.ts'
import type { Budgets } from '../ports/budgets.ts'
import type { LedgerWriter } from '../ports/ledger-writer.ts'
import type { WebhookEvents, WebhookStarter } from '../ports/webhooks.ts'

const LIMIT = 200

export interface WebhookRoundDeps {
  budgets: Pick<Budgets, 'notices'>
  ledger: Pick<LedgerWriter, 'append'>
  webhookEvents: WebhookEvents
  webhookStarter: WebhookStarter
  webhooks: readonly WebhookConfig[]
  now(): number
  randomBytes(length: number): Uint8Array
  /** An entry of a notice was not written: another gateway was faster, or it will be tried again. */
  notRecorded(error: unknown): void
}

/**
 * One round: soft limits that were reached are put on record, and deliveries are started of every event that webhooks want. A step that
 * fails is done again in the next round; of two gateways that do the same step one is too late, and nothing is told twice.
 */
export async function webhookRound(deps: WebhookRoundDeps): Promise<void> {
  for (const notice of await deps.budgets.notices(LIMIT)) {
    const at = deps.now()
    const entry = softLimitEntry(notice, { id: uuidv7(at, deps.randomBytes(10)), at })
    await deps.ledger.append(entry).catch(deps.notRecorded)
  }
  for (const event of await deps.webhookEvents.waiting(LIMIT)) {
    const wanted = deps.webhooks.filter(
      ({ events, tenants }) => events.includes(event.type) && (tenants === null || tenants.includes(event.tenantId)),
    )
    for (const { id } of wanted) await deps.webhookStarter.start(event, id)
    await deps.webhookEvents.handedOver(event.id)
  }
}
