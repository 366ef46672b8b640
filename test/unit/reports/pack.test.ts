import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPaperPrinter } from '../../../src/adapters/pdf/paper-printer.ts'
import { createReportPacker } from '../../../src/adapters/reports/report-packer.ts'
import { run } from '../../../src/cli/verify.ts'
import { jcs } from '../../../src/domain/ledger/json.ts'
import { REPORT_MEMBERS, type ReportManifest } from '../../../src/domain/reports/pack-manifest.ts'
import type { ReportData } from '../../../src/domain/reports/types.ts'
import type { ReportEvidence } from '../../../src/ports/report-evidence.ts'
import { verifyPath, words } from '../../../verify/verify.mjs'
import {
  ARCHIVE,
  ENTRY,
  hex,
  type Members,
  type SealedPack,
  SHA,
  sealSamplePack,
} from '../../support/reports/sealed-pack.ts'

describe('a report’s pack', () => {
  const folder = mkdtempSync(join(tmpdir(), 'palimpsest-pack-'))
  let sealed: SealedPack
  let pack: string
  let members: Members
  beforeAll(async () => {
    sealed = await sealSamplePack(folder)
    ;({ pack, members } = sealed)
  }, 120_000)

  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('holds, and says what was counted again, what is proved and what is not', async () => {
    const result = await verifyPath(pack, { trust: [sealed.ledger.key] })
    expect(result.problems).toEqual([])
    expect(result.exit).toBe(0)
    const said = words(result)
    expect(said).toContain('table interactions: 400 rows counted')
    expect(said).toContain('the sample of 25 is what its seed gives for the 400 rows of interactions')
    expect(said).toContain('proofs that hold: 25 of 25 sampled entries, 1 of 1 archive')
    expect(said).toMatch(/the entry \S+ of test.local\/acme\/g1 names this manifest and lies under a signed checkpoint/)
    for (const limit of sealed.report.data.limits)
      expect(said).toContain(`Not proved: (the report's own words) ${limit}`)
    expect(result.not_proved.filter((what) => what.startsWith('what the workflow engine said of'))).toEqual([
      expect.stringMatching(/^what the workflow engine said of 24 sampled entries: /),
    ])
  })

  it('holds for the command, as a folder, and on faith without a key', async () => {
    const lines: string[] = []
    const io = { env: {}, write: (line: string) => lines.push(line), warn: () => undefined }
    expect(await run([pack, '--trust', sealed.ledger.key], io)).toBe(0)
    expect(lines[0]).toContain('You trust the signer')
    expect(await verifyPath(await unpack(members), { trust: [sealed.ledger.key] })).toMatchObject({ exit: 0 })
    const faith = await verifyPath(pack)
    expect(faith.exit).toBe(0)
    expect(words(faith).split('\n')[0]).toContain('taken on faith')
  })

  it('holds for one command with the files that travel in it, and says which of them is missing', async () => {
    const program = await unpack(new Map(['verify.mjs', 'verify-report.mjs'].map((name) => [name, members.get(name)!])))
    const verify = () =>
      spawnSync(process.execPath, [join(program, 'verify.mjs'), pack, '--trust', sealed.ledger.key], {
        encoding: 'utf8',
      })
    expect(verify()).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('table interactions: 400 rows counted'),
    })
    rmSync(join(program, 'verify-report.mjs'))
    const { status, stdout } = verify()
    expect(status).toBe(2)
    expect(stdout).toContain('It could not be judged.\nunjudged: evidence: A report is checked with verify-report.mjs')
  })

  it('does not hold for somebody who trusts another key', async () => {
    const { exit, problems } = await verifyPath(pack, { trust: [sealed.foreign.key] })
    expect(exit).toBe(1)
    expect(problems[0]?.what).toMatch(/signed by nobody trusted/)
  })

  it('of which any one member is changed, dropped or exchanged does not hold, and the member is named', async () => {
    const tried = { changed: 0, dropped: 0 }
    for (const name of members.keys()) {
      for (const how of ['changed', 'dropped'] as const) {
        const other = new Map(members)
        const bytes = Buffer.from(members.get(name)!)
        bytes[Math.floor(bytes.length / 2)]! ^= 1
        if (how === 'changed') other.set(name, bytes)
        else other.delete(name)
        const { exit, problems } = await verifyPath(await unpack(other), { trust: [sealed.ledger.key] })
        const said = problems.map(({ what }) => what).join('\n')
        // A folder without a manifest is no pack at all: what a zip file that names one is, is held elsewhere.
        if (name === REPORT_MEMBERS.manifest && how === 'dropped') expect(exit).toBe(2)
        else expect([name, how, exit]).toEqual([name, how, 1])
        const named = name === REPORT_MEMBERS.manifest ? /manifest|malformed/ : new RegExp(escape(name))
        expect(said).toMatch(named)
        tried[how]++
      }
    }
    expect(tried.changed).toBe(members.size)
    expect(members.size).toBeGreaterThan(40)
  }, 240_000)

  it('with a member besides does not hold, and the member is named', async () => {
    const { exit, problems } = await verifyPath(
      await unpack(new Map([...members, ['data/more.csv', Buffer.from('id\n')]])),
    )
    expect(exit).toBe(1)
    expect(problems).toMatchObject([{ kind: 'inserted', what: 'The member data/more.csv is not in the manifest.' }])
  })

  const [first, second] = [0, 1]
  const csv = (change: (text: string) => string) => (all: Members) =>
    edit(all, REPORT_MEMBERS.csv('interactions'), change)
  const manifest = (change: (value: Mutable<ReportManifest>) => void) => (all: Members) => {
    const value = JSON.parse(String(all.get('manifest.json'))) as Mutable<ReportManifest>
    change(value)
    all.set('manifest.json', Buffer.from(jcs(value)))
  }
  const sampled = (at: number) => sealed.report.data.sample.entries[at] as string
  const proofOf = (at: number) => REPORT_MEMBERS.entryProof(sampled(at))
  const cell = (text: string, id: string, at: number, value: string) =>
    text.replace(new RegExp(`^${id}.*$`, 'm'), (line) => line.split(',').with(at, value).join(','))

  /** What somebody does who writes a manifest that fits; the manifest itself is not the one of the ledger then, and the rest is named too. */
  const forged: readonly (readonly [string, (all: Members) => void, RegExp])[] = [
    [
      'a cell of a sampled row',
      csv((text) => cell(text, sampled(0), 3, 'other_tool')),
      /row of the sampled entry \S+ is not what the ledger says of it: tool/,
    ],
    [
      'a cost, with a total that fits no more',
      csv((text) => cell(text, sampled(0), 11, '9.9900000000')),
      /table interactions \(data.interactions.csv\): its column cost_usd sums up to \S+, and the manifest says/,
    ],
    [
      'a row less',
      csv((text) => text.replace(/.*\n$/, '')),
      /table interactions \(data.interactions.csv\): it has 399 rows, and the manifest says 400/,
    ],
    [
      'a row twice',
      csv((text) => `${text}${text.trimEnd().split('\n').at(-1)}\n`),
      /table interactions \(data.interactions.csv\): it has 401 rows/,
    ],
    ['a cell that is no number', csv((text) => cell(text, sampled(0), 11, 'free')), /no number in the column cost_usd/],
    [
      'a column of another name',
      csv((text) => text.replace('tool', 'tools')),
      /its columns are not those of the manifest/,
    ],
    [
      'a quote that does not end',
      csv((text) => `${text}"`),
      /table interactions \(data.interactions.csv\): it is no CSV file/,
    ],
    [
      'a total',
      manifest((value) => set(value.tables[3]!.control_totals, 'cost_usd', '1.0000000000')),
      /column cost_usd sums up to/,
    ],
    [
      'the number of rows',
      manifest((value) => set(value.tables[0]!, 'rows', 7)),
      /table by-month \(data.by-month.csv\): it has \d+ rows?, and the manifest says 7/,
    ],
    [
      'the query',
      manifest((value) => set(value.tables[0]!, 'query', 'SELECT 1')),
      /queries\/by-month.sql is not the query/,
    ],
    ['the sample', manifest((value) => value.sample.entries.reverse()), /sample is not what its seed gives/],
    ['the seed', manifest((value) => set(value.sample, 'seed', '00')), /sample is not what its seed gives/],
    ['the population', manifest((value) => set(value.sample, 'population', 9000)), /population is 9000/],
    [
      'the statement of completeness',
      manifest((value) => set(value.completeness, 'written', 1)),
      /completeness does not add up/,
    ],
    [
      'a source',
      manifest((value) => set(value.sources[1]!, 'sha256', '00'.repeat(32))),
      /source archive\/standard.* is not an object of/,
    ],
    [
      'the archive of a source',
      manifest((value) => set(value.sources[1]!, 'archive', ENTRY)),
      /archive of the source \S+ is not among those of the manifest/,
    ],
    [
      'an archive that is not named',
      manifest((value) => set(value.archives[0]!, 'sha256', '00'.repeat(32))),
      /archive's manifest .* is not the one that this manifest names/,
    ],
    [
      'the period',
      manifest((value) => set(value.period, 'from', '2020-01-01T00:00:00.000Z')),
      /^The manifest is not the one that the entry/m,
    ],
    [
      'the person who asked',
      manifest((value) => set(value, 'requested_by', 'key_other')),
      /^The manifest is not the one that the entry/m,
    ],
    ['the tenant', manifest((value) => set(value, 'tenant', 'other')), /of another tenant/],
    ['the report’s id', manifest((value) => set(value, 'id', ARCHIVE)), /which is of another report/],
    ['two proofs that changed places', (all) => swap(all, proofOf(first), proofOf(second)), /is of another entry/],
    [
      'a proof of another tenant',
      (all) => all.set(proofOf(0), Buffer.from(sealed.foreignProof)),
      /signed by nobody trusted|another tenant/,
    ],
    [
      'an entry’s proof for the report’s',
      (all) => all.set(REPORT_MEMBERS.proof, all.get(proofOf(0))!),
      /which is none of a report/,
    ],
    [
      'the archive’s proof for an entry’s',
      (all) => all.set(proofOf(0), all.get(REPORT_MEMBERS.archiveProof(ARCHIVE))!),
      /is of another entry/,
    ],
    [
      'an archive’s manifest',
      (all) => edit(all, REPORT_MEMBERS.archiveManifest(ARCHIVE), (text) => text.replace(SHA, '00'.repeat(32))),
      /archive's manifest archives\/\S+ is not the one/,
    ],
    [
      'another paper',
      (all) => all.set('report.pdf', Buffer.from('%PDF-1.7')),
      /^The manifest is not the one that the entry/m,
    ],
    [
      'another history',
      (all) => all.set(REPORT_MEMBERS.history(sampled(0), 'run-1'), Buffer.from('{}')),
      /^The manifest is not the one that the entry/m,
    ],
  ]
  it.each(forged)('in which %s is forged, hashes included, does not hold and says so', async (_, forge, said) => {
    const all = new Map(members)
    forge(all)
    const { exit, problems } = await verifyPath(await unpack(fitting(all)), { trust: [sealed.ledger.key] })
    const whats = problems.map(({ what }) => what).join('\n')
    expect(whats).toMatch(said)
    expect(exit).toBe(1)
  })

  it('whose table has no file is not made', async () => {
    const data: ReportData = { ...sealed.report.data, tables: [{ ...sealed.report.data.tables[0]!, name: 'nothing' }] }
    const options = { evidence: {} as ReportEvidence, printer: createPaperPrinter(), tools: [], versions: {} }
    await expect(createReportPacker(options).buildBody(folder, data)).rejects.toMatchObject({
      code: 'report_data_missing',
    })
  })

  let made = 0
  /** As a folder, which the verifier reads like a zip file. */
  async function unpack(all: Members): Promise<string> {
    const to = join(folder, `unpacked-${made++}`)
    for (const [name, bytes] of all) {
      mkdirSync(dirname(join(to, name)), { recursive: true })
      writeFileSync(join(to, name), bytes)
    }
    return to
  }
})

type Mutable<T> = T extends readonly (infer Item)[]
  ? Mutable<Item>[]
  : T extends object
    ? { -readonly [K in keyof T]: Mutable<T[K]> }
    : T

const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
const set = <T, K extends keyof T>(target: T, name: K, value: T[K]) => {
  target[name] = value
}
const edit = (all: Members, name: string, change: (text: string) => string) =>
  void all.set(name, Buffer.from(change(String(all.get(name)))))

function swap(all: Members, one: string, other: string): void {
  const kept = all.get(one)!
  all.set(one, all.get(other)!)
  all.set(other, kept)
}

/** With a manifest whose hashes fit the members. */
function fitting(all: Members): Members {
  const manifest = JSON.parse(String(all.get('manifest.json'))) as Mutable<ReportManifest>
  for (const member of manifest.members) {
    const bytes = all.get(member.name)!
    Object.assign(member, { bytes: bytes.length, sha256: hex(bytes) })
  }
  return new Map([...all, ['manifest.json', Buffer.from(jcs(manifest))]])
}
