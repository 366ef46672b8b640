import type { KnownNames, Metrics } from '../api/metrics.ts'
import { listModels } from '../config/models.ts'
import type { Config } from '../config/types.ts'
import { providerNames } from '../domain/routing/types.ts'
import type { LedgerWriter } from '../ports/ledger-writer.ts'
import type { PiiEngine } from '../ports/pii-engine.ts'

/** Seconds since a time of `performance.now()`. */
const secondsSince = (startedAt: number) => (performance.now() - startedAt) / 1000

/** Names of the configuration in force, which labels may hold. */
export function knownNames(current: () => Config): KnownNames {
  return {
    isTenant: (id) => current().tenants.has(id),
    isTool: (name) => [...current().tenants.values()].some(({ tools }) => Object.hasOwn(tools, name)),
    isModel: (name) => isConfiguredModel(current(), name),
  }
}

function isConfiguredModel(config: Config, name: string): boolean {
  const { models, regionDefaults } = config.routing
  const routes = [...config.routing.routes, ...[...config.tenants.values()].flatMap((tenant) => tenant.routes ?? [])]
  return (
    listModels(config, new Set(providerNames)).some(({ id }) => id === name) ||
    models.some(({ model }) => model === name) ||
    routes.some(({ use }) => use.some(({ model }) => model === name)) ||
    Object.values(regionDefaults).some(({ model }) => model === name)
  )
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
