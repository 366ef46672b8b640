import { REPORTS_PREFIX } from '../reports/object-names.ts'
import type { LifecycleRule } from './lifecycle.ts'
import { type ArchivePart, partPrefix } from './object-name.ts'
import { PROOF_CLASS, policyOfClass, type RetentionPolicy } from './retention-class.ts'

/**
 * Days for which an object outlives its life in the store. The gateway itself removes it on its day, behind a look at the holds and
 * with an entry in the ledger; the store's own rule is the net for a gateway that is gone, and a hold that was placed in time
 * must have been carried to the store before the rule falls due.
 */
export const NET_DAYS = 30

/** Days after which versions that were replaced or removed go: an erased text is not to be had back. */
export const OLD_VERSIONS_DAYS = 1

/** What moves to a colder class and ends. Manifests are neither: they are proofs. What a hold keeps has no end of its own. */
const MOVED: readonly ArchivePart[] = ['facts', 'content', 'histories']

/**
 * What a store does by itself with archives of these classes. Days count from when an object was stored, which is at the end of
 * the hot window, or later where archiving was held up: then it ends as much later by the store, and on its day by the gateway.
 * @param classes those in use; `standard` follows `standard`, the longest-lived of the tenants' policies
 * @param storageClass null: objects stay where they were put
 */
export function lifecycleRules(
  classes: readonly string[],
  standard: RetentionPolicy,
  storageClass: string | null,
): LifecycleRule[] {
  return [...new Set(classes)].sort().flatMap((name) => {
    const policy = name === PROOF_CLASS ? null : policyOfClass(name, standard)
    return policy === null ? [] : MOVED.map((part) => ruleOf(name, part, policy, storageClass))
  })
}

/**
 * What a store does by itself with the packs of reports: they stay where they are put, because they are few and are asked for at once.
 * @param keptDays how long each tenant keeps them: a rule for all must not remove one before its gateway does
 */
export function packRule(keptDays: readonly number[]): LifecycleRule {
  return {
    id: 'reports',
    prefix: REPORTS_PREFIX,
    toColder: null,
    removeAfterDays: Math.max(...keptDays) + NET_DAYS,
    removeOldVersionsAfterDays: OLD_VERSIONS_DAYS,
  }
}

function ruleOf(name: string, part: ArchivePart, policy: RetentionPolicy, storageClass: string | null): LifecycleRule {
  const { hotDays, coldAfterDays, deleteAfterDays } = policy
  const colderAfter = Math.max(0, coldAfterDays - hotDays)
  const removeAfterDays = Math.max(0, deleteAfterDays - hotDays) + NET_DAYS
  return {
    id: `${name}-${part}`,
    prefix: partPrefix(name, part),
    toColder: storageClass === null ? null : { afterDays: colderAfter, storageClass },
    removeAfterDays,
    removeOldVersionsAfterDays: OLD_VERSIONS_DAYS,
  }
}
