import type { Log } from '../api/deps.ts'
import type { Config } from '../config/types.ts'
import { PalimpsestError } from '../errors.ts'
import { recordPolicies } from './record-policies.ts'
import type { Stores } from './stores.ts'

export interface LedgerRounds {
  /** Compares the ledger with its anchors. */
  round(): Promise<void>
  /** @throws PalimpsestError 503 while nothing may be written that a request leads to. */
  require(): void
}

/**
 * Compares the ledger with its anchors, the first time before anything is served, and puts the policies in force on record
 * once it is sound: what that throws at the start refuses the start. An anchor store that cannot do what anchors need
 * refuses the start as well; one that is away does not: requests are refused until it answers.
 */
export async function startLedgerRounds(stores: Stores, config: Config, log: Log): Promise<LedgerRounds> {
  const { watch, entries, ledger } = stores
  let prepared = false
  const prepareOnce = async () => {
    if (watch.current !== 'sound' || prepared) return
    await recordPolicies(config, entries, ledger, Date.now())
    prepared = true
  }
  await watch.check().catch((error: unknown) => {
    if (error instanceof PalimpsestError && error.code === 'anchor_store_unfit') throw error
    const cause = error instanceof PalimpsestError ? error.code : error instanceof Error ? error.name : 'unknown'
    log.error({ cause }, 'the ledger could not be compared with its anchors: requests are refused until it can')
  })
  await prepareOnce()
  return {
    async round() {
      await watch.check()
      await prepareOnce()
    },
    require() {
      watch.require()
      if (prepared) return
      throw new PalimpsestError({
        code: 'ledger_unchecked',
        status: 503,
        message: 'The ledger is about to be opened: try again.',
        retryAfterSeconds: 1,
      })
    },
  }
}
