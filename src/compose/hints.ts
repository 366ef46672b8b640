import { resolve } from 'node:path'
import { inScratchFolder } from '../../activities/scratch-folder.ts'
import { createFactsQuery } from '../adapters/duckdb/facts-query.ts'
import { createHintLedger } from '../adapters/hints/hint-ledger.ts'
import type { Metrics } from '../api/metrics.ts'
import { HintFinder } from '../background/hints.ts'
import type { Budget } from '../config/types.ts'
import type { HintBudget } from '../domain/hints/types.ts'
import { registerOf } from '../domain/reports/register.ts'
import type { GatewaySettings } from './settings.ts'
import type { Stores } from './stores.ts'

/** What finds hints, over the configuration in force. */
export function openHints(
  { archiveObjects, benchmarks }: Pick<Stores, 'archiveObjects' | 'benchmarks'>,
  { databaseUrl, env, config }: Pick<GatewaySettings, 'databaseUrl' | 'env' | 'config'>,
  metrics: Pick<Metrics, 'hintsFound'>,
): HintFinder {
  const folder = resolve(env.home, 'tmp', 'hints')
  const closing = new AbortController()
  return new HintFinder({
    ledger: createHintLedger({
      databaseUrl,
      facts: createFactsQuery({ databaseUrl, objects: archiveObjects }),
      register: registerOf(config.routing),
      inFolder: (work) => inScratchFolder(folder, work),
      closing: closing.signal,
    }),
    benchmarks,
    tenants: () => config.tenants.keys(),
    budgets: (tenantId) => budgetsOf(config.tenants.get(tenantId)?.budgets ?? []),
    counted: (counts) => metrics.hintsFound(counts),
    now: Date.now,
    close: () => closing.abort(),
  })
}

/** Each limit of a budget is forecast by itself. */
export function budgetsOf(budgets: readonly Budget[]): HintBudget[] {
  return budgets.flatMap(({ period, softLimitUsd, hardLimitUsd, team, app, tool, feature }) => {
    const scope = { period, team, app, tool, feature }
    const limits = [
      { limit: 'soft', usd: softLimitUsd },
      { limit: 'hard', usd: hardLimitUsd },
    ] as const
    return limits.flatMap(({ limit, usd }) => (usd === null ? [] : [{ ...scope, limit, limitUsd: Number(usd) }]))
  })
}
