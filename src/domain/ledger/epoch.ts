import type { KeyObject } from 'node:crypto'
import { uuidBytes } from '../ids/uuidv7.ts'
import type { BatchPosition } from './batch.ts'
import { equalBytes, fromBase64, HASH_BYTES, i64, isCount, label, sha256, toBase64 } from './bytes.ts'
import { publicKeyOf, SIGNATURE_BYTES, verifyEd25519 } from './ed25519.ts'
import type { Envelope } from './envelope.ts'
import { isJsonObject, jcs, parseJson } from './json.ts'
import { doesNotHold, invalidEntry, malformed, untrusted } from './malformed.ts'
import type { VerifierKey } from './vkey.ts'
import { formatVkey } from './vkey.ts'

/** What the log's key signs when a writer begins: this epoch's key may write into this log. */
export interface EpochStatement {
  readonly logId: Uint8Array
  readonly writerEpoch: string
  /** Microseconds since the Unix epoch; the opening entry's `occurred_at`. */
  readonly openedAt: bigint
  /** The epoch's Ed25519 public key, 32 bytes. */
  readonly publicKey: Uint8Array
}

/**
 * The bytes the log's key signs, 115: `"palimpsest/v1/writer-epoch" ‖ 0x00 ‖ log id 32 ‖ writer epoch 16 ‖ opened_at 8 ‖
 * public key 32`. A note cannot hold a NUL, so no checkpoint can be read as one of these. Throws `ledger_entry_invalid`.
 */
export function encodeEpoch(epoch: EpochStatement): Buffer {
  if (epoch.logId.length !== HASH_BYTES) throw invalidEntry('log_id', 'has to be 32 bytes')
  if (epoch.publicKey.length !== HASH_BYTES) throw invalidEntry('public key of the epoch', 'has to be 32 bytes')
  return Buffer.concat([
    label('writer-epoch'),
    epoch.logId,
    uuidBytes(epoch.writerEpoch),
    i64(epoch.openedAt),
    epoch.publicKey,
  ])
}

/** `SHA-256(encodeEpoch)`: what batch 0 of the epoch names as the batch before it. */
export function epochHash(epoch: EpochStatement): Buffer {
  return sha256(encodeEpoch(epoch))
}

/** Where batch 0 of an epoch has to stand. */
export function firstBatchPosition(epoch: EpochStatement): BatchPosition {
  return {
    log_id: epoch.logId,
    writer_epoch: epoch.writerEpoch,
    batch_no: 0,
    first_seq: 0,
    previous_batch_hash: epochHash(epoch),
  }
}

/**
 * The `detail` column of the entry that opens an epoch (kind `administration`, or `recovery` where it also opens a new
 * generation; `writer_seq` 0). `more` may add members beside `writer_epoch`.
 */
export function epochDetail(
  epoch: EpochStatement,
  logKey: VerifierKey,
  signature: Uint8Array,
  more: Readonly<Record<string, unknown>> = {},
): string {
  if (signature.length !== SIGNATURE_BYTES) throw invalidEntry('signature of the epoch', 'has to be 64 bytes')
  return jcs({
    ...more,
    writer_epoch: {
      id: epoch.writerEpoch,
      log_key: formatVkey(logKey),
      opened_at: Number(epoch.openedAt),
      public_key: toBase64(epoch.publicKey),
      signature: toBase64(signature),
    },
  })
}

/**
 * The member beside `writer_epoch` that holds, as long as the overlap of a rotation lasts, the replaced key's signature over
 * the same statement, for who knows only that key. Throws `ledger_entry_invalid`.
 */
export function overlapMember(logKey: VerifierKey, signature: Uint8Array): Readonly<Record<string, unknown>> {
  if (signature.length !== SIGNATURE_BYTES) throw invalidEntry('signature of the epoch', 'has to be 64 bytes')
  return { writer_epoch_overlap: { log_key: formatVkey(logKey), signature: toBase64(signature) } }
}

/** An epoch that a trusted log key has vouched for. */
export interface VerifiedEpoch extends EpochStatement {
  readonly key: KeyObject
  readonly logKey: VerifierKey
}

/**
 * Verifies the entry that opens a writer's epoch against the log's trusted keys: by the key that signed it or, in the overlap
 * of a rotation, by the replaced one; where both are trusted both signatures have to hold. The envelope itself has to be bound to a leaf by the caller. Throws `ledger_malformed`, `ledger_signer_unknown` or `ledger_evidence_invalid`.
 */
export function verifyEpochOpening(envelope: Envelope, trusted: readonly VerifierKey[]): VerifiedEpoch {
  const stated = openingOf(envelope)
  const epoch: EpochStatement = {
    logId: envelope.log_id,
    writerEpoch: envelope.writer_epoch,
    openedAt: envelope.occurred_at,
    publicKey: fromBase64(stated.public_key, 'public key of an epoch'),
  }
  if (stated.id !== epoch.writerEpoch || BigInt(stated.opened_at) !== epoch.openedAt) {
    throw doesNotHold('An epoch opening names another epoch or time than its entry.')
  }
  if (epoch.publicKey.length !== HASH_BYTES) throw malformed('The public key of an epoch has to be 32 bytes long.')
  const vouchers = vouching(stated, trusted)
  const [first] = vouchers
  if (first === undefined) throw untrusted('An epoch opening is not signed by a trusted key of the log.')
  for (const { logKey, signature } of vouchers) {
    if (!equalBytes(sha256(Buffer.from(logKey.name, 'utf8')), epoch.logId)) {
      throw doesNotHold('An epoch opening is signed by the key of another log.')
    }
    if (!verifyEd25519(logKey.key, encodeEpoch(epoch), fromBase64(signature, 'signature of an epoch'))) {
      throw doesNotHold("The log key's signature over an epoch does not hold.")
    }
  }
  return { ...epoch, key: publicKeyOf(epoch.publicKey), logKey: first.logKey }
}

/** True for an entry that opens an epoch: the first of it, with the opening's member in its detail. */
function isEpochOpening(envelope: Envelope): boolean {
  return (envelope.kind === 'administration' || envelope.kind === 'recovery') && envelope.writer_seq === 0
}

interface StatedSignature {
  readonly log_key: string
  readonly signature: string
}

interface StatedOpening extends StatedSignature {
  readonly id: string
  readonly opened_at: number
  readonly public_key: string
  readonly overlap: StatedSignature | null
}

/** The stated signatures that are by trusted keys. */
function vouching(
  stated: StatedOpening,
  trusted: readonly VerifierKey[],
): { logKey: VerifierKey; signature: string }[] {
  return (stated.overlap === null ? [stated] : [stated, stated.overlap]).flatMap(({ log_key, signature }) => {
    const logKey = trusted.find((key) => key.type === 'ed25519' && formatVkey(key) === log_key)
    return logKey === undefined ? [] : { logKey, signature }
  })
}

function openingOf(envelope: Envelope): StatedOpening {
  if (!isEpochOpening(envelope) || envelope.detail === null) {
    throw malformed('An epoch has to open with an administration or recovery entry that bears its key.')
  }
  const detail = parseJson(envelope.detail, 'detail of an epoch opening')
  const stated = isJsonObject(detail) ? detail.writer_epoch : undefined
  if (!isJsonObject(stated) || Object.keys(stated).sort().join() !== 'id,log_key,opened_at,public_key,signature') {
    throw malformed('An epoch opening has to hold id, log_key, opened_at, public_key and signature.')
  }
  const { id, log_key, opened_at, public_key, signature } = stated
  if (
    typeof id !== 'string' ||
    typeof log_key !== 'string' ||
    !isCount(opened_at) ||
    typeof public_key !== 'string' ||
    typeof signature !== 'string'
  ) {
    throw malformed('A member of an epoch opening has the wrong type.')
  }
  const overlap = isJsonObject(detail) ? overlapOf(detail.writer_epoch_overlap) : null
  return { id, log_key, opened_at, public_key, signature, overlap }
}

function overlapOf(stated: unknown): StatedSignature | null {
  if (stated === undefined) return null
  if (!isJsonObject(stated) || Object.keys(stated).sort().join() !== 'log_key,signature') {
    throw malformed('The overlap of an epoch opening has to hold log_key and signature.')
  }
  const { log_key, signature } = stated
  if (typeof log_key !== 'string' || typeof signature !== 'string') {
    throw malformed('A member of an epoch opening has the wrong type.')
  }
  return { log_key, signature }
}
