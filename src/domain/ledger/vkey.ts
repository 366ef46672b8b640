import type { KeyObject } from 'node:crypto'
import { fromBase64, HASH_BYTES, sha256, toBase64 } from './bytes.ts'
import { publicKeyOf } from './ed25519.ts'
import { malformed } from './malformed.ts'

/** Signature types of C2SP signed-note that are read here: a note's Ed25519, a witness's timestamped Ed25519. */
export const SIGNATURE_TYPES = { ed25519: 0x01, cosignature: 0x04 } as const

export type SignatureType = keyof typeof SIGNATURE_TYPES

/** A key that may verify notes. Name and id together name it. */
export interface VerifierKey {
  readonly name: string
  /** The first four bytes of the key's hash, big-endian. */
  readonly keyId: number
  readonly type: SignatureType
  /** 32 bytes. */
  readonly publicKey: Uint8Array
  readonly key: KeyObject
}

const FORBIDDEN_IN_NAME = /[\p{White_Space}+]/u

/** True for a name C2SP signed-note allows: not empty, no Unicode space, no plus, no control character. */
export function isKeyName(name: string): boolean {
  return name !== '' && name.isWellFormed() && !FORBIDDEN_IN_NAME.test(name) && !hasControl(name)
}

/** True where a text holds an ASCII control character, newline included. */
export function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) < 0x20) return true
  return false
}

/** C2SP signed-note: the first four bytes of `SHA-256(name ‖ 0x0A ‖ type ‖ public key)`. */
export function keyIdOf(name: string, type: SignatureType, publicKey: Uint8Array): number {
  const typed = Buffer.from([0x0a, SIGNATURE_TYPES[type]])
  return sha256(Buffer.concat([Buffer.from(name, 'utf8'), typed, publicKey])).readUInt32BE(0)
}

/** A verifier key from its parts. Throws `ledger_malformed`. */
export function verifierKey(name: string, publicKey: Uint8Array, type: SignatureType = 'ed25519'): VerifierKey {
  if (!isKeyName(name)) throw malformed('A key name must not be empty nor hold a space, a plus or a control character.')
  return { name, keyId: keyIdOf(name, type, publicKey), type, publicKey, key: publicKeyOf(publicKey) }
}

/** The vkey string of C2SP signed-note: `<name>+<hex key id>+<base64(type ‖ public key)>`. */
export function formatVkey(key: VerifierKey): string {
  const material = Buffer.concat([Buffer.from([SIGNATURE_TYPES[key.type]]), key.publicKey])
  return `${key.name}+${formatKeyId(key.keyId)}+${toBase64(material)}`
}

/** Eight lower-case hex digits. */
export function formatKeyId(keyId: number): string {
  return keyId.toString(16).padStart(8, '0')
}

/** Reads a vkey string. Throws `ledger_malformed` also where the key id is not the key's, or the type is not supported. */
export function parseVkey(text: string): VerifierKey {
  const parts = /^([^+]*)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text)
  if (parts === null) throw malformed('A verifier key has to read <name>+<8 hex digits>+<base64>.')
  const [, name = '', id = '', encoded = ''] = parts
  const material = fromBase64(encoded, 'key material of a verifier key')
  const type = (Object.keys(SIGNATURE_TYPES) as SignatureType[]).find((t) => SIGNATURE_TYPES[t] === material[0])
  if (type === undefined) throw malformed('A verifier key has to be of type 0x01 (Ed25519) or 0x04 (cosignature/v1).')
  if (material.length !== 1 + HASH_BYTES) throw malformed('An Ed25519 public key has to be 32 bytes long.')
  const key = verifierKey(name, material.subarray(1), type)
  if (formatKeyId(key.keyId) !== id) throw malformed('The id in this verifier key is not the one of its name and key.')
  return key
}
