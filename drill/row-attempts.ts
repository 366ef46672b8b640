import { batchAttempts } from './rows/batch.ts'
import { checkpointAttempts } from './rows/checkpoint.ts'
import { contentAttempts } from './rows/content.ts'
import { emptiedTables } from './rows/emptied.ts'
import { entryAttempts } from './rows/entry.ts'
import { leafAttempts } from './rows/leaf.ts'
import { logAttempts } from './rows/log.ts'
import { rotationAttempts } from './rows/rotation.ts'
import { subtreeAttempts } from './rows/subtree.ts'
import { targetsOf } from './rows/targets.ts'
import { waitingAttempts } from './rows/waiting.ts'
import type { Store } from './store.ts'
import type { Attempt, Facts } from './types.ts'

/** Every single-row change, removal, insertion and swap of every kind of row, and every table emptied. */
export function rowAttempts(store: Store, facts: Facts): Attempt[] {
  const targets = targetsOf(facts)
  return [
    ...targets.flatMap((target) => entryAttempts(store, target)),
    ...targets.flatMap((target) => contentAttempts(store, target)),
    ...targets.flatMap((target) => leafAttempts(store, facts, target)),
    ...batchAttempts(store, facts),
    ...checkpointAttempts(store, facts),
    ...subtreeAttempts(store, facts),
    ...logAttempts(store, facts),
    ...rotationAttempts(store, facts),
    ...waitingAttempts(store, facts),
    ...emptiedTables(facts),
  ]
}
