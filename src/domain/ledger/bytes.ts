import { hash } from 'node:crypto'
import { malformed } from './malformed.ts'

/** Length of a SHA-256 hash, a nonce and a raw Ed25519 public key, in bytes. */
export const HASH_BYTES = 32

/** `SHA-256(data)`, 32 bytes. By way of text, because Node takes three times as long to give a buffer. */
export function sha256(data: Uint8Array): Buffer {
  return Buffer.from(hash('sha256', data, 'binary'), 'latin1')
}

const BLOCK_BYTES = 64

const outer = Buffer.alloc(BLOCK_BYTES + HASH_BYTES)

/**
 * HMAC-SHA256 (RFC 2104) with a 32-byte key. Two one-shot hashes, because they cost a third of an HMAC object, and an entry
 * takes four of these.
 */
export function hmacSha256(key: Uint8Array, ...parts: readonly Uint8Array[]): Buffer {
  if (key.length !== HASH_BYTES) throw malformed('The key of a commitment has to be 32 bytes long.')
  const inner = Buffer.allocUnsafe(parts.reduce((sum, part) => sum + part.length, BLOCK_BYTES))
  for (let i = 0; i < BLOCK_BYTES; i++) {
    const byte = key[i] ?? 0
    inner[i] = byte ^ 0x36
    outer[i] = byte ^ 0x5c
  }
  let at = BLOCK_BYTES
  for (const part of parts) {
    inner.set(part, at)
    at += part.length
  }
  outer.set(sha256(inner), BLOCK_BYTES)
  return sha256(outer)
}

/** Domain separation: ASCII `palimpsest/v1/<name>` and one NUL. No label is a prefix of another. */
export function label(name: string): Buffer {
  return Buffer.from(`palimpsest/v1/${name}\0`, 'latin1')
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0
}

/** Four bytes, big-endian, of 0 to 2^32 − 1. */
export function u32(value: number): Buffer {
  const out = Buffer.alloc(4)
  out.writeUInt32BE(value)
  return out
}

/** Eight bytes, big-endian, unsigned. Takes safe integers ≥ 0. */
export function u64(value: number): Buffer {
  const out = Buffer.alloc(8)
  out.writeBigUInt64BE(BigInt(value))
  return out
}

/** Eight bytes, big-endian, two's complement. */
export function i64(value: bigint): Buffer {
  const out = Buffer.alloc(8)
  out.writeBigInt64BE(value)
  return out
}

/** Reads an unsigned 64-bit number that must be at most 2^53 − 1. */
export function readU64(bytes: Buffer, offset: number, what: string): number {
  const value = bytes.readBigUInt64BE(offset)
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw malformed(`The ${what} is larger than 2^53 - 1.`)
  return Number(value)
}

/** Lower-case hex. */
export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}

/** Standard base64 with padding (RFC 4648 section 4). */
export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}

/**
 * Decodes standard base64 strictly: padding present, no white space, unused bits zero, so that one sequence of bytes
 * has one text. Throws `ledger_malformed`.
 */
export function fromBase64(text: string, what: string): Buffer {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.toString('base64') !== text) throw malformed(`The ${what} is not standard base64 with padding.`)
  return bytes
}

/** Decodes lower-case hex strictly. Throws `ledger_malformed`. */
export function fromHex(text: string, what: string): Buffer {
  const bytes = Buffer.from(text, 'hex')
  if (bytes.toString('hex') !== text) throw malformed(`The ${what} is not lower-case hex.`)
  return bytes
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Decodes UTF-8 strictly, keeping a byte order mark. Throws `ledger_malformed` where a byte is not UTF-8. */
export function fromUtf8(bytes: Uint8Array, what: string): string {
  try {
    return utf8.decode(bytes)
  } catch (cause) {
    if (cause instanceof TypeError) throw malformed(`The ${what} is not valid UTF-8.`)
    throw cause
  }
}

/** A non-negative decimal without leading zeros, at most 2^53 − 1. Throws `ledger_malformed`. */
export function parseDecimal(text: string, what: string): number {
  if (!/^(0|[1-9][0-9]{0,15})$/.test(text) || Number(text) > Number.MAX_SAFE_INTEGER) {
    throw malformed(`The ${what} has to be a decimal number up to 2^53 - 1 without leading zeros.`)
  }
  return Number(text)
}

/** True for a non-negative integer that a double holds exactly. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && !Object.is(value, -0)
}
