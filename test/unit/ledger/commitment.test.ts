import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hmacSha256, sha256 } from '../../../src/domain/ledger/bytes.ts'
import { canonicalEnvelope, encodeAbsent, encodeContent } from '../../../src/domain/ledger/canonical.ts'
import {
  commit,
  commitAbsent,
  decodeOpening,
  encodeOpening,
  verifyCommitment,
} from '../../../src/domain/ledger/commitment.ts'
import { checkGroups } from '../../../src/domain/ledger/entry-proof.ts'
import { makeLog } from '../../vectors/ledger/make-log.ts'
import { evidenceOf } from '../../vectors/ledger/make-proofs.ts'
import { FULL, fixed } from '../../vectors/ledger/material.ts'
import { codeOf } from './vectors.ts'

const ID = FULL.id
const NONCE = fixed('nonce')
const hash32 = fc.uint8Array({ minLength: 32, maxLength: 32 })

describe('HMAC', () => {
  it("is the platform's own", () => {
    fc.assert(
      fc.property(hash32, fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 4 }), (key, parts) => {
        const expected = createHmac('sha256', key).update(Buffer.concat(parts)).digest()
        expect(hmacSha256(key, ...parts).equals(expected)).toBe(true)
      }),
    )
  })
})

describe('a commitment', () => {
  it('holds for its opening and for no other nonce, group, entry or bytes', () => {
    fc.assert(
      fc.property(hash32, fc.uint8Array({ maxLength: 100 }), fc.nat(), (nonce, content, at) => {
        fc.pre(nonce.some((byte) => byte !== 0))
        const bytes = encodeContent(content)
        const commitment = commit('prompt', nonce, ID, bytes)
        expect(verifyCommitment(commitment, 'prompt', nonce, ID, bytes)).toBe(true)
        expect(verifyCommitment(commitment, 'response', nonce, ID, bytes)).toBe(false)
        expect(verifyCommitment(commitment, 'prompt', nonce, FULL.writer_epoch, bytes)).toBe(false)
        expect(verifyCommitment(commitment, 'prompt', flip(nonce, at), ID, bytes)).toBe(false)
        expect(verifyCommitment(commitment, 'prompt', nonce, ID, flip(bytes, at))).toBe(false)
        expect(verifyCommitment(flip(commitment, at), 'prompt', nonce, ID, bytes)).toBe(false)
      }),
    )
  })

  it('takes no nonce of another length and not the one of what is absent', () => {
    for (const nonce of [Buffer.alloc(32), Buffer.alloc(31, 1), Buffer.alloc(33, 1), Buffer.alloc(0)]) {
      expect(codeOf(() => commit('prompt', nonce, ID, Buffer.from([1])))).toBe('ledger_entry_invalid')
    }
    expect(verifyCommitment(NONCE, 'prompt', Buffer.alloc(31), ID, Buffer.from([1]))).toBe(false)
  })

  it('tells an empty content from none', () => {
    expect(encodeContent(Buffer.alloc(0)).equals(encodeAbsent())).toBe(false)
  })

  it('to what is absent can be computed by everybody and differs by group and entry', () => {
    const absent = commitAbsent('prompt', ID)
    expect(verifyCommitment(absent, 'prompt', Buffer.alloc(32), ID, encodeAbsent())).toBe(true)
    expect(absent.equals(commitAbsent('response', ID))).toBe(false)
    expect(absent.equals(commitAbsent('prompt', FULL.writer_epoch))).toBe(false)
  })
})

describe('an opening', () => {
  it('reads back from the plaintext of its blob', () => {
    const opening = { nonce: NONCE, bytes: Buffer.from([1, 2, 3]) }
    expect(decodeOpening(encodeOpening(opening))).toEqual(opening)
    expect(codeOf(() => decodeOpening(NONCE))).toBe('ledger_malformed')
  })
})

describe('a writer that lies about what is absent is caught', () => {
  const evidence = evidenceOf(makeLog(), 3)
  const withEnvelope = (envelope: typeof evidence.envelope, canonical: Buffer) => ({
    ...evidence,
    envelope,
    commitments: {
      ...evidence.commitments,
      envelope: commit('envelope', evidence.envelopeNonce, envelope.id, canonical),
    },
    openings: {},
  })

  it('a prompt is committed to and its blob digest is NULL', () => {
    const envelope = { ...evidence.envelope, prompt_blob_digest: null }
    expect(codeOf(() => checkGroups(withEnvelope(envelope, canonicalEnvelope(envelope))))).toBe(
      'ledger_evidence_invalid',
    )
  })

  it('nothing is committed to and there is a blob digest', () => {
    const commitments = { ...evidence.commitments, prompt: commitAbsent('prompt', evidence.envelope.id) }
    expect(codeOf(() => checkGroups({ ...evidence, commitments, openings: {} }))).toBe('ledger_evidence_invalid')
  })

  it('the opening shows the byte of what is absent', () => {
    const openings = { prompt: { nonce: sha256(NONCE), bytes: encodeAbsent() } }
    expect(codeOf(() => checkGroups({ ...evidence, openings }))).toBe('ledger_malformed')
  })
})

function flip(bytes: Uint8Array, at: number): Buffer {
  const out = Buffer.from(bytes)
  const bit = at % (out.length * 8)
  out[bit >> 3] = (out[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return out
}
