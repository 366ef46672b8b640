import { isCount } from './bytes.ts'
import { outOfRange } from './malformed.ts'
import type { NodeRef } from './merkle.ts'
import { foldSubtrees } from './merkle.ts'

/**
 * What a proof needs: for each of its hashes the complete subtrees, largest first, that fold into it (`foldSubtrees`).
 * Plain data, so that a store can fetch all of it in one query.
 */
export type ProofPlan = readonly (readonly NodeRef[])[]

/** Gives the hash of a complete subtree; a `level` 0 node is a leaf hash. Throws where it has none. */
export type NodeSource = (node: NodeRef) => Uint8Array | Promise<Uint8Array>

/** Plans the audit path of RFC 6962 section 2.1.1, leaf's sibling first. Throws `ledger_out_of_range`. */
function planInclusion(size: number, index: number): ProofPlan {
  if (!isCount(size) || !isCount(index) || index >= size) {
    throw outOfRange('An inclusion proof needs an index below the size of the tree.')
  }
  const plan: NodeRef[][] = []
  let begin = 0
  let end = size
  while (end - begin > 1) {
    const split = begin + largestPowerBelow(end - begin)
    if (index < split) {
      plan.push(subtreesOf(split, end))
      end = split
    } else {
      plan.push(subtreesOf(begin, split))
      begin = split
    }
  }
  return plan.reverse()
}

/**
 * Plans the consistency proof of RFC 6962 section 2.1.2 from a tree of size `first` to one of size `second`. Empty where
 * `first` is 0 or equals `second`. Throws `ledger_out_of_range`.
 */
function planConsistency(first: number, second: number): ProofPlan {
  if (!isCount(first) || !isCount(second) || first > second) {
    throw outOfRange('A consistency proof needs a first size that is not above the second.')
  }
  if (first === 0 || first === second) return []
  const plan: NodeRef[][] = []
  let begin = 0
  let end = second
  while (end > first) {
    const split = begin + largestPowerBelow(end - begin)
    if (first <= split) {
      plan.push(subtreesOf(split, end))
      end = split
    } else {
      plan.push(subtreesOf(begin, split))
      begin = split
    }
  }
  if (begin > 0) plan.push(subtreesOf(begin, end))
  return plan.reverse()
}

/** The hashes of a proof, from its plan; asks for all nodes at once. */
export async function proofOf(plan: ProofPlan, source: NodeSource): Promise<Buffer[]> {
  return Promise.all(plan.map(async (nodes) => foldSubtrees(await Promise.all(nodes.map((node) => source(node))))))
}

/** The audit path of leaf `index` in the tree of the first `size` leaves (RFC 6962 section 2.1.1). */
export async function inclusionProof(size: number, index: number, source: NodeSource): Promise<Buffer[]> {
  return proofOf(planInclusion(size, index), source)
}

/** The consistency proof between two sizes of one tree (RFC 6962 section 2.1.2). */
export async function consistencyProof(first: number, second: number, source: NodeSource): Promise<Buffer[]> {
  return proofOf(planConsistency(first, second), source)
}

/** The root of the first `size` leaves, from complete subtrees. */
export async function rootOf(size: number, source: NodeSource): Promise<Buffer> {
  return foldSubtrees(await Promise.all(subtreesOf(0, size).map((node) => source(node))))
}

/** The complete subtrees that make up the leaves `begin` to `end − 1`, largest first; `begin` is aligned to the largest. */
export function subtreesOf(begin: number, end: number): NodeRef[] {
  const nodes: NodeRef[] = []
  for (let at = begin; at < end; ) {
    let level = 0
    let width = 1
    while (width * 2 <= end - at) {
      width *= 2
      level += 1
    }
    nodes.push({ level, index: at / width })
    at += width
  }
  return nodes
}

function largestPowerBelow(count: number): number {
  let power = 1
  while (power * 2 < count) power *= 2
  return power
}
