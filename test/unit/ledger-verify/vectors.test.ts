import { describe, expect, it } from 'vitest'
import {
  append,
  leafHash,
  openCheckpoint,
  openEntry,
  openEnvelope,
  openNote,
  parseKey,
  rootOf,
  rootOfPath,
  verifies,
} from '../../../verify/verify.mjs'
import { readVectors } from '../ledger/vectors.ts'

type Rows<Row> = (Row & { why: string })[]
interface Path {
  index: number
  size: number
  leaf_hash: string
  proof: string[]
  root: string
}

const text = (hex: string) => Buffer.from(hex, 'hex').toString('latin1')
const hex = (bytes: string | undefined) => Buffer.from(bytes ?? '', 'latin1').toString('hex')
const merkle = readVectors('merkle.json') as {
  leaves: string[]
  roots: string[]
  inclusion: Path[]
  bad_inclusion: Rows<Path>
}
const notes = readVectors('notes.json') as {
  keys: Rows<{ vkey: string; ok: boolean }>
  notes: Rows<{ note?: string; trusted: string[]; result: string; verified: string[] }>
  checkpoints: Rows<{ text: string; ok: boolean; size?: number }>
}
const signatures = readVectors('rfc8032.json') as Record<'name' | 'public_key' | 'message' | 'signature', string>[]
const entries = readVectors('entries.json') as {
  name: string
  envelope: { [name: string]: unknown }
  canonical: string
  groups: Record<string, { bytes: string; nonce: string }>
  leaf: string
  record: string
}[]

/** `ok`, or why the verifier refuses. */
function whyOf(work: () => unknown): string {
  try {
    work()
    return 'ok'
  } catch (error) {
    return error instanceof Error && 'why' in error ? String(error.why) : `unexpected: ${String(error)}`
  }
}

describe('the tree of the verifier', () => {
  it('has the roots of RFC 6962, from no leaf on', () => {
    const tree: string[] = []
    for (const [size, root] of merkle.roots.entries()) {
      expect(rootOf(tree)).toBe(text(root))
      const leaf = merkle.leaves[size]
      if (leaf !== undefined) append(tree, size, leafHash(text(leaf)))
    }
  })

  it('takes every inclusion proof of up to eight leaves', () => {
    for (const { index, size, proof } of merkle.inclusion) {
      const hash = leafHash(text(merkle.leaves[index] ?? ''))
      expect(rootOfPath(index, size, hash, proof.map(text))).toBe(text(merkle.roots[size] ?? ''))
    }
  })

  it.each(merkle.bad_inclusion)('takes no proof with $why', ({ index, size, leaf_hash, proof, root }) => {
    expect(rootOfPath(index, size, text(leaf_hash), proof.map(text))).not.toBe(text(root))
  })
})

describe('the signatures of the verifier', () => {
  it.each(signatures)('RFC 8032, $name: hold, and over another message, or cut, do not', (row) => {
    const [key, message, signature] = [row.public_key, row.message, row.signature].map(text) as [string, string, string]
    expect(verifies(key, message, signature)).toBe(true)
    expect(verifies(key, `${message}x`, signature)).toBe(false)
    expect(verifies(key, message, signature.slice(1))).toBe(false)
  })
})

describe('keys, notes and checkpoints of the verifier', () => {
  it.each(notes.keys)('a key: $why', ({ vkey, ok }) => {
    expect(whyOf(() => parseKey(vkey))).toBe(ok ? 'ok' : 'malformed')
  })

  it.each(notes.notes.filter(({ note }) => note !== undefined))('a note: $why: $result', (row) => {
    const signed = new Set<string>()
    const why = whyOf(() => {
      for (const key of openNote(row.note ?? '', row.trusted.map(parseKey)).signed) signed.add(key.text)
    })
    const results = { malformed: 'ledger_malformed', wrong: 'ledger_evidence_invalid' }
    const none = signed.size === 0 ? 'ledger_signer_unknown' : 'ok'
    expect(results[why as keyof typeof results] ?? none).toBe(row.result)
    if (row.result === 'ok') expect([...signed].sort()).toEqual([...row.verified].sort())
  })

  it.each(notes.checkpoints)('a checkpoint: $why', ({ text: head, ok, size }) => {
    const read = () => openCheckpoint(`${head}\n— x AAAAAAAA\n`, [])
    expect(whyOf(read)).toBe(ok ? 'ok' : 'malformed')
    if (ok) expect(read().size).toBe(size)
  })
})

describe('entries of the verifier', () => {
  it.each(entries)('$name: its record gives the envelope, the openings and the leaf of the format', (row) => {
    const opened = openEntry(text(row.record))
    expect(opened.leaf).toBe(text(row.leaf))
    const shown = Object.keys(row.groups).filter((group) => row.envelope[`${group}_blob_digest`] !== null)
    expect(Object.keys(opened.openings)).toEqual(shown)
    for (const group of shown) expect(hex(opened.openings[group])).toBe(row.groups[group]?.bytes)
    const envelope = openEnvelope(text(row.canonical))
    expect(envelope).toEqual(opened.envelope)
    for (const [name, value] of Object.entries(row.envelope)) {
      const bytes = typeof value === 'string' && /^(log_id|id|.*_(digest|epoch|entry|request))$/.test(name)
      expect(bytes ? hex(envelope[name] as string) : envelope[name]).toEqual(
        bytes ? (value as string).replaceAll('-', '') : value,
      )
    }
  })

  it('are of a kind that the format knows', () => {
    const bytes = text(entries.find(({ envelope }) => envelope.kind === 'interaction')?.canonical ?? '')
    expect(openEnvelope(bytes).kind).toBe('interaction')
    expect(() => openEnvelope(bytes.replace('interaction', 'interactiom'))).toThrow('another version')
  })

  it('are refused where one byte of the record is another one', () => {
    const record = Buffer.from(entries.at(-1)?.record ?? '', 'hex')
    for (let at = 0; at < record.length; at++) {
      const changed = Buffer.from(record)
      changed[at] = (changed[at] ?? 0) ^ 1
      expect(() => openEntry(changed.toString('latin1')), `byte ${at}`).toThrow()
    }
    // Cut behind its envelope it shows less, which is no fault.
    for (let at = 0; at < 184 + record.readUInt32BE(180); at++) {
      expect(() => openEntry(record.toString('latin1', 0, at)), `cut at ${at}`).toThrow()
    }
    expect(() => openEntry(`${record.toString('latin1')}\0`)).toThrow()
  })
})
