import type { Client } from '@temporalio/client'
import type { Log } from '../api/deps.ts'
import type { Metrics } from '../api/metrics.ts'
import { every, type Loop } from '../background/every.ts'
import { type HintFinder, TICK_MS } from '../background/hints.ts'
import { Reconciler } from '../background/reconcile.ts'
import { LogDiverged } from '../ports/anchored-heads.ts'
import type { InFlightRegistry } from '../ports/in-flight-registry.ts'
import type { RequestStarter } from '../ports/request-starter.ts'
import { buildSettleErasures } from './erasure.ts'
import type { LedgerRounds } from './ledger-rounds.ts'
import { openPackingRounds } from './packed-days.ts'
import type { GatewaySettings } from './settings.ts'
import type { Stores } from './stores.ts'

const SEQUENCER_MS = 500
const LEASE_MS = 5_000
const RECONCILE_MS = 5_000
const LEDGER_WATCH_MS = 5_000
const LOOK_MS = 5_000
const KEYS_MS = 60_000
const ERASURES_MS = 60_000
const HOURLY_MS = 3_600_000

export interface LoopDeps {
  stores: Stores & { hints: HintFinder }
  starter: RequestStarter
  inFlight: InFlightRegistry
  metrics: Metrics
  log: Log
  now(): number
  ledgerRounds: LedgerRounds
  client: Client
  settings: GatewaySettings
}

/** What a gateway does beside answering: leaves, leases, requests left behind, partitions, expired rows. */
export function startLoops(deps: LoopDeps): { stop(): Promise<void> } {
  const { stores, starter, inFlight, metrics, log } = deps
  const settleErasures = buildSettleErasures(stores, deps.client, deps.settings)
  const packing = openPackingRounds(deps.settings)
  const failed = (loop: string) => (error: unknown) => {
    metrics.roundFailed(loop)
    const cause = error instanceof Error ? error.name : 'unknown'
    log.warn({ loop, cause, code: String((error as { code?: unknown })?.code ?? '') }, 'a background round failed')
  }
  const sequencer = every(SEQUENCER_MS, sequence, (error) => {
    metrics.sequencerFailed()
    failed('sequencer')(error)
  })
  stores.onHurry(() => sequencer.poke())
  async function sequence(): Promise<void> {
    while (stores.watch.current === 'sound') {
      try {
        metrics.sequenced((await stores.sequencer.round()) ?? 0)
        if (!stores.sequencer.hasMore) return
      } catch (error) {
        if (error instanceof LogDiverged) stores.watch.diverged(error)
        throw error
      }
    }
  }
  const reconciler = new Reconciler(stores.store, starter, deps.now)
  const loops: Loop[] = [
    sequencer,
    every(LEDGER_WATCH_MS, () => deps.ledgerRounds.round(), failed('ledger watch')),
    every(LOOK_MS, () => look(deps), failed('database look')),
    every(LEASE_MS, () => renewLeases(stores, inFlight), failed('leases')),
    every(RECONCILE_MS, () => reconciler.round(), failed('reconciler')),
    every(KEYS_MS, () => retireKeys(stores, log), failed('log keys')),
    every(KEYS_MS, () => stores.histories.watch(), failed('histories')),
    every(ERASURES_MS, settleErasures, failed('lost erasures')),
    every(TICK_MS, () => stores.hints.tick(), failed('hints')),
    every(HOURLY_MS, () => stores.ensurePartitions(), failed('partitions')),
    every(HOURLY_MS, () => keepLifecycle(stores, log), failed('archive lifecycle')),
    every(HOURLY_MS, () => packing.round(), failed('packed days')),
    every(HOURLY_MS, () => stores.erasure.cases.endAbandoned(), failed('abandoned erasures')),
    every(HOURLY_MS, () => stores.exports.expireOverdue(), failed('exports')),
    every(HOURLY_MS, () => stores.store.removeExpiredIdempotency(100_000), failed('idempotency')),
    every(HOURLY_MS, () => stores.questions.removeExpired(10_000), failed('questions')),
    every(HOURLY_MS, () => stores.sessions.removeEnded(), failed('sessions')),
  ]
  return {
    async stop() {
      stores.hints.close()
      await Promise.all([packing.close(), ...loops.map((loop) => loop.stop())])
      await sequence().catch(failed('sequencer'))
    },
  }
}

async function retireKeys(stores: Stores, log: Log): Promise<void> {
  if (stores.watch.current !== 'sound') return
  for (const tenant of await stores.retireKeys())
    log.info({ tenant }, 'a replaced log key was retired: it signs no more')
}

async function keepLifecycle(stores: Stores, log: Log): Promise<void> {
  for (const difference of await stores.keepLifecycle()) log.warn({ difference }, "the archive store's rules differ")
}

/** How the database and the ledger do, for the metrics. */
async function look({ stores, metrics, now, ledgerRounds }: LoopDeps): Promise<void> {
  metrics.ledgerSound(isSound(ledgerRounds))
  metrics.unsigned(stores.refused())
  const startedAt = performance.now()
  try {
    const { seconds, oldestPendingAt } = await stores.look()
    metrics.databaseAnswered(true, seconds)
    metrics.leavesLag(oldestPendingAt === null ? 0 : Math.max(0, now() - oldestPendingAt) / 1000)
  } catch (error) {
    metrics.databaseAnswered(false, (performance.now() - startedAt) / 1000)
    throw error
  }
}

function isSound(rounds: LedgerRounds): boolean {
  try {
    rounds.require()
    return true
  } catch {
    return false
  }
}

async function renewLeases(stores: Stores, inFlight: InFlightRegistry): Promise<void> {
  const ids = inFlight.heldIds()
  if (ids.length > 0) await stores.store.renewLeases(ids)
}
