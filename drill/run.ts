import { join } from 'node:path'
import { verifyPath } from '../verify/verify.mjs'
import type { SampleLedger } from './sample-ledger.ts'
import type { Store } from './store.ts'
import type { Attempt, Facts } from './types.ts'

export type Naming = 'exact' | 'range' | 'wrong' | 'none'

export interface Outcome {
  attempt: Attempt
  detected: boolean
  named: Naming
  /** What the verifier said first. */
  said: string
}

/** Tampers, makes a pack, verifies it, and puts everything back. */
export async function tryAttempt(
  ledger: SampleLedger,
  store: Store,
  facts: Facts,
  attempt: Attempt,
  folder: string,
): Promise<Outcome> {
  const file = join(folder, 'attempt.zip')
  try {
    await attempt.apply(store)
    await ledger.packTo(file, facts.tenant, { wholeStore: true })
    const trust = await ledger.trusted(facts.tenant)
    const result = await verifyPath(file, { trust, anchors: ledger.anchorFolder })
    const first = result.problems[0]
    const place = first && [first.leaf !== null && `leaf ${first.leaf}`, first.entry].filter(Boolean).join(', ')
    return {
      attempt,
      detected: result.exit === 1,
      named: first ? judge(attempt, first) : 'none',
      said: first ? `${first.kind} at ${place || 'no leaf'}: ${first.what}` : '',
    }
  } catch (error) {
    // An attempt that could not be made is a fault of this drill, and must not pass for one that was detected.
    const said = `could not be tried: ${error instanceof Error ? error.message : 'unknown'}`
    return { attempt, detected: false, named: 'none', said }
  } finally {
    await store.restore(attempt.tables)
  }
}

function judge({ expected }: Attempt, said: { kind: string; leaf: number | null; entry: string | null }): Naming {
  const { kinds, leaf, entry, within } = expected
  const kind = (kinds as readonly string[]).includes(said.kind)
  if (within) {
    const inside = said.leaf === null || (said.leaf >= within[0] && said.leaf <= within[1])
    return inside && kind ? 'range' : 'wrong'
  }
  const rightLeaf = leaf === null || said.leaf === leaf
  const rightEntry = entry === null || said.entry === entry
  return kind && rightLeaf && rightEntry ? 'exact' : 'wrong'
}
