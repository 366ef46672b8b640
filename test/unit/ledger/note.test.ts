import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeCheckpoint, openCheckpoint, parseCheckpoint } from '../../../src/domain/ledger/checkpoint.ts'
import { cosignatureMessage, encodeCosignature, parseCosignature } from '../../../src/domain/ledger/cosignature.ts'
import { formatNote, openNote, parseNote, signNote } from '../../../src/domain/ledger/note.ts'
import { formatVkey, isKeyName, parseVkey, verifierKey } from '../../../src/domain/ledger/vkey.ts'
import { LOG_KEY, ORIGIN } from '../../vectors/ledger/make-log.ts'
import { fixed, noteKey, testKey } from '../../vectors/ledger/material.ts'
import { codeOf } from './vectors.ts'

const TRUSTED = [LOG_KEY.vkey]
const line = fc.string({ unit: 'binary', maxLength: 30 }).filter((text) => text.isWellFormed() && !/\p{Cc}/u.test(text))
const noteText = fc.array(line, { maxLength: 6 }).map((lines) => `${lines.join('\n')}\n`)
const keyName = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }).filter(isKeyName)

describe('a signed note', () => {
  it('gives back its text and its signer, whatever the text', async () => {
    await fc.assert(
      fc.asyncProperty(noteText, keyName, async (text, name) => {
        const signer = noteKey(name, testKey('some key'))
        const note = await signNote(text, [LOG_KEY, signer])
        const opened = openNote(note, [signer.vkey])
        expect(opened.text).toBe(text)
        expect(opened.verified.map(({ key }) => key.name)).toEqual([name])
        expect(formatNote(opened.text, opened.signatures)).toBe(note)
      }),
    )
  })

  it('does not open when any one of its bits is changed', { timeout: 60_000 }, async () => {
    const note = Buffer.from(
      await signNote(encodeCheckpoint({ origin: ORIGIN, treeSize: 5, rootHash: fixed('r') }), [LOG_KEY]),
    )
    for (let bit = 0; bit < note.length * 8; bit++) {
      const changed = Buffer.from(note)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(
        codeOf(() => openNote(changed, TRUSTED)),
        `bit ${bit}`,
      ).toMatch(/^ledger_/)
    }
  })

  it('does not open when any one of its bytes is taken out or put in twice', { timeout: 60_000 }, async () => {
    const note = Buffer.from(await signNote('one\n\ntwo\n', [LOG_KEY]))
    for (let at = 0; at < note.length; at++) {
      const shorter = Buffer.concat([note.subarray(0, at), note.subarray(at + 1)])
      const longer = Buffer.concat([note.subarray(0, at + 1), note.subarray(at)])
      expect(
        codeOf(() => openNote(shorter, TRUSTED)),
        `without byte ${at}`,
      ).toMatch(/^ledger_/)
      expect(
        codeOf(() => openNote(longer, TRUSTED)),
        `byte ${at} twice`,
      ).toMatch(/^ledger_/)
    }
  })

  it('is refused with a code and nothing else where it is garbage', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.uint8Array()), (garbage) => {
        expect(codeOf(() => openNote(garbage, TRUSTED))).toMatch(/^ledger_/)
      }),
    )
  })

  it('is refused where it is too large', () => {
    expect(codeOf(() => parseNote(`${'x'.repeat(1024 * 1024)}\n\n— a AAAAAAA=\n`))).toBe('ledger_malformed')
  })

  it('cannot be written with a text or a name that could not be read again', () => {
    const signature = { name: 'a', keyId: 1, signature: Buffer.alloc(64) }
    for (const text of ['', 'no newline', 'a\r\n', 'a\tb\n', 'a\u0000\n', '\ud800\n']) {
      expect(codeOf(() => formatNote(text, [signature]))).toBe('ledger_malformed')
    }
    for (const name of ['', 'a b', 'a+b', 'a\u2028b', 'a\u0001']) {
      expect(codeOf(() => formatNote('a\n', [{ ...signature, name }]))).toBe('ledger_malformed')
    }
    expect(codeOf(() => formatNote('a\n', []))).toBe('ledger_malformed')
  })

  it('is refused where two trusted keys cannot be told apart', async () => {
    const note = await signNote('a\n', [LOG_KEY])
    const twin = { ...verifierKey(ORIGIN, testKey('other').publicKey), keyId: LOG_KEY.keyId }
    expect(codeOf(() => openNote(note, [LOG_KEY.vkey, twin]))).toBe('ledger_malformed')
  })
})

describe('a verifier key', () => {
  it('reads back as it was, for every name', () => {
    fc.assert(
      fc.property(keyName, fc.constantFrom('ed25519' as const, 'cosignature' as const), (name, type) => {
        const key = verifierKey(name, testKey('some key').publicKey, type)
        const back = parseVkey(formatVkey(key))
        expect([back.name, back.keyId, back.type]).toEqual([name, key.keyId, type])
      }),
    )
  })

  it('of one type does not verify what the same key signed as the other', async () => {
    const witness = noteKey('w.example', testKey('w'), 'cosignature')
    const plain = noteKey('w.example', testKey('w'))
    expect(
      codeOf(() =>
        openNote(formatNote('a\n', [{ ...plain, signature: plain.sign(Buffer.from('a\n')) as Buffer }]), [
          witness.vkey,
        ]),
      ),
    ).toBe('ledger_signer_unknown')
  })
})

describe('a checkpoint', () => {
  it('reads back as it was', () => {
    const size = fc.oneof(fc.nat(), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }))
    fc.assert(
      fc.property(size, fc.uint8Array({ minLength: 32, maxLength: 32 }), (treeSize, root) => {
        const checkpoint = { origin: ORIGIN, treeSize, rootHash: Buffer.from(root), extensions: [] }
        expect(parseCheckpoint(encodeCheckpoint(checkpoint))).toEqual(checkpoint)
      }),
    )
  })

  it.each([
    ['a negative size', { treeSize: -1 }],
    ['a size that is no integer', { treeSize: 1.5 }],
    ['a root of 31 bytes', { rootHash: Buffer.alloc(31) }],
    ['an empty origin', { origin: '' }],
    ['a newline in the origin', { origin: 'a\nb' }],
    ['an empty extension line', { extensions: [''] }],
  ])('cannot be written with %s', (_, wrong) => {
    const checkpoint = { origin: ORIGIN, treeSize: 1, rootHash: Buffer.alloc(32) }
    expect(codeOf(() => encodeCheckpoint({ ...checkpoint, ...wrong }))).toBe('ledger_malformed')
  })

  it('of one log does not open by the trusted key of another log', async () => {
    const other = noteKey('palimpsest.local/other/g1', testKey('other'))
    const text = encodeCheckpoint({ origin: ORIGIN, treeSize: 1, rootHash: fixed('r') })
    const note = await signNote(text, [other])
    expect(codeOf(() => openNote(note, [other.vkey]))).toBe('ok')
    expect(codeOf(() => openCheckpoint(note, [other.vkey]))).toBe('ledger_signer_unknown')
  })

  it('does not open by a witness alone, and names the time of a witness beside the log', async () => {
    const text = encodeCheckpoint({ origin: ORIGIN, treeSize: 1, rootHash: fixed('r') })
    const witness = noteKey('w.example', testKey('w'), 'cosignature')
    const timestamp = 1764282001n
    const signature = encodeCosignature({
      timestamp,
      signature: testKey('w').sign(Buffer.from(cosignatureMessage(text, timestamp))),
    })
    const alone = formatNote(text, [{ ...witness, signature }])
    expect(codeOf(() => openCheckpoint(alone, [witness.vkey]))).toBe('ledger_signer_unknown')
    const log = { ...LOG_KEY, signature: testKey('log').sign(Buffer.from(text)) }
    const both = openCheckpoint(formatNote(text, [log, { ...witness, signature }]), [LOG_KEY.vkey, witness.vkey])
    expect(both.note.verified.map((line) => line.timestamp)).toEqual([null, timestamp])
    const later = Buffer.from(signature)
    later[7] = (later[7] ?? 0) ^ 1
    const moved = formatNote(text, [log, { ...witness, signature: later }])
    expect(codeOf(() => openCheckpoint(moved, [LOG_KEY.vkey, witness.vkey]))).toBe('ledger_evidence_invalid')
  })

  it('takes no cosignature of another length or beyond 2^63 - 1', () => {
    for (const wrong of [
      Buffer.alloc(0),
      Buffer.alloc(64),
      Buffer.alloc(71),
      Buffer.alloc(73),
      Buffer.alloc(72, 0xff),
    ]) {
      expect(codeOf(() => parseCosignature(wrong))).toBe('ledger_malformed')
    }
  })
})
