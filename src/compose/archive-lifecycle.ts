import { readArchivedClasses } from '../adapters/postgres/archive/classes.ts'
import type { Sql } from '../adapters/postgres/sql.ts'
import { defaultReportPackDays, defaultRetention } from '../config/defaults.ts'
import { reportPackDaysOf } from '../config/retention.ts'
import type { Config } from '../config/types.ts'
import { lifecycleRules, packRule } from '../domain/retention/lifecycle-rules.ts'
import { type RetentionPolicy, retentionClassOf, STANDARD_CLASS } from '../domain/retention/retention-class.ts'
import type { ArchiveStore } from '../ports/archive-store.ts'

export interface ArchiveLifecycleParts {
  sql: Sql
  store: Pick<ArchiveStore, 'applyLifecycle' | 'compareLifecycle'>
  config: Pick<Config, 'tenants' | 'archive'>
}

/**
 * Brings the store's own rules to what the policies ask, where they differ: of every class that the configuration has or of which
 * the archive still has objects, and of the packs of reports. Gives what differs all the same, a sentence each.
 */
export async function keepLifecycle({ sql, store, config }: ArchiveLifecycleParts): Promise<readonly string[]> {
  const policies = [defaultRetention, ...policiesOf(config)]
  const classes = [STANDARD_CLASS, ...policies.map(retentionClassOf), ...(await readArchivedClasses(sql))]
  const packDays = [...config.tenants.values()].map(reportPackDaysOf)
  const rules = [
    ...lifecycleRules(classes, longestLived(policies), config.archive.storageClass),
    packRule([defaultReportPackDays, ...packDays]),
  ]
  if ((await store.compareLifecycle(rules)).length === 0) return []
  return store.applyLifecycle(rules)
}

function policiesOf({ tenants }: Pick<Config, 'tenants'>): RetentionPolicy[] {
  return [...tenants.values()].flatMap(({ retention, toolRetention = {} }) => [
    retention,
    ...Object.values(toolRetention),
  ])
}

/** The one after which a store removes last: it must not remove anything of class `standard` before the gateway does. */
function longestLived(policies: readonly RetentionPolicy[]): RetentionPolicy {
  const kept = ({ deleteAfterDays, hotDays }: RetentionPolicy) => deleteAfterDays - hotDays
  return policies.reduce((longest, one) => (kept(one) > kept(longest) ? one : longest))
}
