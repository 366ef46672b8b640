import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decideMention } from '../../../src/domain/erasure/tombstone-mention.ts'
import { isSignedByLog } from '../../../src/domain/erasure/tombstone-note.ts'
import {
  decodeTombstone,
  encodeTombstone,
  MAX_TOMBSTONE_BYTES,
  MAX_TOMBSTONE_ROWS,
  tombstoneName,
  tombstoneText,
} from '../../../src/domain/erasure/tombstone-object.ts'
import { tombstoneParts } from '../../../src/domain/erasure/tombstone-parts.ts'
import { replayReceipts } from '../../../src/domain/erasure/tombstone-receipts.ts'
import type { Tombstone } from '../../../src/domain/erasure/types.ts'
import { ed25519Signer, rawPublicKey } from '../../../src/domain/ledger/ed25519.ts'
import { jcs } from '../../../src/domain/ledger/json.ts'
import { signNote } from '../../../src/domain/ledger/note.ts'
import { verifierKey } from '../../../src/domain/ledger/vkey.ts'

const id = fc.uuid()
const name = fc.stringMatching(/^[A-Za-z0-9_]{1,40}$/)
const hex = fc.stringMatching(/^[0-9a-f]{64}$/)
const tombstones: fc.Arbitrary<Tombstone> = fc.record({
  tenant: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,20}$/),
  case: id,
  receipt: fc.nat(),
  at: fc.nat(),
  keys: fc.array(id, { maxLength: 12 }),
  subjects: fc.array(fc.record({ pseudonym: name, token: name }), { maxLength: 12 }),
  values: fc.array(
    fc.tuple(
      id,
      name.map((one) => `[${one}]`),
    ),
    { maxLength: 12 },
  ),
  texts: fc.array(fc.tuple(id, fc.constantFrom('prompt' as const, 'response' as const), hex), { maxLength: 12 }),
})
const note = (number: number, tombstone: Tombstone) => `${tombstoneText(number, tombstone)}\n— signer AAAAAAA=\n`
const encode = (number: number, tombstone: Tombstone) => encodeTombstone(number, tombstone, note(number, tombstone))
const rows = ({ keys, subjects, values, texts }: Tombstone) =>
  [...keys, ...subjects, ...values, ...texts].map((row) => JSON.stringify(row))

describe('a tombstone', () => {
  it('is read as it was written, whatever it names and in however many objects', () => {
    fc.assert(
      fc.property(
        tombstones,
        fc.integer({ min: 1, max: 999_999_999_999 }),
        fc.integer({ min: 1, max: 9 }),
        (all, number, most) => {
          const parts = tombstoneParts(all, [], most)
          for (const part of parts) {
            expect(rows(part).length).toBeLessThanOrEqual(most)
            expect(decodeTombstone(encode(number, part), number).tombstone).toEqual(part)
          }
          expect(parts.flatMap(rows).toSorted()).toEqual([...new Set(rows(all))].toSorted())
          // What was written once is not written again, and what came later is.
          expect(tombstoneParts(all, parts, most)).toEqual([])
          expect(tombstoneParts(all, parts.slice(1), most).flatMap(rows)).toEqual(parts.slice(0, 1).flatMap(rows))
        },
      ),
    )
  })

  it('that was changed anywhere is refused, and so is one under another number', () => {
    const [one] = fc.sample(tombstones, { numRuns: 1, seed: 7 })
    const [part] = tombstoneParts({ ...(one as Tombstone), keys: ['00000000-0000-4000-8000-000000000000'] })
    const bytes = encode(3, part as Tombstone)
    expect(() => decodeTombstone(bytes, 4)).toThrow(/^Tombstone 4 /)
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] as number) ^ 1
      // Within a signature's bytes a change keeps the form: whose signature it is is asked next.
      const inSignature = at >= bytes.indexOf('signer') && at < bytes.indexOf('AAAAAAA=') + 8
      if (!inSignature) expect(() => decodeTombstone(changed, 3), `byte ${at}`).toThrow(/^Tombstone 3 /)
    }
  })

  it.each<[string, (json: Record<string, unknown>) => unknown]>([
    ['another format', (json) => ({ ...json, format: 'palimpsest/v2/tombstone' })],
    ['a member more', (json) => ({ ...json, more: 1 })],
    ['a member less', ({ texts: _, ...json }) => json],
    ['a key that is no id', (json) => ({ ...json, keys: ['x'] })],
    ['a key twice', (json) => ({ ...json, keys: [(json.keys as string[])[0], (json.keys as string[])[0]] })],
    ['an id in capitals', (json) => ({ ...json, keys: ['00000000-0000-4000-8000-00000000000A'] })],
    ['a subject without a token', (json) => ({ ...json, subjects: [{ pseudonym: 'a' }] })],
    [
      'a group that there is not',
      (json) => ({ ...json, texts: [['00000000-0000-4000-8000-000000000000', 'subject', '0'.repeat(64)]] }),
    ],
    [
      'a placeholder that is a text',
      (json) => ({ ...json, values: [['00000000-0000-4000-8000-000000000000', 'ann lee']] }),
    ],
    ['a tenant with a slash', (json) => ({ ...json, tenant: 'a/b' })],
    ['a list for an object', () => []],
    ['nothing', () => null],
  ])('with %s is refused', (_what, change) => {
    const tombstone: Tombstone = {
      tenant: 'acme',
      case: '00000000-0000-4000-8000-000000000001',
      receipt: 1,
      at: 2,
      keys: ['00000000-0000-4000-8000-000000000000'],
      subjects: [],
      values: [],
      texts: [],
    }
    const json = JSON.parse(encode(1, tombstone).toString('utf8')) as Record<string, unknown>
    const changed = change(json) as Tombstone & { note?: string }
    // Signed as it is, so that only its form is wrong.
    const signed = changed?.note === undefined ? changed : { ...changed, note: note(1, changed) }
    expect(() => decodeTombstone(Buffer.from(jcs(signed), 'utf8'), 1)).toThrow(/^Tombstone 1 /)
  })

  it('past its limits is refused, and one at them is read', () => {
    const keys = Array.from(
      { length: MAX_TOMBSTONE_ROWS + 1 },
      (_, at) => `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`,
    )
    const of = (some: string[]): Tombstone => ({
      tenant: 't',
      case: keys[0] as string,
      receipt: 1,
      at: 1,
      keys: some,
      subjects: [],
      values: [],
      texts: [],
    })
    expect(decodeTombstone(encode(1, of(keys.slice(1))), 1).tombstone.keys).toHaveLength(MAX_TOMBSTONE_ROWS)
    expect(() => decodeTombstone(encode(1, of(keys)), 1)).toThrow(/^Tombstone 1 /)
    expect(() => decodeTombstone(Buffer.alloc(MAX_TOMBSTONE_BYTES + 1, 0x20), 1)).toThrow(/^Tombstone 1 /)
    expect(tombstoneParts(of(keys))).toHaveLength(2)
    expect(tombstoneName(42)).toBe('000000000042.json')
  })

  it('counts only under the signature of a key of its own tenant’s log', async () => {
    const [own, other] = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')]
    const raw = rawPublicKey(own.publicKey)
    const sign = (origin: string, pair: typeof own) =>
      signNote('palimpsest/v1/tombstone\n1\n00\n', [
        { ...verifierKey(origin, rawPublicKey(pair.publicKey)), sign: ed25519Signer(pair.privateKey) },
      ])
    const log = { deployment: 'a.example', tenant: 'acme', keys: [raw] }
    expect(isSignedByLog(await sign('a.example/acme/g1', own), log)).toBe(true)
    expect(isSignedByLog(await sign('a.example/acme/g7', own), log)).toBe(true)
    expect(isSignedByLog(await sign('a.example/acme/g1', other), log)).toBe(false)
    expect(isSignedByLog(await sign('a.example/globex/g1', own), log)).toBe(false)
    expect(isSignedByLog(await sign('b.example/acme/g1', own), log)).toBe(false)
    expect(isSignedByLog(await sign('somebody', own), log)).toBe(false)
    expect(isSignedByLog('no note', log)).toBe(false)
  })
})

describe('a text that mentioned an erased person', () => {
  const erased = { caseId: 'case', now: 'b' }
  const cut = (caseId: string, old: string, now: string, isKnown = false) => ({ caseId, old, now, isKnown })

  it('is left where it is what the cut left, or what later cuts made of that', () => {
    expect(decideMention(null, erased, [])).toBe('leave')
    expect(decideMention('b', erased, [])).toBe('leave')
    expect(decideMention('d', erased, [cut('later', 'c', 'd'), cut('next', 'b', 'c'), cut('case', 'a', 'b')])).toBe(
      'leave',
    )
  })

  it('is cut where what remains is at hand, and else deleted, also where an earlier cut made it what it is', () => {
    expect(decideMention('a', erased, [cut('case', 'a', 'b', true)])).toBe('cut')
    expect(decideMention('a', erased, [cut('case', 'a', 'b')])).toBe('delete')
    expect(decideMention('a', erased, [])).toBe('delete')
    expect(decideMention('a', erased, [cut('earlier', '0', 'a')])).toBe('delete')
    expect(decideMention('0', erased, [cut('earlier', '0', 'a'), cut('case', 'a', 'b', true)])).toBe('delete')
  })
})

describe('receipts of what was carried out again', () => {
  it('say what no receipt says yet, all of it and nothing twice', () => {
    const explained = fc.record({
      subjects: fc.uniqueArray(name, { maxLength: 6 }),
      entries: fc.uniqueArray(id, { maxLength: 6 }),
      cuts: fc.uniqueArray(
        fc.record({ entry: id, group: fc.constantFrom('prompt' as const, 'response' as const), now: hex }),
        { maxLength: 6 },
      ),
    })
    fc.assert(
      fc.property(explained, explained, (gone, before) => {
        const written = [before, { subjects: gone.subjects.slice(1) }]
        const receipts = replayReceipts(5, gone, written)
        expect(receipts.every(({ number }) => number === 5)).toBe(true)
        expect(replayReceipts(5, gone, [...written, ...receipts])).toEqual([])
        const said = receipts.flatMap(({ subjects }) => subjects)
        expect(said).toEqual(gone.subjects.slice(0, 1).filter((one) => !before.subjects.includes(one)))
      }),
    )
    expect(
      replayReceipts(5, { subjects: Array.from({ length: 9000 }, (_, at) => `s${at}`), entries: [], cuts: [] }, []),
    ).toHaveLength(3)
  })
})
