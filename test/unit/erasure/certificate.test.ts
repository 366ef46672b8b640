import { createHash, createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../../../src/cli/verify.ts'
import { buildCertificate } from '../../../src/domain/erasure/certificate.ts'
import type { CertificateFacts } from '../../../src/domain/erasure/certificate-facts.ts'
import { certificateNote, encodeCertificate, verifyCertificate } from '../../../src/domain/erasure/certificate-file.ts'
import { certificatePaper } from '../../../src/domain/erasure/certificate-paper.ts'
import { ed25519Signer, rawPublicKey } from '../../../src/domain/ledger/ed25519.ts'
import { signNote } from '../../../src/domain/ledger/note.ts'
import { formatVkey, verifierKey } from '../../../src/domain/ledger/vkey.ts'

const LOG = 'palimpsest.local/acme/g1'
const FACTS: CertificateFacts = {
  case: '0190b5a4-0000-7000-8000-00000000aaaa',
  tenant: 'acme',
  log: LOG,
  issued_at: '2026-11-28T10:12:33.123Z',
  requested_by: 'acme-privacy',
  approved_by: 'acme-privacy-2',
  requested_at: '2026-11-27T08:00:00.000Z',
  deadline: '2026-12-27T08:00:00.000Z',
  announced_at: '2026-11-28T10:12:11.000Z',
  unreadable_since: '2026-11-28T10:12:12.500Z',
  completed_at: '2026-11-28T10:12:30.000Z',
  receipt: {
    number: 7,
    entries: ['0190b5a4-0000-7000-8000-00000000bbbb'],
    completed: '0190b5a4-0000-7000-8000-00000000cccc',
  },
  handles: ['del_4b7d1f60a2c94e0f8d3b5a6c7e8f9012'],
  counts: {
    subjects: 1,
    keys: 1,
    in_flight: 1,
    entries: 12345,
    values: 345,
    others_values: 12,
    texts_scanned: 250_000,
    texts_cut: 3,
    texts_unreadable: 2,
    archive_objects: null,
  },
  stores: [{ store: 'content', looked: 12345, found: 0, held: 0, sealed_tried: 100, sealed_destroyed: 100 }],
  kept_entries: 12345,
  recipients: [
    {
      provider: 'openai',
      entries: 12_000,
      unredacted: 0,
      missed_mentions: 3,
      first_at: '2026-01-02T00:00:00.000Z',
      last_at: '2026-11-20T00:00:00.000Z',
    },
  ],
  archive: { others_text_until: null },
  disclosures: 2,
  backups: { keystore_epochs: [{ epoch: 3, state: 'active', opens_until: '2027-01-05T00:00:00.000Z' }] },
}

function keyPair(name = LOG) {
  const { privateKey } = generateKeyPairSync('ed25519')
  const key = verifierKey(name, rawPublicKey(privateKey))
  return { key, signer: { name, keyId: key.keyId, sign: ed25519Signer(privateKey) } }
}

describe('the certificate of an erasure', () => {
  const { key, signer } = keyPair()
  let folder: string
  let file: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'palimpsest-certificate-'))
    const certificate = buildCertificate(FACTS)
    file = encodeCertificate(certificate, await signNote(certificateNote(certificate), [signer]))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const judge = async (text: string, ...args: string[]) => {
    const path = join(folder, 'certificate.json')
    writeFileSync(path, text)
    const lines: string[] = []
    const write = (line: string) => void lines.push(line)
    const exit = await run([path, ...args], { env: {}, write, warn: write })
    return { exit, said: lines.join('\n') }
  }

  it('holds under the key of the log it names, however its file is laid out', async () => {
    expect(verifyCertificate(file, [key]).signers).toEqual([formatVkey(key)])
    expect(verifyCertificate(JSON.stringify(JSON.parse(file), null, 2), [key]).certificate.case).toBe(FACTS.case)
    const { exit, said } = await judge(file, '--trust', formatVkey(key))
    expect(exit).toBe(0)
    expect(said).toContain('Not proved: that what the certificate says was done')
    const changed = await judge(file.replace('acme-privacy', 'somebody'), '--trust', formatVkey(key))
    expect(changed.said).toMatch(/^You trust the signer: .*\nIt does not hold\./)
  })

  it('does not hold where anything in it was changed', () => {
    fc.assert(
      fc.property(fc.nat({ max: file.length - 2 }), fc.integer({ min: 0x20, max: 0x7e }), (at, code) => {
        const changed = `${file.slice(0, at)}${String.fromCharCode(code)}${file.slice(at + 1)}`
        let json: unknown
        try {
          json = JSON.parse(changed)
        } catch {
          json = null
        }
        // Space outside a string, or another spelling of the same character, changes nothing of what it says.
        fc.pre(JSON.stringify(json) !== JSON.stringify(JSON.parse(file)))
        expect(() => verifyCertificate(changed, [key])).toThrow(/./)
      }),
      { numRuns: 300 },
    )
  })

  it.each([
    ['signed by another key', async () => ({ ...keyPair().signer })],
    ['signed by a trusted key of another log', async () => keyPair('palimpsest.local/other/g1').signer],
  ])('%s does not pass for this log’s', async (_, make) => {
    const certificate = buildCertificate(FACTS)
    const forged = encodeCertificate(certificate, await signNote(certificateNote(certificate), [await make()]))
    expect(() => verifyCertificate(forged, [key])).toThrow(/trusted key/)
  })

  it('signed by a key that is trusted for another log does not hold', async () => {
    const other = keyPair('palimpsest.local/other/g1')
    const certificate = buildCertificate(FACTS)
    const forged = encodeCertificate(certificate, await signNote(certificateNote(certificate), [other.signer]))
    expect(() => verifyCertificate(forged, [key, other.key])).toThrow(/not signed by a key of the log/)
  })

  it('cannot be made of a checkpoint, nor a checkpoint of it', async () => {
    const certificate = buildCertificate(FACTS)
    const checkpoint = await signNote(`${LOG}\n7\n${Buffer.alloc(32).toString('base64')}\n`, [signer])
    expect(() => verifyCertificate(encodeCertificate(certificate, checkpoint), [key])).toThrow(/three lines/)
    expect(certificateNote(certificate).split('\n')[0]).not.toBe(LOG)
  })

  it('is checked by the ten lines of the documentation', () => {
    const docs = readFileSync(new URL('../../../docs/erasure.md', import.meta.url), 'utf8')
    const code = /```js\n(\/\/ check-certificate\.mjs[\s\S]*?)```/.exec(docs)?.[1] ?? ''
    const lines = code.split('\n').filter((line) => /^const (?!\[file)/.test(line))
    expect(lines.length).toBeGreaterThan(0)
    expect(lines.length).toBeLessThanOrEqual(10)
    const body = lines.join('\n')
    const check = new Function('file', 'vkey', 'createHash', 'createPublicKey', 'verify', `${body}\nreturn holds`)
    const holds = (text: string, vkey: string) => check(text, vkey, createHash, createPublicKey, verify)
    expect(holds(file, formatVkey(key))).toBe(true)
    expect(holds(file.replace('"entries":12345', '"entries":12346'), formatVkey(key))).toBe(false)
    expect(holds(file, formatVkey(keyPair().key))).toBe(false)
  })

  it.each([
    ['a key that is not given', () => [file], 2],
    ['another key', () => [file, '--trust', formatVkey(keyPair().key)], 2],
    ['a change', () => [file.replace('acme-privacy', 'somebody'), '--trust', formatVkey(key)], 1],
    ['JSON of another kind', () => ['{"hello":1}', '--trust', formatVkey(key)], 1],
    ['half a file', () => [file.slice(0, 500), '--trust', formatVkey(key)], 1],
    ['nesting without end', () => [`{"certificate":${'['.repeat(100_000)}`, '--trust', formatVkey(key)], 1],
    ['half a character', () => [file.replace('acme-privacy', '\\ud800'), '--trust', formatVkey(key)], 1],
    ['a number beyond all', () => [file.replace('12345', '1e999'), '--trust', formatVkey(key)], 1],
  ] as const)('is not taken for good with %s', async (_, make, exit) => {
    const [text, ...args] = make()
    expect((await judge(text ?? '', ...args)).exit).toBe(exit)
  })

  it('never says that an authority accepts the destruction of keys, and names its grounds and limits', () => {
    const paper = certificatePaper({
      certificate: buildCertificate(FACTS),
      signature: 'x\n\n— y z\n',
      file,
      sha256: '0'.repeat(64),
    })
    const words = JSON.stringify(paper)
    expect(words).toMatch(/Art\. 17\(3\)\(b\)/)
    expect(words).toMatch(/Art\. 17\(3\)\(e\)/)
    expect(words).toMatch(/Art\. 19/)
    expect(words).toMatch(/for the competent authority and the courts to judge/)
    expect(words).not.toMatch(/compliant|accepted by|approved by (the|a) (regulator|authority)|guarantee/i)
  })

  it('says where the person is still named because of a hold on somebody else', () => {
    const stores = FACTS.stores.map((store) => ({ ...store, held: 2 }))
    const { retained } = buildCertificate({ ...FACTS, stores })
    expect(retained.map(({ what }) => what).join(' ')).toMatch(/2 texts and detected values of other people/)
    expect(JSON.stringify(buildCertificate(FACTS).retained)).not.toMatch(/still named/)
  })

  it('says that what was taken out of others’ entries is sealed under keys that live on', () => {
    const untouched = { ...FACTS, counts: { ...FACTS.counts, others_values: 0, texts_cut: 0 } }
    expect(buildCertificate(FACTS).not_looked_at.join(' ')).toMatch(/under the keys of those people, which still exist/)
    expect(buildCertificate(untouched).not_looked_at.join(' ')).not.toMatch(/those people/)
  })

  it('says that archived text of others was not opened and until when it stays, where there is any', () => {
    const cold = buildCertificate({ ...FACTS, archive: { others_text_until: '2027-02-03T00:00:00.000Z' } })
    expect(cold.not_looked_at.join(' ')).toMatch(
      /Archived text of other people.* the last of it on 3 February 2027 unless/,
    )
    expect(buildCertificate(FACTS).not_looked_at.join(' ')).not.toMatch(/Archived text/)
    expect(buildCertificate(FACTS).not_looked_at.join(' ')).toMatch(/Session ids and consent ids/)
  })

  it('of somebody who was not found says so, and claims no destruction', () => {
    const none = { ...FACTS.counts, subjects: 0, keys: 0, entries: 0, values: 0, others_values: 0, texts_cut: 0 }
    const nobody = { ...FACTS, counts: none, handles: [], kept_entries: 0, unreadable_since: null, recipients: [] }
    const { scope, retained } = buildCertificate({ ...nobody, disclosures: 0, backups: { keystore_epochs: [] } })
    expect(scope.join(' ')).toMatch(/^Nobody was found/)
    expect(scope.join(' ')).not.toMatch(/destroyed/)
    expect(retained).toHaveLength(1)
  })
})
