import { resolve } from 'node:path'
import { inScratchFolder } from '../../activities/scratch-folder.ts'
import { createFactsQuery } from '../adapters/duckdb/facts-query.ts'
import { createHintLedger } from '../adapters/hints/hint-ledger.ts'
import type { Metrics } from '../api/metrics.ts'
import { HintFinder } from '../background/hints.ts'
import type { Budget } from '../config/types.ts'
import { hintBenchmark } from '../domain/hints/models.ts'
import type { HintBudget, HintFacts } from '../domain/hints/types.ts'
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
    context: (tenantId) => hintContextOf({ benchmarks }, config, tenantId),
    tenants: () => config.tenants.keys(),
    counted: (counts) => metrics.hintsFound(counts),
    now: Date.now,
    close: () => closing.abort(),
  })
}

const MOST_BENCHMARKS = 100

/** What hints stand on beside the entries: budgets in force, and recorded benchmarks. */
export async function hintContextOf(
  { benchmarks }: Pick<Stores, 'benchmarks'>,
  config: GatewaySettings['config'],
  tenantId: string,
): Promise<Pick<HintFacts, 'budgets' | 'benchmarks'>> {
  const made = await benchmarks.list(tenantId, null, MOST_BENCHMARKS)
  return {
    budgets: budgetsOf(config.tenants.get(tenantId)?.budgets ?? []),
    benchmarks: made.map(({ id, madeAt, detail }) => hintBenchmark(id, madeAt, detail)),
  }
}

/** Each limit of a budget is forecast by itself; not what each user has, because no hint rests on a person. */
export function budgetsOf(budgets: readonly Budget[]): HintBudget[] {
  return budgets.flatMap(({ period, softLimitUsd, hardLimitUsd, team, app, tool, feature, user }) => {
    if (user !== undefined) return []
    const scope = { period, team, app, tool, feature }
    const limits = [
      { limit: 'soft', usd: softLimitUsd },
      { limit: 'hard', usd: hardLimitUsd },
    ] as const
    return limits.flatMap(({ limit, usd }) => (usd === null ? [] : [{ ...scope, limit, limitUsd: Number(usd) }]))
  })
}
