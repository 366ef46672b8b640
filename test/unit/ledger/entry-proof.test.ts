import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeEvidence, encodeEvidence, verifyEntryProof } from '../../../src/domain/ledger/entry-proof.ts'
import { formatProof, parseProof } from '../../../src/domain/ledger/proof-file.ts'
import { LOG_KEY, makeLog, signedCheckpoint } from '../../vectors/ledger/make-log.ts'
import { evidenceOf, proofFile } from '../../vectors/ledger/make-proofs.ts'
import { codeOf } from './vectors.ts'

const log = makeLog()
const trusted = [LOG_KEY.vkey]

describe('a proof of one entry', () => {
  it('holds for every entry in every tree that has it, with every choice of openings', async () => {
    for (let size = 1; size <= log.entries.length; size++) {
      for (let index = 0; index < size; index++) {
        const evidence = evidenceOf(log, index)
        for (const openings of [evidence.openings, {}]) {
          const file = await proofFile(log, index, size, encodeEvidence({ ...evidence, openings }))
          const verified = verifyEntryProof(Buffer.from(file), trusted)
          expect(verified.envelope).toEqual(evidence.envelope)
          expect([verified.index, verified.checkpoint.treeSize]).toEqual([index, size])
          expect(Object.values(verified.groups).filter((state) => state === 'opened').length).toBe(
            1 + Object.keys(openings).length,
          )
        }
      }
    }
  })

  it('does not hold when one of its bits is changed, wherever it stands', { timeout: 60_000 }, async () => {
    const file = Buffer.from(await proofFile(log, 3, 7, encodeEvidence(evidenceOf(log, 3))))
    const step = 29
    for (let bit = 0; bit < file.length * 8; bit += step) {
      const changed = Buffer.from(file)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(
        codeOf(() => verifyEntryProof(changed, trusted)),
        `bit ${bit}`,
      ).toMatch(/^ledger_/)
    }
  })

  it('does not hold when one character of its extra data is changed, though that is not signed', {
    timeout: 60_000,
  }, async () => {
    const text = encodeEvidence(evidenceOf(log, 3)).toString('utf8')
    const { path, checkpoint, index } = parseProof(await proofFile(log, 3, 7, null))
    for (let at = 0; at < text.length; at += 3) {
      const other = text[at] === '0' ? '1' : '0'
      const extra = Buffer.from(text.slice(0, at) + other + text.slice(at + 1))
      const file = formatProof({ extra, index, path, checkpoint })
      expect(
        codeOf(() => verifyEntryProof(file, trusted)),
        `character ${at}`,
      ).toMatch(/^ledger_/)
    }
  })

  it('is refused with a code and nothing else where it is garbage', { timeout: 60_000 }, async () => {
    const { path, checkpoint, index } = parseProof(await proofFile(log, 3, 7, null))
    const json = encodeEvidence(evidenceOf(log, 3)).toString('utf8')
    const wrap = (extra: Uint8Array): string => formatProof({ extra, index, path, checkpoint })
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.json({ maxDepth: 2 })), (garbage) => {
        expect(codeOf(() => verifyEntryProof(garbage, trusted))).toMatch(/^ledger_/)
        expect(codeOf(() => verifyEntryProof(wrap(Buffer.from(garbage)), trusted))).toMatch(/^ledger_/)
      }),
    )
    const nested = Buffer.from('['.repeat(1_000_000))
    const proto = Buffer.from(json.replace('"openings":{', '"openings":{"__proto__":{},'))
    for (const extra of [nested, proto, Buffer.from('{"__proto__":1}'), Buffer.from('null')]) {
      expect(codeOf(() => verifyEntryProof(wrap(extra), trusted))).toBe('ledger_malformed')
    }
  })

  it('reads back as it was, with and without extra data', async () => {
    const checkpoint = await signedCheckpoint(log, 7)
    const hashes = fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }).map((hash) => Buffer.from(hash)))
    const extras = fc.option(fc.uint8Array().map((bytes) => Buffer.from(bytes)))
    fc.assert(
      fc.property(hashes, fc.nat(), extras, (path, index, extra) => {
        const proof = { path, index, extra, checkpoint }
        expect(parseProof(formatProof(proof))).toEqual(proof)
      }),
    )
  })

  it('cannot be written with a path or an index that could not be read again', async () => {
    const proof = { extra: null, index: 0, path: [], checkpoint: await signedCheckpoint(log, 1) }
    for (const wrong of [
      { index: -1 },
      { path: [Buffer.alloc(31)] },
      { path: Array.from({ length: 64 }, () => Buffer.alloc(32)) },
      { checkpoint: 'x' },
    ]) {
      expect(codeOf(() => formatProof({ ...proof, ...wrong }))).toBe('ledger_malformed')
    }
  })

  it('keeps its evidence through JSON', () => {
    for (const [index] of log.entries.entries()) {
      const evidence = evidenceOf(log, index)
      expect(decodeEvidence(encodeEvidence(evidence))).toEqual(evidence)
    }
  })
})
