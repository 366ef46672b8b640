import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sha256, u64 } from '../../../src/domain/ledger/bytes.ts'
import { CompactRange } from '../../../src/domain/ledger/compact-range.ts'
import { leafHash } from '../../../src/domain/ledger/leaf.ts'
import { consistencyProof, inclusionProof, rootOf } from '../../../src/domain/ledger/prove.ts'
import { tileSource } from '../../../src/domain/ledger/tiles.ts'
import { verifyConsistency, verifyInclusion } from '../../../src/domain/ledger/verify-proof.ts'
import { CT_LEAVES, makeTree } from '../../vectors/ledger/make-merkle.ts'
import { bytes, codeOf, readVectors } from './vectors.ts'

/** RFC 6962 section 2.1, as it is written there. */
function naiveRoot(hashes: readonly Buffer[]): Buffer {
  if (hashes.length === 0) return sha256(Buffer.alloc(0))
  if (hashes.length === 1) return hashes[0] as Buffer
  const k = powerBelow(hashes.length)
  return naiveNode(naiveRoot(hashes.slice(0, k)), naiveRoot(hashes.slice(k)))
}

function naiveNode(left: Buffer, right: Buffer): Buffer {
  return sha256(Buffer.concat([Buffer.from([1]), left, right]))
}

function powerBelow(n: number): number {
  return 2 ** (31 - Math.clz32(n - 1))
}

/** Section 2.1.1. */
function naivePath(m: number, hashes: readonly Buffer[]): Buffer[] {
  if (hashes.length === 1) return []
  const k = powerBelow(hashes.length)
  if (m < k) return [...naivePath(m, hashes.slice(0, k)), naiveRoot(hashes.slice(k))]
  return [...naivePath(m - k, hashes.slice(k)), naiveRoot(hashes.slice(0, k))]
}

/** Section 2.1.2. */
function naiveSubproof(m: number, hashes: readonly Buffer[], whole: boolean): Buffer[] {
  if (m === hashes.length) return whole ? [] : [naiveRoot(hashes)]
  const k = powerBelow(hashes.length)
  if (m <= k) return [...naiveSubproof(m, hashes.slice(0, k), whole), naiveRoot(hashes.slice(k))]
  return [...naiveSubproof(m - k, hashes.slice(k), false), naiveRoot(hashes.slice(0, k))]
}

const LARGEST = 64
const hashes = Array.from({ length: LARGEST }, (_, i) => leafHash(u64(i)))
const tree = makeTree(hashes)
const sizes = Array.from({ length: LARGEST + 1 }, (_, size) => size)
const root = (size: number): Buffer => tree.roots[size] as Buffer

/** The proof with each of its hashes changed in one bit, and with one too few or too many. */
function broken(proof: readonly Buffer[]): Buffer[][] {
  const flipped = proof.map((hash, at) => {
    const changed = Buffer.from(hash)
    changed[at % 32] = (changed[at % 32] ?? 0) ^ (1 << (at % 8))
    return proof.map((other, i) => (i === at ? changed : other))
  })
  const longer = [
    [...proof, root(1)],
    [root(1), ...proof],
  ]
  return [...flipped, ...longer, ...(proof.length > 0 ? [proof.slice(1), proof.slice(0, -1)] : [])]
}

describe('trees of every size up to 64', () => {
  it('have the root of RFC 6962', () => {
    for (const size of sizes) expect(root(size).equals(naiveRoot(hashes.slice(0, size)))).toBe(true)
  })

  it('have the audit paths of RFC 6962, which verify, and do not verify when changed', {
    timeout: 60_000,
  }, async () => {
    for (const size of sizes) {
      for (let index = 0; index < size; index++) {
        const leaf = hashes[index] as Buffer
        const proof = await inclusionProof(size, index, tree.source)
        if (Buffer.compare(Buffer.concat(proof), Buffer.concat(naivePath(index, hashes.slice(0, size)))) !== 0) {
          expect.fail(`path of ${index} in ${size}`)
        }
        if (!verifyInclusion(index, size, leaf, proof, root(size))) expect.fail(`${index} in ${size} has to verify`)
        const others = broken(proof).filter((other) => verifyInclusion(index, size, leaf, other, root(size)))
        if (others.length > 0) expect.fail(`${index} in ${size} verifies with a changed proof`)
        if (verifyInclusion(index ^ 1, size, leaf, proof, root(size)))
          expect.fail(`${index} in ${size} is elsewhere too`)
      }
    }
  })

  it('have the consistency proofs of RFC 6962, which verify, and do not verify when changed', {
    timeout: 60_000,
  }, async () => {
    for (const second of sizes) {
      for (let first = 0; first <= second; first++) {
        const proof = await consistencyProof(first, second, tree.source)
        const naive = first === 0 ? [] : naiveSubproof(first, hashes.slice(0, second), true)
        if (Buffer.compare(Buffer.concat(proof), Buffer.concat(naive)) !== 0) expect.fail(`${first} to ${second}`)
        if (!verifyConsistency(first, second, root(first), root(second), proof)) {
          expect.fail(`${first} to ${second} has to verify`)
        }
        const others = broken(proof).filter((other) =>
          verifyConsistency(first, second, root(first), root(second), other),
        )
        if (others.length > 0) expect.fail(`${first} to ${second} verifies with a changed proof`)
        const forged = verifyConsistency(first, second, root((first + 1) % 65), root(second), proof)
        if (forged) expect.fail(`${first} to ${second} verifies from another root`)
      }
    }
  })

  it('have the roots that Certificate Transparency implementations publish for their eight leaves', () => {
    const eight = makeTree(CT_LEAVES.map((leaf) => leafHash(bytes(leaf)))).roots.map((hash) => hash.toString('hex'))
    expect(eight).toEqual([
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
      'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
      '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
      'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
      '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
    ])
  })
})

describe('the example of RFC 6962 section 2.1.3', () => {
  const seven = hashes.slice(0, 7)
  const [a, b, c, d, e, f, j] = seven as [Buffer, Buffer, Buffer, Buffer, Buffer, Buffer, Buffer]
  const [g, h, i] = [naiveNode(a, b), naiveNode(c, d), naiveNode(e, f)]
  const [k, l] = [naiveNode(g, h), naiveNode(i, j)]
  it.each([
    ['d0', 0, [b, h, l]],
    ['d3', 3, [c, g, l]],
    ['d4', 4, [f, j, k]],
    ['d6', 6, [i, k]],
  ] as const)('has the audit path of %s', async (_, index, path) => {
    expect(await inclusionProof(7, index, tree.source)).toEqual(path)
  })

  it.each([
    ['hash0', 3, [c, d, g, l]],
    ['hash1', 4, [l]],
    ['hash2', 6, [i, j, k]],
  ] as const)('has the consistency proof from %s', async (_, first, proof) => {
    expect(await consistencyProof(first, 7, tree.source)).toEqual(proof)
  })
})

interface BadRow {
  why: string
  proof: string[]
}

describe('a proof does not hold for', () => {
  const file = readVectors('merkle.json') as {
    bad_inclusion: (BadRow & { index: number; size: number; leaf_hash: string; root: string })[]
    bad_consistency: (BadRow & { first: number; second: number; first_root: string; second_root: string })[]
  }
  it.each(file.bad_inclusion)('inclusion: $why', (row) => {
    expect(verifyInclusion(row.index, row.size, bytes(row.leaf_hash), row.proof.map(bytes), bytes(row.root))).toBe(
      false,
    )
  })

  it.each(file.bad_consistency)('consistency: $why', (row) => {
    const roots = [bytes(row.first_root), bytes(row.second_root)] as const
    expect(verifyConsistency(row.first, row.second, ...roots, row.proof.map(bytes))).toBe(false)
  })

  it.each([-1, 0.5, Number.NaN, 2 ** 53, Number.POSITIVE_INFINITY])('a size or index of %d', (wrong) => {
    const leaf = hashes[0] as Buffer
    expect(verifyInclusion(0, wrong, leaf, [], leaf)).toBe(false)
    expect(verifyInclusion(wrong, 1, leaf, [], leaf)).toBe(false)
    expect(verifyConsistency(wrong, 1, leaf, leaf, [])).toBe(false)
    expect(verifyConsistency(1, wrong, leaf, leaf, [])).toBe(false)
  })

  it('more hashes than any tree is deep, without walking them', () => {
    const leaf = hashes[0] as Buffer
    const endless = Array.from({ length: 1000 }, () => leaf)
    expect(verifyInclusion(0, 2 ** 53 - 1, leaf, endless, leaf)).toBe(false)
    expect(verifyConsistency(1, 2 ** 53 - 1, leaf, leaf, endless)).toBe(false)
  })
})

describe('a proof cannot be made', () => {
  it.each([
    [0, 0],
    [5, 5],
    [5, -1],
    [5, 0.5],
  ])('in a tree of %d for index %d', async (size, index) => {
    await expect(inclusionProof(size, index, tree.source)).rejects.toMatchObject({ code: 'ledger_out_of_range' })
  })

  it('from a larger tree to a smaller one', async () => {
    await expect(consistencyProof(6, 5, tree.source)).rejects.toMatchObject({ code: 'ledger_out_of_range' })
  })
})

describe('the right edge of a tree', () => {
  it('goes on from where it was written down', () => {
    fc.assert(
      fc.property(fc.nat(LARGEST), fc.nat(LARGEST), (a, b) => {
        const [first, second] = a < b ? [a, b] : [b, a]
        const range = CompactRange.deserialize(tree.edges[first] as Buffer)
        for (const hash of hashes.slice(first, second)) range.append(hash)
        expect(range.size).toBe(second)
        expect(range.root().equals(root(second))).toBe(true)
        expect(range.serialize().equals(tree.edges[second] as Buffer)).toBe(true)
      }),
    )
  })

  it('is not moved by work on a copy', () => {
    const range = CompactRange.deserialize(tree.edges[5] as Buffer)
    range.clone().append(hashes[5] as Buffer)
    expect(range.root().equals(root(5))).toBe(true)
  })

  it('is refused where the hashes do not fit the size', () => {
    const edge = tree.edges[5] as Buffer
    for (const wrong of [Buffer.alloc(0), edge.subarray(0, 8), edge.subarray(0, -1), Buffer.concat([edge, edge])]) {
      expect(codeOf(() => CompactRange.deserialize(wrong))).toBe('ledger_malformed')
    }
    expect(codeOf(() => new CompactRange(2 ** 53, [root(1)]))).toBe('ledger_malformed')
    expect(codeOf(() => new CompactRange().append(Buffer.alloc(31)))).toBe('ledger_malformed')
  })
})

describe('a store that keeps leaves and every 256th subtree', () => {
  it('gives the same proofs and roots as one that keeps every node', { timeout: 60_000 }, async () => {
    const size = 66_000
    const levels = new Map<number, Buffer[]>([[0, Array.from({ length: size }, (_, i) => leafHash(u64(i)))]])
    const range = new CompactRange()
    const checked = [0, 1, 255, 256, 257, 511, 512, 65_535, 65_536, 65_999]
    const roots = new Map<number, Buffer>()
    for (const [i, hash] of (levels.get(0) as Buffer[]).entries()) {
      if (checked.includes(i)) roots.set(i, range.root())
      for (const node of range.append(hash)) {
        if (node.level % 8 === 0) levels.set(node.level, [...(levels.get(node.level) ?? []), node.hash])
      }
    }
    let reads = 0
    const source = () =>
      tileSource(async (level, index) => {
        reads += 1
        return (levels.get(level * 8) ?? []).slice(index * 256, index * 256 + 256)
      })
    for (const index of checked) {
      reads = 0
      const proof = await inclusionProof(size, index, source())
      expect(reads).toBeLessThanOrEqual(6)
      expect(verifyInclusion(index, size, leafHash(u64(index)), proof, range.root())).toBe(true)
      const first = roots.get(index) as Buffer
      expect((await rootOf(index, source())).equals(first)).toBe(true)
      const growth = await consistencyProof(index, size, source())
      expect(verifyConsistency(index, size, first, range.root(), growth)).toBe(true)
    }
    await expect(inclusionProof(size + 1, 0, source())).rejects.toMatchObject({ code: 'ledger_out_of_range' })
  })
})
