import { uuidText, writeUuid } from '../ids/uuidv7.ts'
import { HASH_BYTES, isCount, readU64, sha256 } from './bytes.ts'
import type { Commitments } from './commitment.ts'
import type { EntryKind, Envelope } from './envelope.ts'
import { ENTRY_KINDS } from './envelope.ts'
import { invalidEntry, malformed } from './malformed.ts'

/** Length of a version 1 leaf. */
export const LEAF_BYTES = 210

/** What the log holds of an entry: no personal data. */
export interface Leaf {
  readonly kind: EntryKind
  readonly logId: Uint8Array
  readonly id: string
  /** Microseconds since the Unix epoch. */
  readonly occurredAt: bigint
  readonly writerEpoch: string
  readonly writerSeq: number
  readonly commitments: Commitments
}

/** The leaf of an entry, from its envelope and its four commitments. */
export function leafOf(envelope: Envelope, commitments: Commitments): Leaf {
  return {
    kind: envelope.kind,
    logId: envelope.log_id,
    id: envelope.id,
    occurredAt: envelope.occurred_at,
    writerEpoch: envelope.writer_epoch,
    writerSeq: envelope.writer_seq,
    commitments,
  }
}

const KIND_OF_CODE = new Map(Object.entries(ENTRY_KINDS).map(([kind, code]) => [code as number, kind as EntryKind]))

/**
 * Version 1 leaf, 210 bytes, big-endian: version 1 ‖ kind 1 ‖ log id 32 ‖ entry id 16 ‖ occurred_at 8 ‖ writer epoch 16 ‖
 * writer seq 8 ‖ commitments ENVELOPE, SUBJECT, PROMPT, RESPONSE 4 × 32. Throws `ledger_entry_invalid`.
 */
export function encodeLeaf(leaf: Leaf): Buffer {
  const { envelope, subject, prompt, response } = leaf.commitments
  for (const bytes of [leaf.logId, envelope, subject, prompt, response]) {
    if (bytes.length !== HASH_BYTES) throw invalidEntry('a hash of the leaf', 'has to be 32 bytes')
  }
  if (!isCount(leaf.writerSeq)) throw invalidEntry('writer_seq', 'has to be an integer from 0 to 2^53 - 1')
  const out = Buffer.allocUnsafe(LEAF_BYTES)
  out[0] = 1
  out[1] = ENTRY_KINDS[leaf.kind]
  out.set(leaf.logId, 2)
  writeUuid(out, 34, leaf.id)
  out.writeBigInt64BE(leaf.occurredAt, 50)
  writeUuid(out, 58, leaf.writerEpoch)
  out.writeBigUInt64BE(BigInt(leaf.writerSeq), 74)
  out.set(envelope, 82)
  out.set(subject, 114)
  out.set(prompt, 146)
  out.set(response, 178)
  return out
}

/** Reads a leaf; `encodeLeaf` of the result gives the same bytes. Throws `ledger_malformed`. */
export function decodeLeaf(bytes: Uint8Array): Leaf {
  const leaf = Buffer.from(bytes)
  if (leaf.length !== LEAF_BYTES) throw malformed(`A leaf has to be ${LEAF_BYTES} bytes long.`)
  const kind = KIND_OF_CODE.get(leaf[1] as number)
  if (leaf[0] !== 1 || kind === undefined) throw malformed('This leaf has a version or a kind that is not known.')
  const occurredAt = leaf.readBigInt64BE(50)
  if (occurredAt < 0n || occurredAt > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw malformed('The time in a leaf has to be from 0 to 2^53 - 1 microseconds.')
  }
  return {
    kind,
    logId: leaf.subarray(2, 34),
    id: uuidText(leaf.subarray(34, 50)),
    occurredAt,
    writerEpoch: uuidText(leaf.subarray(58, 74)),
    writerSeq: readU64(leaf, 74, 'sequence number in a leaf'),
    commitments: {
      envelope: leaf.subarray(82, 114),
      subject: leaf.subarray(114, 146),
      prompt: leaf.subarray(146, 178),
      response: leaf.subarray(178, 210),
    },
  }
}

const scratch = Buffer.alloc(1 + LEAF_BYTES)

/** RFC 6962 section 2.1: `SHA-256(0x00 ‖ leaf)`. */
export function leafHash(leaf: Uint8Array): Buffer {
  const input = leaf.length === LEAF_BYTES ? scratch : Buffer.alloc(1 + leaf.length)
  input.set(leaf, 1)
  return sha256(input)
}
