import { HASH_BYTES, isCount, readU64, u64 } from './bytes.ts'
import { malformed } from './malformed.ts'
import type { NodeHash } from './merkle.ts'
import { foldSubtrees, nodeHash } from './merkle.ts'

/**
 * The right edge of a growing RFC 6962 tree: the hashes of the complete subtrees that make it up, largest first, one for
 * each one bit of the size. Appending and the root cost O(log size); no leaf is kept.
 */
export class CompactRange {
  private count: number
  private readonly hashes: Buffer[]

  /** Without arguments the empty tree. Throws `ledger_malformed` where the number of hashes does not fit the size. */
  constructor(size = 0, hashes: readonly Uint8Array[] = []) {
    if (!isCount(size) || hashes.length !== onesIn(size) || hashes.some((hash) => hash.length !== HASH_BYTES)) {
      throw malformed('The edge of a tree has to hold one hash of 32 bytes for each one bit of its size.')
    }
    this.count = size
    this.hashes = hashes.map((hash) => Buffer.from(hash))
  }

  /** Number of leaves. */
  get size(): number {
    return this.count
  }

  /** The complete subtrees' hashes, largest first. */
  get frontier(): readonly Buffer[] {
    return this.hashes
  }

  /**
   * Adds one leaf by its hash. Returns the subtrees this leaf completes, lowest first, from level 1 up (the leaf itself
   * is not among them); those of level 8, 16, … are the ones worth storing.
   */
  append(leafHash: Uint8Array): NodeHash[] {
    if (leafHash.length !== HASH_BYTES) throw malformed('A leaf hash has to be 32 bytes long.')
    const completed: NodeHash[] = []
    let hash: Buffer = Buffer.from(leafHash)
    let index = this.count
    for (let level = 1; index % 2 === 1; level++) {
      hash = nodeHash(this.hashes.pop() as Buffer, hash)
      index = (index - 1) / 2
      completed.push({ level, index, hash })
    }
    this.hashes.push(hash)
    this.count += 1
    return completed
  }

  /** The root hash of the tree as it is now (RFC 6962 section 2.1); of the empty tree, SHA-256 of nothing. */
  root(): Buffer {
    return foldSubtrees(this.hashes)
  }

  clone(): CompactRange {
    return new CompactRange(this.count, this.hashes)
  }

  /** `u64 size ‖ hashes, largest subtree first`. */
  serialize(): Buffer {
    return Buffer.concat([u64(this.count), ...this.hashes])
  }

  /** Reads what `serialize` wrote. Throws `ledger_malformed`. */
  static deserialize(bytes: Uint8Array): CompactRange {
    const all = Buffer.from(bytes)
    if (all.length < 8 || (all.length - 8) % HASH_BYTES !== 0) {
      throw malformed('The edge of a tree has to be a size and whole hashes.')
    }
    const hashes: Buffer[] = []
    for (let at = 8; at < all.length; at += HASH_BYTES) hashes.push(all.subarray(at, at + HASH_BYTES))
    return new CompactRange(readU64(all, 0, 'tree size'), hashes)
  }
}

function onesIn(size: number): number {
  let ones = 0
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) ones += rest % 2
  return ones
}
