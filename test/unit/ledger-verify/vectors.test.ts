import { describe, expect, it } from 'vitest'
import {
  append,
  canonicalEnvelope,
  checkEntry,
  leafHash,
  openCheckpoint,
  openNote,
  parseKey,
  rootOf,
  rootOfPath,
  Signatures,
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
  envelope_nonce: string
  groups: Record<string, { bytes: string; nonce: string }>
  commitments: unknown
  leaf: string
}[]

/** `ok`, or why the verifier refuses. */
async function whyOf(work: () => unknown): Promise<string> {
  try {
    await work()
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
  it.each(signatures)('RFC 8032, $name: hold, and over another message do not', async (row) => {
    const checked = new Signatures()
    checked.add(text(row.public_key), text(row.message), text(row.signature), 'it')
    await checked.settle()
    checked.add(text(row.public_key), `${text(row.message)}x`, text(row.signature), 'it')
    expect(await whyOf(() => checked.settle())).toBe('wrong')
  })
})

describe('keys, notes and checkpoints of the verifier', () => {
  it.each(notes.keys)('a key: $why', async ({ vkey, ok }) => {
    expect(await whyOf(() => parseKey(vkey))).toBe(ok ? 'ok' : 'malformed')
  })

  it.each(notes.notes.filter(({ note }) => note !== undefined))('a note: $why: $result', async (row) => {
    const checked = new Signatures()
    const signed = new Set<string>()
    const why = await whyOf(async () => {
      const opened = openNote(row.note ?? '', row.trusted.map(parseKey), checked)
      for (const { key } of opened.signed) signed.add(key.text)
      await checked.settle()
    })
    const results = { malformed: 'ledger_malformed', wrong: 'ledger_evidence_invalid' }
    const none = signed.size === 0 ? 'ledger_signer_unknown' : 'ok'
    expect(results[why as keyof typeof results] ?? none).toBe(row.result)
    if (row.result === 'ok') expect([...signed].sort()).toEqual([...row.verified].sort())
  })

  it.each(notes.checkpoints)('a checkpoint: $why', async ({ text: head, ok, size }) => {
    const read = () => openCheckpoint(`${head}\n— x AAAAAAAA\n`, [], new Signatures())
    expect(await whyOf(read)).toBe(ok ? 'ok' : 'malformed')
    if (ok) expect(read().size).toBe(size)
  })
})

describe('entries of the verifier', () => {
  it.each(entries)('$name: canonical bytes, commitments and leaf are those of the format', (row) => {
    expect(canonicalEnvelope(row.envelope)).toBe(text(row.canonical))
    const shown = Object.entries(row.groups).filter(([group]) => row.envelope[`${group}_blob_digest`] !== null)
    const openings = shown.map(([group, { bytes, nonce }]) => [
      group,
      { bytes: Buffer.from(bytes, 'hex').toString('base64'), nonce },
    ])
    expect(checkEntry({ ...row, openings: Object.fromEntries(openings) })).toBe(text(row.leaf))
  })
})
