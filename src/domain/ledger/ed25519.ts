import type { KeyObject } from 'node:crypto'
import { createPublicKey, sign, verify } from 'node:crypto'
import { HASH_BYTES } from './bytes.ts'
import { malformed } from './malformed.ts'

/** Length of an Ed25519 signature (RFC 8032 section 5.1.6). */
export const SIGNATURE_BYTES = 64

/** Signs bytes with Ed25519: a KMS behind a port, or `ed25519Signer`. Gives 64 bytes. */
export type Sign = (message: Uint8Array) => Uint8Array | Promise<Uint8Array>

const SPKI_START = Buffer.from('302a300506032b6570032100', 'hex')

/** A public key from its 32 bytes (RFC 8032 section 5.1.5; SPKI of RFC 8410). Throws `ledger_malformed`. */
export function publicKeyOf(raw: Uint8Array): KeyObject {
  if (raw.length !== HASH_BYTES) throw malformed('An Ed25519 public key has to be 32 bytes long.')
  return createPublicKey({ key: Buffer.concat([SPKI_START, raw]), format: 'der', type: 'spki' })
}

/** The 32 bytes of a public key, or of the public half of a private one. Throws `ledger_malformed`. */
export function rawPublicKey(key: KeyObject): Buffer {
  if (key.asymmetricKeyType !== 'ed25519') throw malformed('This key is not an Ed25519 key.')
  const publicKey = key.type === 'private' ? createPublicKey(key) : key
  return publicKey.export({ format: 'der', type: 'spki' }).subarray(SPKI_START.length)
}

/** Signs in this process with a private key. */
export function ed25519Signer(privateKey: KeyObject): (message: Uint8Array) => Buffer {
  if (privateKey.type !== 'private' || privateKey.asymmetricKeyType !== 'ed25519') {
    throw malformed('A signer needs an Ed25519 private key.')
  }
  return (message) => sign(null, message, privateKey)
}

/** True where the signature holds (RFC 8032 section 5.1.7). Never throws on evidence. */
export function verifyEd25519(publicKey: KeyObject, message: Uint8Array, signature: Uint8Array): boolean {
  return signature.length === SIGNATURE_BYTES && verify(null, message, publicKey, signature)
}
