import type { KnownNames, Metrics } from '../api/metrics.ts'
import type { Config, TenantConfig } from '../config/types.ts'
import { listModels } from '../domain/routing/list-models.ts'
import { providerNames } from '../domain/routing/types.ts'
import type { LedgerWriter } from '../ports/ledger-writer.ts'
import type { PiiEngine } from '../ports/pii-engine.ts'

/** Seconds since a time of `performance.now()`. */
const secondsSince = (startedAt: number) => (performance.now() - startedAt) / 1000

/** Names of the configuration in force, which labels may hold. */
export function knownNames(current: () => Config): KnownNames {
  let models: { of: ReadonlyMap<string, TenantConfig>; names: Set<string> } | null = null
  return {
    isTenant: (id) => current().tenants.has(id),
    isTool: (tenantId, name) => Object.hasOwn(current().tenants.get(tenantId)?.tools ?? {}, name),
    isModel(name) {
      const { tenants } = current()
      if (models?.of !== tenants) models = { of: tenants, names: configuredModels(current()) }
      return models.names.has(name)
    },
  }
}

/** Models that the configuration names in full, or that the gateway lists. */
function configuredModels(config: Config): Set<string> {
  const { models, routes, regionDefaults } = config.routing
  const own = [...config.tenants.values()].flatMap((tenant) => tenant.routes ?? [])
  const targets = [...[...routes, ...own].flatMap(({ use }) => use), ...Object.values(regionDefaults)]
  return new Set([
    ...listModels({ rules: config.routing, available: new Set(providerNames) }).map(({ id }) => id),
    ...models.flatMap(({ model }) => model ?? []),
    ...targets.map(({ model }) => model),
  ])
}

/** Counts every entry once, when it is durable. */
export function countedLedger(ledger: LedgerWriter, metrics: Pick<Metrics, 'recorded'>): LedgerWriter {
  return {
    async append(draft) {
      const appended = await ledger.append(draft)
      if (appended === 'appended') metrics.recorded(draft.envelope)
      return appended
    },
    close: () => ledger.close(),
  }
}

/** Times the engine, its cache included. */
export function timedEngine(engine: PiiEngine, metrics: Pick<Metrics, 'scanned'>): PiiEngine {
  return {
    version: engine.version,
    async analyze(texts, options) {
      const startedAt = performance.now()
      try {
        const results = await engine.analyze(texts, options)
        metrics.scanned('done', secondsSince(startedAt))
        return results
      } catch (error) {
        metrics.scanned('failed', secondsSince(startedAt))
        throw error
      }
    },
  }
}

/** Counts and times the steps of workflows, by their names. */
export function countedActivities(activities: object, metrics: Pick<Metrics, 'stepEnded'>): object {
  return Object.fromEntries(
    Object.entries(activities).map(([name, run]) => [
      name,
      async (...args: unknown[]) => {
        const startedAt = performance.now()
        try {
          const result = await run(...args)
          metrics.stepEnded(name, 'completed', secondsSince(startedAt))
          return result
        } catch (error) {
          metrics.stepEnded(name, 'failed', secondsSince(startedAt))
          throw error
        }
      },
    ]),
  )
}
