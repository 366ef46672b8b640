import { equalBytes, fromBase64, HASH_BYTES, i64, isCount, label, sha256, toBase64 } from './bytes.ts'
import { SIGNATURE_BYTES, verifyEd25519 } from './ed25519.ts'
import type { Envelope } from './envelope.ts'
import { isJsonObject, parseJson } from './json.ts'
import { doesNotHold, invalidEntry, malformed, untrusted } from './malformed.ts'
import { formatVkey, parseVkey, type VerifierKey } from './vkey.ts'

/** `status` of the entry that brings a new log key in. */
export const ROTATED_STATUS = 'log_key_rotated'

const MEMBER = 'log_key_rotation'
const MEMBERS = 'new_key,new_signature,old_key,old_signature,overlap_until,rotated_at'

/** What both keys sign when a log gets a new one. Times are microseconds since the Unix epoch. */
export interface KeyRotation {
  readonly logId: Uint8Array
  /** The entry's `occurred_at`. */
  readonly rotatedAt: bigint
  /** Until then what the new key signs bears the old one's signature too. */
  readonly overlapUntil: bigint
  readonly oldKey: VerifierKey
  readonly newKey: VerifierKey
}

/** A rotation as an entry states it; nothing verified. */
export interface StatedRotation extends KeyRotation {
  readonly oldSignature: Uint8Array
  readonly newSignature: Uint8Array
}

/**
 * The bytes that both keys sign, 143: `"palimpsest/v1/log-key-rotation" ‖ 0x00 ‖ log id 32 ‖ rotated_at 8 ‖ overlap_until 8 ‖
 * old public key 32 ‖ new public key 32`. Throws `ledger_entry_invalid`.
 */
export function encodeRotation(rotation: KeyRotation): Buffer {
  if (rotation.logId.length !== HASH_BYTES) throw invalidEntry('log_id', 'has to be 32 bytes')
  return Buffer.concat([
    label('log-key-rotation'),
    rotation.logId,
    i64(rotation.rotatedAt),
    i64(rotation.overlapUntil),
    rotation.oldKey.publicKey,
    rotation.newKey.publicKey,
  ])
}

/** The member that the entry's detail has beside `writer_epoch`. Throws `ledger_entry_invalid`. */
export function rotationMember(rotation: StatedRotation): Readonly<Record<string, unknown>> {
  if (rotation.oldSignature.length !== SIGNATURE_BYTES || rotation.newSignature.length !== SIGNATURE_BYTES) {
    throw invalidEntry('signature of a rotation', 'has to be 64 bytes')
  }
  return {
    [MEMBER]: {
      new_key: formatVkey(rotation.newKey),
      new_signature: toBase64(rotation.newSignature),
      old_key: formatVkey(rotation.oldKey),
      old_signature: toBase64(rotation.oldSignature),
      overlap_until: Number(rotation.overlapUntil),
      rotated_at: Number(rotation.rotatedAt),
    },
  }
}

/** The rotation that an entry states, with both signatures still to be verified; null: it states none. Throws `ledger_malformed`. */
export function statedRotation(envelope: Envelope): StatedRotation | null {
  if (envelope.kind !== 'administration' || envelope.detail === null) return null
  const detail = parseJson(envelope.detail, 'detail of an entry')
  const stated = isJsonObject(detail) ? detail[MEMBER] : undefined
  if (stated === undefined) return null
  if (!isJsonObject(stated) || Object.keys(stated).sort().join() !== MEMBERS) {
    throw malformed('A rotation of a log key has to hold both keys, both signatures and both times.')
  }
  const { rotated_at: rotatedAt, overlap_until: overlapUntil } = stated
  const text = (name: string) => {
    const value = stated[name]
    if (typeof value === 'string') return value
    throw malformed('A member of a rotation has the wrong type.')
  }
  if (!isCount(rotatedAt) || !isCount(overlapUntil)) throw malformed('A member of a rotation has the wrong type.')
  return {
    logId: envelope.log_id,
    rotatedAt: BigInt(rotatedAt),
    overlapUntil: BigInt(overlapUntil),
    oldKey: parseVkey(text('old_key')),
    newKey: parseVkey(text('new_key')),
    oldSignature: fromBase64(text('old_signature'), 'signature of the old key'),
    newSignature: fromBase64(text('new_signature'), 'signature of the new key'),
  }
}

/**
 * Verifies the entry of a rotation against the log's trusted keys. The envelope itself has to be bound to a leaf by the
 * caller. Throws as `checkRotation` does.
 */
export function verifyRotation(envelope: Envelope, trusted: readonly VerifierKey[]): StatedRotation {
  const rotation = statedRotation(envelope)
  if (rotation === null) throw malformed('This entry states no rotation of a log key.')
  if (rotation.rotatedAt !== envelope.occurred_at) throw doesNotHold('A rotation names another time than its entry.')
  return checkRotation(rotation, trusted)
}

/**
 * Checks both signatures of a rotation. Where they hold and the new key is not among the trusted ones it is still not to be
 * trusted: that evidence names it is no reason. Throws `ledger_signer_unknown` where the old key is not trusted, and
 * `ledger_evidence_invalid`.
 */
export function checkRotation(rotation: StatedRotation, trusted: readonly VerifierKey[]): StatedRotation {
  const { oldKey, newKey, logId, rotatedAt, overlapUntil } = rotation
  if (!trusted.some((key) => formatVkey(key) === formatVkey(oldKey))) {
    throw untrusted('A rotation is not signed by a trusted key of the log.')
  }
  for (const key of [oldKey, newKey]) {
    const own = key.type === 'ed25519' && equalBytes(sha256(Buffer.from(key.name, 'utf8')), logId)
    if (!own) throw doesNotHold('A rotation names a key of another log.')
  }
  if (rotatedAt > overlapUntil || equalBytes(oldKey.publicKey, newKey.publicKey)) {
    throw doesNotHold('A rotation names an overlap that ends before it begins, or one key twice.')
  }
  const bytes = encodeRotation(rotation)
  const signed =
    verifyEd25519(oldKey.key, bytes, rotation.oldSignature) && verifyEd25519(newKey.key, bytes, rotation.newSignature)
  if (!signed) throw doesNotHold('A signature over a rotation of a log key does not hold.')
  return rotation
}
