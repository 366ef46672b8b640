import { describe, expect, it } from 'vitest'
import { decodeContent, decodeSubject } from '../../../src/domain/ledger/canonical.ts'
import { parseCheckpoint } from '../../../src/domain/ledger/checkpoint.ts'
import { ed25519Signer, publicKeyOf, rawPublicKey, verifyEd25519 } from '../../../src/domain/ledger/ed25519.ts'
import { checkGroups, verifyEntryProof } from '../../../src/domain/ledger/entry-proof.ts'
import { envelopeFromJson, envelopeToJson } from '../../../src/domain/ledger/envelope-json.ts'
import { decodeLeaf, encodeLeaf } from '../../../src/domain/ledger/leaf.ts'
import { openNote } from '../../../src/domain/ledger/note.ts'
import { formatVkey, parseVkey } from '../../../src/domain/ledger/vkey.ts'
import { makeVectors } from '../../vectors/ledger/make.ts'
import { privateKeyOf } from '../../vectors/ledger/material.ts'
import { bytes, codeOf, readVectors } from './vectors.ts'

interface EntryRow {
  name: string
  envelope: unknown
  envelope_nonce: string
  subject: unknown
  prompt: string | null
  response: string | null
  groups: Record<'subject' | 'prompt' | 'response', { bytes: string; nonce: string }>
  commitments: Record<'envelope' | 'subject' | 'prompt' | 'response', string>
  leaf: string
}

interface NoteRow {
  why: string
  note?: string
  note_base64?: string
  trusted: string[]
  result: string
  verified: string[]
}

interface NoteFile {
  keys: { why: string; vkey: string; ok: boolean; name?: string; key_id?: number }[]
  notes: NoteRow[]
  checkpoints: { why: string; text: string; ok: boolean; size?: number }[]
}

interface ProofRow {
  why: string
  proof: string
  trusted: string[]
  result: string
  groups?: unknown
}

const files = await makeVectors()
const entries = readVectors('entries.json') as EntryRow[]
const notes = readVectors('notes.json') as NoteFile
const { proofs } = readVectors('log.json') as { proofs: ProofRow[] }

describe('the format does not change', () => {
  it.each(Object.keys(files))('%s is what this code makes, to the byte', (name) => {
    expect(files[name]).toEqual(readVectors(name))
  })
})

describe('RFC 8032', () => {
  const rows = readVectors('rfc8032.json') as Record<
    'name' | 'secret' | 'public_key' | 'message' | 'signature',
    string
  >[]
  it.each(rows)('signs and verifies $name', (row) => {
    const key = privateKeyOf(bytes(row.secret))
    expect(rawPublicKey(key).toString('hex')).toBe(row.public_key)
    expect(ed25519Signer(key)(bytes(row.message)).toString('hex')).toBe(row.signature)
    expect(verifyEd25519(publicKeyOf(bytes(row.public_key)), bytes(row.message), bytes(row.signature))).toBe(true)
  })
})

describe('entries', () => {
  it.each(entries)('$name: JSON and leaf read back to the same bytes', (row) => {
    expect(envelopeToJson(envelopeFromJson(row.envelope))).toEqual(row.envelope)
    expect(encodeLeaf(decodeLeaf(bytes(row.leaf))).toString('hex')).toBe(row.leaf)
  })

  it.each(entries)('$name: what was committed to can be read out of the openings', (row) => {
    expect(decodeSubject(bytes(row.groups.subject.bytes))).toEqual(row.subject)
    expect(decodeContent(bytes(row.groups.prompt.bytes))?.toString('utf8') ?? null).toBe(row.prompt)
    expect(decodeContent(bytes(row.groups.response.bytes))?.toString('utf8') ?? null).toBe(row.response)
  })

  it.each(entries)('$name: envelope and openings fit the commitments', (row) => {
    const envelope = envelopeFromJson(row.envelope)
    const { subject, prompt, response } = row.groups
    const opening = (digest: unknown, group: { bytes: string; nonce: string }) =>
      digest === null ? undefined : { bytes: bytes(group.bytes), nonce: bytes(group.nonce) }
    const openings = Object.fromEntries(
      [
        ['subject', opening(envelope.subject_blob_digest, subject)],
        ['prompt', opening(envelope.prompt_blob_digest, prompt)],
        ['response', opening(envelope.response_blob_digest, response)],
      ].filter(([, value]) => value !== undefined),
    )
    const commitments = {
      envelope: bytes(row.commitments.envelope),
      subject: bytes(row.commitments.subject),
      prompt: bytes(row.commitments.prompt),
      response: bytes(row.commitments.response),
    }
    const states = checkGroups({ envelope, envelopeNonce: bytes(row.envelope_nonce), commitments, openings })
    expect(Object.values(states)).not.toContain('sealed')
  })
})

describe('verifier keys', () => {
  it.each(notes.keys)('$why', (row) => {
    if (!row.ok) return expect(codeOf(() => parseVkey(row.vkey))).toBe('ledger_malformed')
    const key = parseVkey(row.vkey)
    expect([key.name, key.keyId, formatVkey(key)]).toEqual([row.name, row.key_id, row.vkey])
  })
})

describe('signed notes', () => {
  it.each(notes.notes)('$why: $result', (row) => {
    const note = row.note ?? Buffer.from(row.note_base64 ?? '', 'base64')
    const trusted = row.trusted.map(parseVkey)
    expect(codeOf(() => openNote(note, trusted))).toBe(row.result)
    if (row.result !== 'ok') return
    expect(openNote(note, trusted).verified.map(({ key }) => formatVkey(key))).toEqual(row.verified)
    expect(openNote(Buffer.from(note), trusted).text).toBe(openNote(note, trusted).text)
  })
})

describe('checkpoints', () => {
  it.each(notes.checkpoints)('$why', (row) => {
    expect(codeOf(() => parseCheckpoint(row.text))).toBe(row.ok ? 'ok' : 'ledger_malformed')
    if (row.ok) expect(parseCheckpoint(row.text).treeSize).toBe(row.size)
  })
})

describe('proofs of one entry', () => {
  it.each(proofs)('$why: $result', (row) => {
    const trusted = row.trusted.map(parseVkey)
    expect(codeOf(() => verifyEntryProof(row.proof, trusted))).toBe(row.result)
    if (row.result === 'ok') expect(verifyEntryProof(row.proof, trusted).groups).toEqual(row.groups)
  })
})
