import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sha256 } from '../../../src/domain/ledger/bytes.ts'
import { genesisChain, nextChain } from '../../../src/domain/ledger/chain.ts'
import type { EntryKind } from '../../../src/domain/ledger/envelope.ts'
import { ENTRY_KINDS } from '../../../src/domain/ledger/envelope.ts'
import type { Leaf } from '../../../src/domain/ledger/leaf.ts'
import { decodeLeaf, encodeLeaf, LEAF_BYTES, leafHash } from '../../../src/domain/ledger/leaf.ts'
import { formatOrigin, logIdOf, parseOrigin } from '../../../src/domain/ledger/origin.ts'
import { codeOf } from './vectors.ts'

const hash32 = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes))
const count = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
const leaves: fc.Arbitrary<Leaf> = fc.record({
  kind: fc.constantFrom(...(Object.keys(ENTRY_KINDS) as EntryKind[])),
  logId: hash32,
  id: fc.uuid(),
  occurredAt: count.map(BigInt),
  writerEpoch: fc.uuid(),
  writerSeq: count,
  commitments: fc.record({ envelope: hash32, subject: hash32, prompt: hash32, response: hash32 }),
})

describe('a leaf', () => {
  it('is 210 bytes and reads back as it was', () => {
    fc.assert(
      fc.property(leaves, (leaf) => {
        const bytes = encodeLeaf(leaf)
        expect(bytes.length).toBe(LEAF_BYTES)
        expect(decodeLeaf(bytes)).toEqual(leaf)
      }),
    )
  })

  it('with any one bit changed is another leaf or none, and has another hash', () => {
    fc.assert(
      fc.property(leaves, fc.nat(LEAF_BYTES * 8 - 1), (leaf, bit) => {
        const bytes = encodeLeaf(leaf)
        const changed = Buffer.from(bytes)
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        expect(leafHash(changed).equals(leafHash(bytes))).toBe(false)
        if (codeOf(() => decodeLeaf(changed)) === 'ok')
          expect(encodeLeaf(decodeLeaf(changed)).equals(changed)).toBe(true)
        else expect(codeOf(() => decodeLeaf(changed))).toBe('ledger_malformed')
      }),
    )
  })

  it('of another length, version or kind is refused', () => {
    const [leaf] = fc.sample(leaves, 1)
    const bytes = encodeLeaf(leaf as Leaf)
    for (const length of [0, 1, 64, 65, LEAF_BYTES - 1]) {
      expect(codeOf(() => decodeLeaf(bytes.subarray(0, length)))).toBe('ledger_malformed')
    }
    expect(codeOf(() => decodeLeaf(Buffer.concat([bytes, Buffer.from([0])])))).toBe('ledger_malformed')
    for (const [offset, value] of [
      [0, 2],
      [0, 0],
      [1, 0],
      [1, 12],
    ] as const) {
      const changed = Buffer.from(bytes)
      changed[offset] = value
      expect(codeOf(() => decodeLeaf(changed))).toBe('ledger_malformed')
    }
  })

  it('is hashed by RFC 6962 whatever its length, one call after another', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), leaves, (other, leaf) => {
        leafHash(encodeLeaf(leaf))
        expect(leafHash(other).equals(sha256(Buffer.concat([Buffer.from([0]), other])))).toBe(true)
      }),
    )
  })
})

describe('the chain', () => {
  it('begins with its log and depends on every entry and their order', () => {
    const [a, b, log] = ['a', 'b', 'log'].map((name) => sha256(Buffer.from(name))) as [Buffer, Buffer, Buffer]
    const start = genesisChain(log)
    expect(start.equals(genesisChain(a))).toBe(false)
    const forward = nextChain(nextChain(start, a), b)
    expect(forward.equals(nextChain(nextChain(start, b), a))).toBe(false)
    expect(forward.equals(nextChain(start, b))).toBe(false)
  })

  it('takes hashes of 32 bytes only', () => {
    expect(codeOf(() => genesisChain(Buffer.alloc(31)))).toBe('ledger_malformed')
    expect(codeOf(() => nextChain(Buffer.alloc(32), Buffer.alloc(33)))).toBe('ledger_malformed')
  })
})

describe('the origin of a log', () => {
  it('reads back as it was', () => {
    const name = { deployment: 'log.example.org:8443/palimpsest', tenant: 'acme-1', generation: 12 }
    expect(formatOrigin(name)).toBe('log.example.org:8443/palimpsest/acme-1/g12')
    expect(parseOrigin(formatOrigin(name))).toEqual(name)
    expect(logIdOf('palimpsest.local/acme/g1').toString('hex')).toBe(
      sha256(Buffer.from('palimpsest.local/acme/g1')).toString('hex'),
    )
  })

  it.each([
    '',
    'acme/g1',
    'palimpsest.local/acme',
    'palimpsest.local/acme/g0',
    'palimpsest.local/acme/g01',
    'palimpsest.local/acme/1',
    'palimpsest.local//g1',
    'palimpsest.local/ac me/g1',
    'palimpsest.local/ac+me/g1',
    'palimpsest.local/äcme/g1',
    '/acme/g1',
    `${'a'.repeat(250)}/acme/g1`,
  ])('%j is refused', (origin) => {
    expect(codeOf(() => parseOrigin(origin))).toBe('ledger_malformed')
  })

  it('cannot be made ambiguous by a tenant with a slash', () => {
    const name = { deployment: 'palimpsest.local', tenant: 'a/b', generation: 1 }
    expect(codeOf(() => formatOrigin(name))).toBe('ledger_malformed')
  })
})
