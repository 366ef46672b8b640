import { collectDefaultMetrics, Registry } from 'prom-client'
import { type AccessMetrics, accessMetrics } from './metrics/access.ts'
import { type HintMetrics, hintMetrics } from './metrics/hints.ts'
import { type HttpMetrics, httpMetrics } from './metrics/http.ts'
import { type IntakeMetrics, intakeMetrics, type Load } from './metrics/intake.ts'
import { type LedgerMetrics, ledgerMetrics } from './metrics/ledger.ts'
import { makersOf } from './metrics/makers.ts'
import { type MoneyMetrics, moneyMetrics } from './metrics/money.ts'
import { type KnownNames, type RequestMetrics, requestMetrics } from './metrics/requests.ts'
import { type WorkMetrics, workMetrics } from './metrics/work.ts'

/**
 * Prometheus metrics with bounded labels: codes, states, kinds and names from the configuration; never more than a few
 * of the names that an app chose.
 */
export interface Metrics
  extends AccessMetrics,
    HintMetrics,
    HttpMetrics,
    RequestMetrics,
    IntakeMetrics,
    LedgerMetrics,
    WorkMetrics,
    MoneyMetrics {
  readonly registry: Registry
}

export interface MetricsOptions {
  load: Load
  known: KnownNames
  version: string
}

export type { KnownNames, Load }

export function createMetrics({ load, known, version }: MetricsOptions): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'palimpsest_' })
  const makers = makersOf(registry)
  makers
    .gauge('build_info', 'Always 1; the labels say what runs.', ['version', 'node'])
    .set({ version, node: process.versions.node }, 1)
  return {
    registry,
    ...httpMetrics(makers),
    ...requestMetrics(makers, known),
    ...intakeMetrics(makers, load),
    ...ledgerMetrics(makers),
    ...workMetrics(makers),
    ...hintMetrics(makers),
    ...moneyMetrics(makers),
    ...accessMetrics(makers),
  }
}
