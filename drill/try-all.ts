import { readFacts } from './facts.ts'
import { forgeries } from './forgeries.ts'
import { makeLedger } from './make-ledger.ts'
import { rowAttempts } from './row-attempts.ts'
import { type Outcome, tryAttempt } from './run.ts'
import type { SampleLedger } from './sample-ledger.ts'
import type { Store } from './store.ts'

export interface DrillOptions {
  ledger: SampleLedger
  store: Store
  /** Where packs are written. */
  folder: string
  tenant: string
  /** At least 400, so that each kind of row is there before and behind the anchor. */
  entries: number
  /** Told after each attempt. */
  onTried?: (tried: number, of: number) => unknown
}

/** Makes a ledger, then tampers with it in every way there is and verifies after each. */
export async function tryAll(options: DrillOptions): Promise<Outcome[]> {
  const { ledger, store, folder, tenant, entries, onTried } = options
  await makeLedger(ledger, tenant, { entries })
  await store.keep()
  const facts = await readFacts(store, ledger, tenant)
  const attempts = [...rowAttempts(store, facts), ...forgeries(ledger, facts)]
  const outcomes: Outcome[] = []
  for (const attempt of attempts) {
    outcomes.push(await tryAttempt(ledger, store, facts, attempt, folder))
    onTried?.(outcomes.length, attempts.length)
  }
  return outcomes
}
