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

  it('does not hold when one byte of its extra data is changed or cut off, though that is not signed', {
    timeout: 60_000,
  }, async () => {
    const record = encodeEvidence(evidenceOf(log, 3))
    const { path, checkpoint, index } = parseProof(await proofFile(log, 3, 7, null))
    for (let at = 0; at < record.length; at += 3) {
      const changed = Buffer.from(record)
      changed[at] = (changed[at] ?? 0) ^ 1
      // Cut behind the envelope it shows less, which is no fault.
      const cut = at < 184 + record.readUInt32BE(180) ? [record.subarray(0, at)] : []
      for (const extra of [changed, ...cut]) {
        const file = formatProof({ extra, index, path, checkpoint })
        expect(
          codeOf(() => verifyEntryProof(file, trusted)),
          `byte ${at}`,
        ).toMatch(/^ledger_/)
      }
    }
  })

  it('is refused with a code and nothing else where it is garbage', { timeout: 60_000 }, async () => {
    const { path, checkpoint, index } = parseProof(await proofFile(log, 3, 7, null))
    const record = encodeEvidence(evidenceOf(log, 3))
    const wrap = (extra: Uint8Array): string => formatProof({ extra, index, path, checkpoint })
    fc.assert(
      fc.property(fc.string(), fc.uint8Array(), fc.nat(record.length), (text, garbage, at) => {
        expect(codeOf(() => verifyEntryProof(text, trusted))).toMatch(/^ledger_/)
        const extra = Buffer.concat([record.subarray(0, at), garbage])
        expect(codeOf(() => verifyEntryProof(wrap(garbage), trusted))).toMatch(/^ledger_/)
        if (!extra.equals(record))
          expect(codeOf(() => verifyEntryProof(wrap(extra), trusted))).not.toMatch(/^unexpected/)
      }),
    )
    expect(codeOf(() => verifyEntryProof(wrap(Buffer.alloc(1_000_000, '[')), trusted))).toBe('ledger_malformed')
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

  it('keeps its evidence through the record', () => {
    for (const [index] of log.entries.entries()) {
      const evidence = evidenceOf(log, index)
      expect(decodeEvidence(encodeEvidence(evidence))).toEqual(evidence)
    }
  })
})
