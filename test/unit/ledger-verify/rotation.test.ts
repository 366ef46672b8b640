import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { toBase64 } from '../../../src/domain/ledger/bytes.ts'
import { encodeEnvelope } from '../../../src/domain/ledger/canonical.ts'
import { envelopeFromJson } from '../../../src/domain/ledger/envelope-json.ts'
import { jcs } from '../../../src/domain/ledger/json.ts'
import { verifyPath } from '../../../verify/verify.mjs'
import { readVectors } from '../ledger/vectors.ts'

interface Row {
  why: string
  envelope: Record<string, unknown>
  trusted: string[]
  result: string
}

const vectors = readVectors('rotations.json') as {
  origin: string
  rotations: Row[]
  openings: Row[]
  old: { vkey: string }
  new: { vkey: string }
}
const folder = mkdtempSync(join(tmpdir(), 'palimpsest-rotation-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A pack of a part of the log that begins behind an entry which opened a writer. */
function verify(envelope: Record<string, unknown>, trust: string[]) {
  const canonical = toBase64(encodeEnvelope(envelopeFromJson(envelope)))
  const place = { edge: null, chain: null, entries: 'all', openings: [canonical], beyond: [], faults: [] }
  const logs = [{ origin: vectors.origin, file: 'log-1.log', ...place }]
  const manifest = { format: 'palimpsest/v1/pack', signers: [], logs, members: [], not_proved: [] }
  writeFileSync(join(folder, 'manifest.json'), `${JSON.stringify(manifest)}\n`)
  return verifyPath(folder, { trust })
}

describe('the verifier, of an entry that brings a new log key in', () => {
  it.each(vectors.rotations)('$why: $result', async ({ envelope, trusted, result }) => {
    const { exit, notes, problems } = await verify(envelope, trusted)
    if (result === 'ledger_evidence_invalid') expect(problems[0]?.what).toMatch(/rotation|another writer/)
    expect(exit).toBe(result === 'ledger_evidence_invalid' ? 1 : 0)
    const told = notes.some((note) => note.includes(vectors.new.vkey) && note.includes('vouches for no key'))
    expect(told).toBe(result === 'ok' && !trusted.includes(vectors.new.vkey))
  })

  it('takes exactly its six members', async () => {
    const [row] = vectors.rotations as [Row]
    const detail = JSON.parse(row.envelope.detail as string) as { log_key_rotation: Record<string, unknown> }
    detail.log_key_rotation.more = 1
    const result = await verify({ ...row.envelope, detail: jcs(detail) }, row.trusted)
    expect(result.exit).toBe(1)
  })
})

describe('the verifier, of a writer that is opened in an overlap', () => {
  it.each(vectors.openings)('$why: $result', async ({ envelope, trusted, result }) => {
    expect((await verify(envelope, trusted)).exit).toBe(result === 'ledger_evidence_invalid' ? 1 : 0)
  })
})
