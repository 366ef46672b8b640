import { HASH_BYTES, sha256 } from './bytes.ts'
import { malformed } from './malformed.ts'

/** The hash of a complete subtree: it covers the leaves `index · 2^level` to `(index + 1) · 2^level − 1`. */
export interface NodeRef {
  readonly level: number
  readonly index: number
}

export interface NodeHash extends NodeRef {
  readonly hash: Buffer
}

const scratch = Buffer.alloc(1 + 2 * HASH_BYTES, 1)

/** RFC 6962 section 2.1: `SHA-256(0x01 ‖ left ‖ right)`. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  if (left.length !== HASH_BYTES || right.length !== HASH_BYTES) throw malformed('A tree hash has to be 32 bytes long.')
  scratch.set(left, 1)
  scratch.set(right, 1 + HASH_BYTES)
  return sha256(scratch)
}

/** The root of a tree without leaves: SHA-256 of nothing. */
export function emptyRoot(): Buffer {
  return sha256(Buffer.alloc(0))
}

/** Folds the hashes of adjacent complete subtrees, largest first, into the hash of the range they cover. */
export function foldSubtrees(hashes: readonly Uint8Array[]): Buffer {
  let folded = hashes.at(-1)
  if (folded === undefined) return emptyRoot()
  for (let i = hashes.length - 2; i >= 0; i--) folded = nodeHash(hashes[i] as Uint8Array, folded)
  return Buffer.from(folded)
}
