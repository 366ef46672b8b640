import { createCipheriv, createDecipheriv } from 'node:crypto'
import { uuidBytes, uuidText } from '../ids/uuidv7.ts'
import { secretKeyOf } from './secret-key.ts'

/** Where a sealed blob belongs. All of it is authenticated: a blob moved elsewhere does not open. */
export interface SealContext {
  tenantId: string
  subjectPseudonym: string
  /** Table the blob rests in for good. */
  table: string
  /** The row's id there. */
  rowId: string
  field: string
}

export interface DataKey {
  /** UUID of the key; stands in clear in every blob sealed under it. */
  keyId: string
  /** 32 bytes. */
  key: Uint8Array
}

const VERSION = 1
const HEADER_LENGTH = 1 + 16 + 12
const TAG_LENGTH = 16

/**
 * Seals with AES-256-GCM (NIST SP 800-38D): `0x01 ‖ key id (16) ‖ nonce (12) ‖ ciphertext ‖ tag (16)`.
 * The nonce must be 12 random bytes, never used twice with a key.
 */
export function seal(dataKey: DataKey, context: SealContext, nonce: Uint8Array, plaintext: Uint8Array): Buffer {
  if (nonce.length !== 12) throw new RangeError('a nonce has 12 bytes')
  const cipher = createCipheriv('aes-256-gcm', secretKeyOf(dataKey.key), nonce)
  cipher.setAAD(associatedData(context, dataKey.keyId))
  const body = cipher.update(plaintext)
  const last = cipher.final()
  return Buffer.concat([Buffer.of(VERSION), uuidBytes(dataKey.keyId), nonce, body, last, cipher.getAuthTag()])
}

/** Thrown when a blob is not one of ours, was changed, or belongs elsewhere. Holds no data. */
export class UnsealError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'UnsealError'
  }
}

/** The id of the key a blob was sealed under. */
export function sealedKeyId(blob: Uint8Array): string {
  if (blob.length < HEADER_LENGTH + TAG_LENGTH || blob[0] !== VERSION) {
    throw new UnsealError('the blob has no known sealing format')
  }
  return uuidText(blob.subarray(1, 17))
}

/** Opens what `seal` made, in the same context. @throws UnsealError */
export function unseal(dataKey: DataKey, context: SealContext, blob: Uint8Array): Buffer {
  if (sealedKeyId(blob) !== dataKey.keyId) throw new UnsealError('the blob was sealed under another key')
  const decipher = createDecipheriv('aes-256-gcm', secretKeyOf(dataKey.key), blob.subarray(17, HEADER_LENGTH))
  decipher.setAAD(associatedData(context, dataKey.keyId))
  decipher.setAuthTag(blob.subarray(blob.length - TAG_LENGTH))
  try {
    return Buffer.concat([decipher.update(blob.subarray(HEADER_LENGTH, blob.length - TAG_LENGTH)), decipher.final()])
  } catch (cause) {
    throw new UnsealError('the blob does not open in this context: it was changed or moved', { cause })
  }
}

/** tenant | subject | key id | table | row id | field, each as UTF-8 behind its length (4 bytes, big endian). */
function associatedData(context: SealContext, keyId: string): Buffer {
  const parts = [context.tenantId, context.subjectPseudonym, keyId, context.table, context.rowId, context.field]
  const out = Buffer.allocUnsafe(parts.reduce((sum, part) => sum + 4 + Buffer.byteLength(part, 'utf8'), 0))
  let at = 0
  for (const part of parts) {
    const length = out.write(part, at + 4, 'utf8')
    out.writeUInt32BE(length, at)
    at += 4 + length
  }
  return out
}
