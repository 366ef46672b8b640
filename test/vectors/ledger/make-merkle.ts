import { CompactRange } from '../../../src/domain/ledger/compact-range.ts'
import { leafHash } from '../../../src/domain/ledger/leaf.ts'
import type { NodeRef } from '../../../src/domain/ledger/merkle.ts'
import { emptyRoot, nodeHash } from '../../../src/domain/ledger/merkle.ts'
import type { NodeSource } from '../../../src/domain/ledger/prove.ts'
import { consistencyProof, inclusionProof } from '../../../src/domain/ledger/prove.ts'
import { hex } from './material.ts'

/** The leaves that the implementations of Certificate Transparency test with. */
export const CT_LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
]

export interface MadeTree {
  readonly leafHashes: readonly Buffer[]
  /** By size, 0 first. */
  readonly roots: readonly Buffer[]
  readonly edges: readonly Buffer[]
  readonly source: NodeSource
}

/** Grows a tree leaf by leaf and keeps every root and every complete subtree. */
export function makeTree(leafHashes: readonly Buffer[]): MadeTree {
  const range = new CompactRange()
  const nodes = new Map<string, Buffer>()
  const nameOf = (node: NodeRef): string => `${node.level}/${node.index}`
  const roots = [range.root()]
  const edges = [range.serialize()]
  for (const [index, hash] of leafHashes.entries()) {
    nodes.set(nameOf({ level: 0, index }), hash)
    for (const node of range.append(hash)) nodes.set(nameOf(node), node.hash)
    roots.push(range.root())
    edges.push(range.serialize())
  }
  const source = (node: NodeRef): Buffer => {
    const hash = nodes.get(nameOf(node))
    if (hash === undefined) throw new Error('this subtree is not complete')
    return hash
  }
  return { leafHashes, roots, edges, source }
}

/** `merkle.json`. */
export async function merkleVectors(): Promise<unknown> {
  const tree = makeTree(CT_LEAVES.map((leaf) => leafHash(Buffer.from(leaf, 'hex'))))
  const inclusion: unknown[] = []
  const consistency: unknown[] = []
  for (let size = 0; size <= CT_LEAVES.length; size++) {
    for (let index = 0; index < size; index++) {
      inclusion.push({ size, index, proof: (await inclusionProof(size, index, tree.source)).map(hex) })
    }
    for (let first = 0; first <= size; first++) {
      consistency.push({ first, second: size, proof: (await consistencyProof(first, size, tree.source)).map(hex) })
    }
  }
  return {
    leaves: CT_LEAVES,
    leaf_hashes: tree.leafHashes.map(hex),
    roots: tree.roots.map(hex),
    edges: tree.edges.map(hex),
    inclusion,
    consistency,
    bad_inclusion: await badInclusion(tree),
    bad_consistency: await badConsistency(tree),
  }
}

async function badInclusion(tree: MadeTree): Promise<unknown[]> {
  const proof = await inclusionProof(7, 2, tree.source)
  const leaf = tree.leafHashes[2] as Buffer
  const root = tree.roots[7] as Buffer
  const first = tree.leafHashes[0] as Buffer
  const lookalike = leafHash(Buffer.concat(tree.leafHashes.slice(0, 2)))
  const row = (why: string, index: number, size: number, leafOf: Buffer, path: readonly Buffer[], rootOf: Buffer) => ({
    why,
    index,
    size,
    leaf_hash: hex(leafOf),
    proof: path.map(hex),
    root: hex(rootOf),
  })
  return [
    row('empty tree', 0, 0, first, [], emptyRoot()),
    row('index at the size', 7, 7, leaf, proof, root),
    row('another index', 3, 7, leaf, proof, root),
    row('another size', 2, 4, leaf, proof, root),
    row('another leaf', 2, 7, first, proof, root),
    row('another root', 2, 7, leaf, proof, tree.roots[8] as Buffer),
    row('one hash too few', 2, 7, leaf, proof.slice(0, -1), root),
    row('one hash too many', 2, 7, leaf, [...proof, root], root),
    row('hashes swapped', 2, 7, leaf, [...proof].reverse(), root),
    row('no hash where some are needed', 2, 7, leaf, [], root),
    row('a hash in a tree of one leaf', 0, 1, first, [first], nodeHash(first, first)),
    row('a leaf that looks like a node', 0, 2, lookalike, [tree.leafHashes[2] as Buffer], tree.roots[3] as Buffer),
    row('a hash that is too short', 2, 7, leaf, [...proof.slice(0, -1), Buffer.alloc(31)], root),
  ]
}

async function badConsistency(tree: MadeTree): Promise<unknown[]> {
  const proof = await consistencyProof(3, 7, tree.source)
  const power = await consistencyProof(4, 7, tree.source)
  const root = (size: number): Buffer => tree.roots[size] as Buffer
  const row = (why: string, a: number, b: number, rootA: Buffer, rootB: Buffer, path: readonly Buffer[]) => ({
    why,
    first: a,
    second: b,
    first_root: hex(rootA),
    second_root: hex(rootB),
    proof: path.map(hex),
  })
  return [
    row('sizes the wrong way round', 7, 3, root(7), root(3), proof),
    row('equal sizes, other roots', 3, 3, root(3), root(4), []),
    row('equal sizes, a hash too many', 3, 3, root(3), root(3), [root(3)]),
    row('empty tree with another root', 0, 3, root(1), root(3), []),
    row('empty tree with a hash too many', 0, 3, root(0), root(3), [root(3)]),
    row('no proof', 3, 7, root(3), root(7), []),
    row('one hash too few', 3, 7, root(3), root(7), proof.slice(0, -1)),
    row('one hash too many', 3, 7, root(3), root(7), [...proof, root(7)]),
    row('power of two with its own root in front', 4, 7, root(4), root(7), [root(4), ...power]),
    row('another first root', 3, 7, root(4), root(7), proof),
    row('another second root', 3, 7, root(3), root(8), proof),
    row('another first size', 4, 7, root(3), root(7), proof),
    row('another second size', 3, 4, root(3), root(7), proof),
    row('hashes swapped', 3, 7, root(3), root(7), [...proof].reverse()),
  ]
}
