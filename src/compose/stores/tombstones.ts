import { createReplayReceipts } from '../../../activities/erasure/replay-receipts.ts'
import { TombstoneLog } from '../../../activities/erasure/tombstone-log.ts'
import { TombstoneWatch } from '../../../activities/erasure/tombstone-watch.ts'
import { createErasureInFlight } from '../../adapters/postgres/erasure/in-flight.ts'
import { createLedgerTombstones } from '../../adapters/postgres/erasure/tombstones.ts'
import type { Sql } from '../../adapters/postgres/sql.ts'
import type { Log } from '../../api/deps.ts'
import { isSignedByLog } from '../../domain/erasure/tombstone-note.ts'
import type { AnchorStore } from '../../ports/anchor-store.ts'
import type { ErasureInFlight } from '../../ports/erasure-in-flight.ts'
import type { LogSigner } from '../../ports/log-signer.ts'
import type { LedgerTombstones, TombstoneKeeper, TombstoneSigner } from '../../ports/tombstones.ts'
import type { Ledger } from '../ledger.ts'
import { newEntryId } from '../new-entry-id.ts'
import type { GatewaySettings } from '../settings.ts'

/** What was erased, as far as it has to be done again in a database that is restored. */
export interface TombstoneStores {
  log: TombstoneLog
  ledger: LedgerTombstones
  keystore: TombstoneKeeper
  watch: TombstoneWatch
  requestsLeft: ErasureInFlight
}

export interface TombstoneParts extends Pick<GatewaySettings, 'env'> {
  sql: Sql
  keystore: TombstoneKeeper
  ledger: Pick<Ledger, 'anchorStore' | 'signer' | 'signNote' | 'ledger'>
  log: Pick<Log, 'info'>
}

export function openTombstones({ env, sql, keystore, ledger, log }: TombstoneParts): TombstoneStores {
  const tombstones = createLedgerTombstones(sql)
  const tombstoneLog = openTombstoneLog(ledger.anchorStore, env.deployment, ledger.signer, ledger.signNote)
  const receipts = createReplayReceipts({
    tombstones,
    ledger: ledger.ledger,
    now: Date.now,
    newEntryId,
  })
  return {
    log: tombstoneLog,
    ledger: tombstones,
    keystore,
    watch: new TombstoneWatch({
      log: tombstoneLog,
      ledger: tombstones,
      keystore,
      receipts,
      onReplayed: (number, caseId) => log.info({ number, caseId }, 'an erasure is carried out in both databases'),
    }),
    requestsLeft: createErasureInFlight(sql),
  }
}

/** The tombstones of a deployment. @param sign by the key of a tenant's log that is in force. */
export function openTombstoneLog(
  store: AnchorStore,
  deployment: string,
  signer: LogSigner,
  sign: TombstoneSigner['sign'],
): TombstoneLog {
  return new TombstoneLog(store, deployment, {
    sign,
    // Whatever key the tenant ever had: a restored database may not know the one that signed.
    async isSigned(tenant, note) {
      const keys = (await signer.keys(tenant)).map(({ publicKey }) => publicKey)
      return isSignedByLog(note, { deployment, tenant, keys })
    },
  })
}
