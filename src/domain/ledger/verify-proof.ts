import { equalBytes, HASH_BYTES, isCount } from './bytes.ts'
import { emptyRoot, nodeHash } from './merkle.ts'

/** Longest proof there is for sizes below 2^53. */
export const MAX_PROOF_HASHES = 63

/**
 * True where `proof` shows that `leafHash` is leaf `index` of the tree with `size` leaves and this root. Follows RFC 9162
 * section 2.1.3.2; a proof that is too long or too short does not hold. Never throws on evidence.
 */
export function verifyInclusion(
  index: number,
  size: number,
  leafHash: Uint8Array,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  if (!isCount(index) || !isCount(size) || index >= size || !areHashes([leafHash, root, ...proof])) return false
  let fn = index
  let sn = size - 1
  let hash = leafHash
  for (const sibling of proof) {
    if (sn === 0) return false
    if (fn % 2 === 1 || fn === sn) {
      hash = nodeHash(sibling, hash)
      while (fn % 2 === 0 && fn !== 0) {
        fn /= 2
        sn = Math.floor(sn / 2)
      }
    } else {
      hash = nodeHash(hash, sibling)
    }
    fn = Math.floor(fn / 2)
    sn = Math.floor(sn / 2)
  }
  return sn === 0 && equalBytes(hash, root)
}

/**
 * True where the tree of size `second` only adds leaves to the tree of size `first`. Follows RFC 9162 section 2.1.4.2.
 * Size 0 has one root and is consistent with any later tree, by an empty proof; equal sizes need equal roots and an
 * empty proof. Never throws on evidence.
 */
export function verifyConsistency(
  first: number,
  second: number,
  firstRoot: Uint8Array,
  secondRoot: Uint8Array,
  proof: readonly Uint8Array[],
): boolean {
  if (!isCount(first) || !isCount(second) || first > second) return false
  if (first === 0 && !equalBytes(firstRoot, emptyRoot())) return false
  if (first === second) return proof.length === 0 && equalBytes(firstRoot, secondRoot)
  if (!areHashes([firstRoot, secondRoot, ...proof])) return false
  if (first === 0 || proof.length === 0) return first === 0 && proof.length === 0
  const [start, ...rest] = isPowerOfTwo(first) ? [firstRoot, ...proof] : proof
  return walkConsistency(first - 1, second - 1, start as Uint8Array, rest, firstRoot, secondRoot)
}

function walkConsistency(
  firstLast: number,
  secondLast: number,
  start: Uint8Array,
  rest: readonly Uint8Array[],
  firstRoot: Uint8Array,
  secondRoot: Uint8Array,
): boolean {
  let fn = firstLast
  let sn = secondLast
  while (fn % 2 === 1) {
    fn = Math.floor(fn / 2)
    sn = Math.floor(sn / 2)
  }
  let fr = start
  let sr = start
  for (const hash of rest) {
    if (sn === 0) return false
    if (fn % 2 === 1 || fn === sn) {
      fr = nodeHash(hash, fr)
      sr = nodeHash(hash, sr)
      while (fn % 2 === 0 && fn !== 0) {
        fn /= 2
        sn = Math.floor(sn / 2)
      }
    } else {
      sr = nodeHash(sr, hash)
    }
    fn = Math.floor(fn / 2)
    sn = Math.floor(sn / 2)
  }
  return sn === 0 && equalBytes(fr, firstRoot) && equalBytes(sr, secondRoot)
}

function areHashes(hashes: readonly Uint8Array[]): boolean {
  return hashes.length <= MAX_PROOF_HASHES + 2 && hashes.every((hash) => hash.length === HASH_BYTES)
}

function isPowerOfTwo(value: number): boolean {
  let rest = value
  while (rest % 2 === 0 && rest > 1) rest /= 2
  return rest === 1
}
