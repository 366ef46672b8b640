import type { Client } from '@temporalio/client'
import { createWebhookActivities } from '../../activities/webhooks/activities.ts'
import { createWebhookStarter } from '../adapters/temporal/webhook-starter.ts'
import { createHttpSender } from '../adapters/webhooks/http-sender.ts'
import type { Log } from '../api/deps.ts'
import type { Metrics } from '../api/metrics.ts'
import { measureBudgets } from '../background/budgets.ts'
import { every, type Loop } from '../background/every.ts'
import { webhookRound } from '../background/webhooks.ts'
import type { Config } from '../config/types.ts'
import type { Stores } from './stores.ts'

const TELL_MS = 1_000
const MEASURE_MS = 15_000
const HOURLY_MS = 3_600_000
/** Days that counters of ended periods and events that were told are kept. */
const KEPT_DAYS = 35

export interface BudgetWatchDeps {
  stores: Pick<Stores, 'budgets' | 'webhookEvents' | 'ledger' | 'watch'>
  client: Client
  taskQueue: string
  config: Config
  metrics: Metrics
  log: Log
  now(): number
  randomBytes(length: number): Uint8Array
}

/** What goes on about budgets beside requests: soft limits come on record, webhooks tell, metrics show how they stand. */
export function startBudgetWatch(deps: BudgetWatchDeps): { stop(): Promise<void> } {
  const { stores, config, metrics, log, now } = deps
  const failed = (loop: string) => (error: unknown) => {
    metrics.roundFailed(loop)
    log.warn({ loop, cause: error instanceof Error ? error.name : 'unknown' }, 'a background round failed')
  }
  const tell = async () => {
    // Nothing is written while the ledger is not the one that was anchored.
    if (stores.watch.current !== 'sound') return
    await webhookRound({
      ...deps,
      ...stores,
      webhookStarter: createWebhookStarter(deps.client, deps.taskQueue),
      webhooks: config.webhooks ?? [],
      notRecorded: failed('budget notices'),
    })
  }
  const tidy = async () => {
    await stores.budgets.removeEnded(KEPT_DAYS)
    await stores.webhookEvents.removeOld(KEPT_DAYS)
  }
  const loops: Loop[] = [
    every(TELL_MS, tell, failed('webhooks')),
    every(MEASURE_MS, () => measureBudgets({ budgets: stores.budgets, config, metrics, now }), failed('budgets')),
    every(HOURLY_MS, tidy, failed('ended budgets')),
  ]
  return {
    async stop() {
      await Promise.all(loops.map((loop) => loop.stop()))
    },
  }
}

export function buildWebhookActivities({
  stores,
  config,
  metrics,
  log,
}: {
  stores: Pick<Stores, 'webhookEvents'>
  config: Config
  metrics: Metrics
  log: Log
}) {
  return createWebhookActivities({
    ...stores,
    sender: createHttpSender(),
    webhooks: config.webhooks ?? [],
    ended: (outcome) => metrics.webhookEnded(outcome),
    log,
    now: Date.now,
  })
}
