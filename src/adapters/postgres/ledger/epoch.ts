import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'
import { type BatchPosition, type BatchStatement, encodeBatch } from '../../../domain/ledger/batch.ts'
import { EMPTY_ENVELOPE } from '../../../domain/ledger/empty-envelope.ts'
import { type EpochStatement, encodeEpoch, epochDetail, firstBatchPosition } from '../../../domain/ledger/epoch.ts'
import type { EnvelopeDraft } from '../../../ports/ledger-writer.ts'
import type { Log } from './logs.ts'

/**
 * One writer's epoch in one log. Its private key exists in this process's memory only and dies with it. `next` moves on
 * only when a batch is known to be committed; after an unknown outcome the epoch is given up.
 */
export interface WriterEpoch {
  log: Log
  id: string
  privateKey: KeyObject
  /** The opening entry, until it is committed with the first batch. */
  opening: EnvelopeDraft | null
  next: BatchPosition
}

/**
 * @param nowMicros the opening entry's time; @param entryId its UUIDv7; @param recovery what a new generation says of the one
 * before it, where this is its first entry.
 */
export async function openEpoch(
  log: Log,
  nowMicros: bigint,
  entryId: string,
  recovery: Readonly<Record<string, unknown>> | null = null,
): Promise<WriterEpoch> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const statement: EpochStatement = {
    logId: log.logId,
    writerEpoch: randomUUID(),
    openedAt: nowMicros,
    publicKey: Buffer.from(publicKey.export({ format: 'jwk' }).x as string, 'base64url'),
  }
  const signature = await log.sign(encodeEpoch(statement))
  return {
    log,
    id: statement.writerEpoch,
    privateKey,
    opening: {
      ...EMPTY_ENVELOPE,
      kind: recovery === null ? 'administration' : 'recovery',
      status: 'done',
      retention_class: 'proof',
      id: entryId,
      occurred_at: nowMicros,
      tenant_id: log.tenantId,
      detail: epochDetail(statement, log.key, signature, recovery === null ? {} : { recovery }),
    },
    next: firstBatchPosition(statement),
  }
}

export function signBatch(epoch: WriterEpoch, batch: BatchStatement): Buffer {
  return sign(null, encodeBatch(batch), epoch.privateKey)
}
