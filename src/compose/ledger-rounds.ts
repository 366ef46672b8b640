import type { Log } from '../api/deps.ts'
import { PalimpsestError } from '../errors.ts'
import { recordConfiguredKeys } from './record-configured-keys.ts'
import { type PoliciesInForce, recordPolicies } from './record-policies.ts'
import type { Stores } from './stores.ts'

export interface LedgerRounds {
  /** Carries erasures out again in what was restored, and compares the ledger with its anchors. */
  round(): Promise<void>
  /** @throws PalimpsestError 503 while nothing may be written that a request leads to. */
  require(): void
}

/**
 * Carries erasures out again that the databases are older than, and compares the ledger with its anchors, the first time before
 * anything is served or readable, and puts the policies in force and the configured keys on record
 * once it is sound: what that throws at the start refuses the start. An anchor store that cannot do what anchors need
 * refuses the start as well; one that is away does not, and neither does a keystore or KMS: requests are refused until it answers.
 */
export async function startLedgerRounds(stores: Stores, inForce: PoliciesInForce, log: Log): Promise<LedgerRounds> {
  const { watch, tombstones } = stores
  let prepared = false
  const refused = (what: string) => (error: unknown) => {
    if (error instanceof PalimpsestError && error.code === 'anchor_store_unfit') throw error
    const cause = error instanceof PalimpsestError ? error.code : error instanceof Error ? error.name : 'unknown'
    log.error({ cause }, `${what}: requests are refused until that is possible`)
  }
  const prepareOnce = async () => {
    if (watch.current !== 'sound' || prepared) return
    await recordPolicies(inForce, stores, Date.now())
    await recordConfiguredKeys(inForce.inForce.config, stores, Date.now()).then(() => {
      prepared = true
    }, refused('which keys the configuration brings could not be put on record'))
  }
  const explain = async () => {
    if (watch.current === 'sound') await tombstones.watch.explain()
  }
  await tombstones.watch.check().catch(refused('erasures could not be carried out again where they have to be'))
  await watch.check().catch(refused('the ledger could not be compared with its anchors'))
  await prepareOnce()
  await explain().catch(refused('what was erased could not be explained in the ledger'))
  return {
    async round() {
      const [replayed, compared] = await Promise.allSettled([tombstones.watch.check(), watch.check()])
      if (compared.status === 'rejected') throw compared.reason
      await prepareOnce()
      if (replayed.status === 'rejected') throw replayed.reason
      await explain()
    },
    require() {
      watch.require()
      tombstones.watch.require()
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
