import { describe, expect, it } from 'vitest'
import type { Batch, BatchProblem } from '../../../src/domain/ledger/batch.ts'
import { encodeBatch, entriesDigest, nextBatchPosition, verifyBatch } from '../../../src/domain/ledger/batch.ts'
import { publicKeyOf } from '../../../src/domain/ledger/ed25519.ts'
import type { Envelope } from '../../../src/domain/ledger/envelope.ts'
import { encodeEpoch, epochDetail, firstBatchPosition, verifyEpochOpening } from '../../../src/domain/ledger/epoch.ts'
import { jcs } from '../../../src/domain/ledger/json.ts'
import { LOG_KEY, makeLog } from '../../vectors/ledger/make-log.ts'
import { fixed, noteKey, testKey } from '../../vectors/ledger/material.ts'
import { codeOf } from './vectors.ts'

const log = makeLog()
const epoch = log.epochs[0] as (typeof log.epochs)[number]
const [first, second] = epoch.batches as [Batch, Batch]
const key = publicKeyOf(epoch.key.publicKey)
const hashes = epoch.entries.map((entry) => entry.leafHash)
const opening = epoch.entries[0]?.envelope as Envelope
const trusted = [LOG_KEY.vkey]

/** The batch with some fields changed, and signed again by the same key: what a thief of the key could do. */
function resigned(batch: Batch, changes: Partial<Batch>): Batch {
  const changed = { ...batch, ...changes }
  return { ...changed, signature: epoch.key.sign(encodeBatch(changed)) }
}

describe("an epoch's batches", () => {
  it('hold one after another, from the opening to the last entry', () => {
    let at = firstBatchPosition(epoch.statement)
    for (const batch of epoch.batches) {
      const members = hashes.slice(batch.first_seq, batch.first_seq + batch.entry_count)
      expect(verifyBatch(batch, members, at, key)).toBe(null)
      at = nextBatchPosition(batch)
    }
    expect(at.first_seq).toBe(epoch.entries.length)
  })

  const at = nextBatchPosition(first)
  const members = hashes.slice(1)
  const cases: readonly (readonly [string, Batch, readonly Buffer[], BatchProblem])[] = [
    ['an entry is missing', second, members.slice(1), 'entries'],
    ['an entry is missing and the count fits', { ...second, entry_count: 2 }, members.slice(1), 'entries'],
    ['an entry is inserted', second, [...members, fixed('leaf')], 'entries'],
    ['an entry is changed', second, [fixed('leaf'), ...members.slice(1)], 'entries'],
    ['two entries are swapped', second, [...members].reverse(), 'entries'],
    ['it has no entry', second, [], 'entries'],
    ['the batch before is missing', { ...second, batch_no: 2 }, members, 'position'],
    ['its numbers leave a gap', { ...second, first_seq: 2 }, members, 'position'],
    ['it is of another log', { ...second, log_id: fixed('other log') }, members, 'position'],
    [
      'it is of another epoch',
      { ...second, writer_epoch: log.epochs[1]?.statement.writerEpoch ?? '' },
      members,
      'position',
    ],
    ['another batch was before it', { ...second, previous_batch_hash: fixed('other') }, members, 'link'],
    ['its signature is changed', { ...second, signature: flipped(second.signature) }, members, 'signature'],
    ['its signature is cut', { ...second, signature: second.signature.subarray(1) }, members, 'signature'],
    [
      'it is signed by another key',
      { ...second, signature: testKey('x').sign(encodeBatch(second)) },
      members,
      'signature',
    ],
  ]
  it.each(cases)('do not hold where %s', (_, batch, entries, problem) => {
    expect(verifyBatch(batch, entries, at, key)).toBe(problem)
  })

  it('do not hold in another place even when signed again', () => {
    expect(verifyBatch(resigned(second, { batch_no: 0 }), members, at, key)).toBe('position')
    expect(verifyBatch(resigned(second, { previous_batch_hash: fixed('x') }), members, at, key)).toBe('link')
  })

  it('cannot be written with a number or a hash out of range', () => {
    for (const wrong of [
      { entry_count: 0 },
      { entry_count: 2 ** 32 },
      { batch_no: -1 },
      { first_seq: 0.5 },
      { log_id: Buffer.alloc(31) },
      { entries_digest: Buffer.alloc(0) },
    ]) {
      expect(codeOf(() => encodeBatch({ ...second, ...wrong }))).toBe('ledger_entry_invalid')
    }
  })

  it('have a digest that differs from the hash of any leaf or node', () => {
    const [a, b] = hashes as [Buffer, Buffer]
    expect(entriesDigest([a, b]).equals(entriesDigest([b, a]))).toBe(false)
    expect(entriesDigest([a]).equals(a)).toBe(false)
  })
})

describe("an epoch's opening", () => {
  it("is vouched for by the log's key", () => {
    const verified = verifyEpochOpening(opening, trusted)
    expect(Buffer.from(verified.publicKey).equals(epoch.key.publicKey)).toBe(true)
    expect(verified.writerEpoch).toBe(epoch.statement.writerEpoch)
    expect(verified.logKey.name).toBe(LOG_KEY.name)
  })

  it('may open a generation too, and say more', () => {
    const detail = epochDetail(epoch.statement, LOG_KEY.vkey, epoch.signature, { recovery: { lost_from: 7 } })
    expect(codeOf(() => verifyEpochOpening({ ...opening, kind: 'recovery', detail }, trusted))).toBe('ok')
  })

  it('still holds by a key of the log that was replaced, and not once that key is no longer trusted', () => {
    const rotated = noteKey(LOG_KEY.name, testKey('log, rotated'))
    expect(codeOf(() => verifyEpochOpening(opening, [rotated.vkey, LOG_KEY.vkey]))).toBe('ok')
    expect(codeOf(() => verifyEpochOpening(opening, [rotated.vkey]))).toBe('ledger_signer_unknown')
    expect(codeOf(() => verifyEpochOpening(opening, []))).toBe('ledger_signer_unknown')
  })

  const other = log.epochs[1]?.entries[0]?.envelope as Envelope
  const stated = (changes: object): string => {
    const detail = JSON.parse(opening.detail ?? '') as { writer_epoch: object }
    return jcs({ writer_epoch: { ...detail.writer_epoch, ...changes } })
  }
  const forged = { ...epoch.statement, publicKey: testKey('thief').publicKey }
  const cases: readonly (readonly [string, Partial<Envelope>, string])[] = [
    ['it is not the first entry', { writer_seq: 1 }, 'ledger_malformed'],
    ['it is of another kind', { kind: 'interaction' }, 'ledger_malformed'],
    ['it has no detail', { detail: null }, 'ledger_malformed'],
    ['the detail is no object', { detail: '[]' }, 'ledger_malformed'],
    ['the detail says nothing of it', { detail: '{}' }, 'ledger_malformed'],
    ['the detail is not JSON', { detail: '{' }, 'ledger_malformed'],
    ['the detail has a member too many', { detail: stated({ more: 1 }) }, 'ledger_malformed'],
    ['a member has another type', { detail: stated({ opened_at: '1' }) }, 'ledger_malformed'],
    ['the key is too short', { detail: stated({ public_key: 'AAAA' }) }, 'ledger_malformed'],
    ['the detail is of another epoch', { detail: other.detail }, 'ledger_evidence_invalid'],
    ['the time is another', { occurred_at: opening.occurred_at + 1n }, 'ledger_evidence_invalid'],
    ['the key is exchanged', { detail: epochDetail(forged, LOG_KEY.vkey, epoch.signature) }, 'ledger_evidence_invalid'],
    ['it is in another log', { log_id: fixed('other log') }, 'ledger_evidence_invalid'],
    [
      'it is signed by a key of its own making',
      {
        detail: epochDetail(
          forged,
          noteKey(LOG_KEY.name, testKey('thief')).vkey,
          testKey('thief').sign(encodeEpoch(forged)),
        ),
      },
      'ledger_signer_unknown',
    ],
  ]
  it.each(cases)('does not hold where %s', (_, changes, code) => {
    expect(codeOf(() => verifyEpochOpening({ ...opening, ...changes }, trusted))).toBe(code)
  })

  it('does not hold by the trusted key of another log of the same operator', () => {
    const elsewhere = noteKey('palimpsest.local/other/g1', testKey('log'))
    const detail = epochDetail(epoch.statement, elsewhere.vkey, epoch.signature)
    expect(codeOf(() => verifyEpochOpening({ ...opening, detail }, [elsewhere.vkey]))).toBe('ledger_evidence_invalid')
  })

  it('cannot be written with a key or a signature of another length', () => {
    expect(codeOf(() => encodeEpoch({ ...epoch.statement, publicKey: Buffer.alloc(31) }))).toBe('ledger_entry_invalid')
    expect(codeOf(() => encodeEpoch({ ...epoch.statement, logId: Buffer.alloc(31) }))).toBe('ledger_entry_invalid')
    expect(codeOf(() => epochDetail(epoch.statement, LOG_KEY.vkey, Buffer.alloc(63)))).toBe('ledger_entry_invalid')
  })
})

function flipped(bytes: Uint8Array): Buffer {
  const out = Buffer.from(bytes)
  out[0] = (out[0] ?? 0) ^ 1
  return out
}
