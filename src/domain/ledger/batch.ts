import type { KeyObject } from 'node:crypto'
import { uuidBytes } from '../ids/uuidv7.ts'
import { equalBytes, HASH_BYTES, isCount, label, sha256 } from './bytes.ts'
import { verifyEd25519 } from './ed25519.ts'
import { invalidEntry } from './malformed.ts'

/** What a writer signs of one batch; the names are the columns of `ledger_batch`. */
export interface BatchStatement {
  /** 32 bytes. */
  readonly log_id: Uint8Array
  readonly writer_epoch: string
  /** 0, 1, 2, … within the epoch. */
  readonly batch_no: number
  /** Sequence number of its first entry: one above the last of the batch before. */
  readonly first_seq: number
  /** 1 to 2^32 − 1. */
  readonly entry_count: number
  /** `entriesDigest` of its leaf hashes. */
  readonly entries_digest: Uint8Array
  /** `batchHash` of the batch before; for batch 0 `epochHash` of the epoch's statement. */
  readonly previous_batch_hash: Uint8Array
}

export interface Batch extends BatchStatement {
  /** Ed25519 by the epoch's key over `encodeBatch`, 64 bytes. */
  readonly signature: Uint8Array
}

/** `SHA-256("palimpsest/v1/batch-entries" ‖ 0x00 ‖ leaf hashes in the order of their sequence numbers)`. */
export function entriesDigest(leafHashes: readonly Uint8Array[]): Buffer {
  return sha256(Buffer.concat([label('batch-entries'), ...leafHashes]))
}

/**
 * The bytes a writer signs, 152: `"palimpsest/v1/batch" ‖ 0x00 ‖ log id 32 ‖ writer epoch 16 ‖ batch_no 8 ‖ first_seq 8 ‖
 * entry_count 4 ‖ entries digest 32 ‖ previous batch hash 32`. Throws `ledger_entry_invalid`.
 */
export function encodeBatch(batch: BatchStatement): Buffer {
  const { log_id, batch_no, first_seq, entry_count, entries_digest, previous_batch_hash } = batch
  for (const [name, bytes] of Object.entries({ log_id, entries_digest, previous_batch_hash })) {
    if (bytes.length !== HASH_BYTES) throw invalidEntry(`batch ${name}`, 'has to be 32 bytes')
  }
  for (const [name, value] of Object.entries({ batch_no, first_seq, entry_count })) {
    if (!isCount(value)) throw invalidEntry(`batch ${name}`, 'has to be an integer from 0 to 2^53 - 1')
  }
  if (entry_count < 1 || entry_count > 0xffffffff) throw invalidEntry('batch entry_count', 'has to be 1 to 2^32 - 1')
  return layOut(batch)
}

/** The same bytes of a batch as it is stored, whatever it says, and its signature: evidence shows changed rows, too. */
export function batchRecord(batch: Batch): Buffer {
  return Buffer.concat([layOut(batch), batch.signature])
}

function layOut(batch: BatchStatement): Buffer {
  const numbers = Buffer.alloc(20)
  numbers.writeBigInt64BE(BigInt(batch.batch_no), 0)
  numbers.writeBigInt64BE(BigInt(batch.first_seq), 8)
  numbers.writeUInt32BE(batch.entry_count >>> 0, 16)
  return Buffer.concat([
    label('batch'),
    batch.log_id,
    uuidBytes(batch.writer_epoch),
    numbers,
    batch.entries_digest,
    batch.previous_batch_hash,
  ])
}

/** `SHA-256(encodeBatch)`: what the next batch names. The signature is not part of it. */
export function batchHash(batch: BatchStatement): Buffer {
  return sha256(encodeBatch(batch))
}

/** Where a batch stands: what the one before it leaves to check. */
export interface BatchPosition {
  readonly log_id: Uint8Array
  readonly writer_epoch: string
  readonly batch_no: number
  readonly first_seq: number
  readonly previous_batch_hash: Uint8Array
}

export type BatchProblem = 'position' | 'link' | 'entries' | 'signature'

/**
 * Checks one batch. Returns null where it holds, else the first thing that does not: its place in the epoch, the link to
 * the batch before, the entries, the signature. Never throws on evidence.
 */
export function verifyBatch(
  batch: Batch,
  leafHashes: readonly Uint8Array[],
  expected: BatchPosition,
  publicKey: KeyObject,
): BatchProblem | null {
  if (
    !equalBytes(batch.log_id, expected.log_id) ||
    batch.writer_epoch !== expected.writer_epoch ||
    batch.batch_no !== expected.batch_no ||
    batch.first_seq !== expected.first_seq
  ) {
    return 'position'
  }
  if (!equalBytes(batch.previous_batch_hash, expected.previous_batch_hash)) return 'link'
  if (batch.entry_count !== leafHashes.length || leafHashes.length === 0) return 'entries'
  if (!equalBytes(batch.entries_digest, entriesDigest(leafHashes))) return 'entries'
  return verifyEd25519(publicKey, encodeBatch(batch), batch.signature) ? null : 'signature'
}

/** Where the batch after this one has to stand. */
export function nextBatchPosition(batch: BatchStatement): BatchPosition {
  return {
    log_id: batch.log_id,
    writer_epoch: batch.writer_epoch,
    batch_no: batch.batch_no + 1,
    first_seq: batch.first_seq + batch.entry_count,
    previous_batch_hash: batchHash(batch),
  }
}
