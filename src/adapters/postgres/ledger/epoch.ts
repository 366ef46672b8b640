import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'
import { type BatchPosition, type BatchStatement, encodeBatch } from '../../../domain/ledger/batch.ts'
import { EMPTY_ENVELOPE } from '../../../domain/ledger/empty-envelope.ts'
import {
  type EpochStatement,
  encodeEpoch,
  epochDetail,
  firstBatchPosition,
  overlapMember,
} from '../../../domain/ledger/epoch.ts'
import type { EnvelopeDraft } from '../../../ports/ledger-writer.ts'
import type { Log } from './log.ts'
import { signaturesOf } from './log-keys.ts'

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

/** What an opening entry says beside opening an epoch; `detail` has the members beside `writer_epoch`. */
export interface Opening {
  kind: 'administration' | 'recovery'
  status: string
  detail: Readonly<Record<string, unknown>>
}

const PLAIN: Opening = { kind: 'administration', status: 'done', detail: {} }

/** @param nowMicros the opening entry's time; @param entryId its UUIDv7. */
export async function openEpoch(
  log: Log,
  nowMicros: bigint,
  entryId: string,
  { kind, status, detail }: Opening = PLAIN,
): Promise<WriterEpoch> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const statement: EpochStatement = {
    logId: log.logId,
    writerEpoch: randomUUID(),
    openedAt: nowMicros,
    publicKey: Buffer.from(publicKey.export({ format: 'jwk' }).x as string, 'base64url'),
  }
  const [own, replaced] = await signaturesOf(log, encodeEpoch(statement))
  const overlap = replaced === undefined ? {} : overlapMember(replaced.key, replaced.signature)
  return {
    log,
    id: statement.writerEpoch,
    privateKey,
    opening: {
      ...EMPTY_ENVELOPE,
      kind,
      status,
      retention_class: 'proof',
      id: entryId,
      occurred_at: nowMicros,
      tenant_id: log.tenantId,
      detail: epochDetail(statement, own.key, own.signature, { ...detail, ...overlap }),
    },
    next: firstBatchPosition(statement),
  }
}

export function signBatch(epoch: WriterEpoch, batch: BatchStatement): Buffer {
  return sign(null, encodeBatch(batch), epoch.privateKey)
}
