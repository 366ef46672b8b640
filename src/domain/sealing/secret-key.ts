import { createSecretKey, type KeyObject } from 'node:crypto'

const known = new WeakMap<Uint8Array, KeyObject>()

/**
 * A key or secret in the form that ciphers and HMACs take fastest: from raw bytes each of them makes it anew, which costs
 * four times as much as the sealing itself. Kept as long as the bytes themselves are, which must not change.
 */
export function secretKeyOf(bytes: Uint8Array): KeyObject {
  let key = known.get(bytes)
  if (!key) {
    key = createSecretKey(bytes)
    known.set(bytes, key)
  }
  return key
}
