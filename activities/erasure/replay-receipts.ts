import { replayReceipts } from '../../src/domain/erasure/tombstone-receipts.ts'
import type { Tombstone } from '../../src/domain/erasure/types.ts'
import { factEntry } from '../../src/domain/ledger/fact-entry.ts'
import { jcs } from '../../src/domain/ledger/json.ts'
import type { LedgerWriter } from '../../src/ports/ledger-writer.ts'
import type { LedgerTombstones } from '../../src/ports/tombstones.ts'

export interface ReplayReceiptDeps {
  tombstones: Pick<LedgerTombstones, 'explained'>
  ledger: Pick<LedgerWriter, 'append'>
  /** Milliseconds since the Unix epoch. */
  now(): number
  /** A UUIDv7. */
  newEntryId(): string
}

/**
 * Receipts for what was erased and whose announcement a restore took: with the number of the erasure, so that the certificate
 * that was given stays right. Of two gateways that look at once both may write one, which says the same twice.
 */
export function createReplayReceipts({ tombstones, ledger, now, newEntryId }: ReplayReceiptDeps) {
  return {
    async append(number: number, tombstone: Tombstone): Promise<void> {
      const { gone, written } = await tombstones.explained(tombstone)
      for (const receipt of replayReceipts(tombstone.receipt, gone, written)) {
        await ledger.append(
          factEntry({
            id: newEntryId(),
            kind: 'erasure',
            occurred_at: BigInt(now()) * 1000n,
            tenant_id: tombstone.tenant,
            status: 'carried_out_again',
            retention_class: 'proof',
            detail: jcs({ case: tombstone.case, erased_at: tombstone.at, receipt, tombstone: number }),
          }),
        )
      }
    },
  }
}
