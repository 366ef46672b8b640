import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { createPaperPrinter } from '../../../src/adapters/pdf/paper-printer.ts'
import { createReportPacker } from '../../../src/adapters/reports/report-packer.ts'
import { readReportTools } from '../../../src/adapters/reports/report-tools.ts'
import { uuidv7 } from '../../../src/domain/ids/uuidv7.ts'
import { factEntry } from '../../../src/domain/ledger/fact-entry.ts'
import { jcs } from '../../../src/domain/ledger/json.ts'
import { reportDetail } from '../../../src/domain/reports/pack-manifest.ts'
import {
  ARCHIVE_FORMAT,
  type ArchiveManifest,
  archiveDetail,
  encodeManifest,
  ROW_ORDER,
} from '../../../src/domain/retention/manifest.ts'
import type { ReportEvidence } from '../../../src/ports/report-evidence.ts'
import { openPath } from '../../../verify/verify.mjs'
import { MemoryLedger } from './memory-ledger.ts'
import { FROM, type SampleReport, writeSampleReport } from './sample-report.ts'

const OBJECT = 'archive/standard/facts/acme.12345678/2026-07-01/0001.parquet'
/** Of the archived object, of the entry of its manifest, and of the report's own entry. */
export const SHA = createHash('sha256').update('an object').digest('hex')
export const ARCHIVE = uuidv7(FROM, Buffer.alloc(10, 7))
export const ENTRY = uuidv7(FROM, Buffer.alloc(10, 9))
const HISTORY = '{"events":[]}'

/** A pack's members by their names. */
export type Members = Map<string, Buffer>

/** A manifest of the archive as it is written there. */
const ARCHIVED: ArchiveManifest = {
  format: ARCHIVE_FORMAT,
  ...{ tenant: 'acme', retention_class: 'standard', from_day: '2026-07-01', below_day: '2026-07-02', generation: 1 },
  ...{ entry: ARCHIVE, supersedes: null, order: ROW_ORDER, columns: {}, digests: {}, versions: {}, leaves: [] },
  objects: [{ name: OBJECT, part: 'facts', bytes: 9, sha256: SHA, rows: 0 }],
  totals: {
    ...{ entries: 0, first_id: null, last_id: null, sums: {}, counts: {} },
    content: { rows: 0, blobs: {}, coverage: 0 },
  },
  merkle_root: SHA,
  verified: {
    read_back: true,
    envelopes: { checked: 0, of: 0, chosen: 'all', seed: '' },
    blobs: { checked: 0, cut: 0 },
  },
  made_at: '2026-09-01T00:00:00.000Z',
}

export const hex = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const fact = (tenantId: string, id: string, kind: 'archive' | 'report', detail: unknown) =>
  factEntry({
    ...{ id, kind, detail: jcs(detail), tenant_id: tenantId, status: 'completed', retention_class: 'proof' },
    occurred_at: BigInt(FROM) * 1000n,
  })

export interface SealedPack {
  /** The zip file. */
  pack: string
  members: Members
  report: SampleReport
  /** The log that the report is anchored in. */
  ledger: MemoryLedger
  /** A log of somebody else with the same calls, and its proof of the first that was sampled. */
  foreign: MemoryLedger
  foreignProof: string
}

/** A report of 400 calls and an archived object with its paper, proofs and a history, sealed as a pack in the folder. */
export async function sealSamplePack(folder: string): Promise<SealedPack> {
  const ledger = new MemoryLedger('acme')
  const foreign = new MemoryLedger('other')
  const report = writeSampleReport(folder, { calls: 400 })
  const { data, drafts } = report
  data.sources = [
    ...data.sources,
    { ...data.sources[0]!, name: OBJECT, sha256: SHA, entries: 0, costUsd: '0.0000000000' },
  ]
  const manifest = encodeManifest(ARCHIVED)
  const evidence: ReportEvidence = {
    signers: async () => [ledger.key],
    proof: async (_, id) => ledger.proof(id),
    histories: async (_, id) => (id === data.sample.entries[0] ? [{ runId: 'run-1', history: HISTORY }] : []),
    archiveManifest: async (_, name) => (name === OBJECT ? { entry: ARCHIVE, bytes: manifest } : undefined),
  }
  await ledger.append([
    ...drafts,
    fact('acme', ARCHIVE, 'archive', archiveDetail(ARCHIVED, { name: 'a-manifest.json', sha256: hex(manifest) })),
  ])
  const tools = readReportTools()
  const packer = createReportPacker({ evidence, printer: createPaperPrinter(), tools, versions: { temporal: '1' } })
  const { manifestSha256, file } = await packer.buildBody(folder, data)
  const seal = { tenantId: 'acme', entryId: ENTRY, body: file.path, pack: join(folder, 'pack.zip') }
  await expect(packer.sealPack(seal)).rejects.toMatchObject({ code: 'report_not_anchored' })
  await ledger.append([fact('acme', ENTRY, 'report', reportDetail(data.id, manifestSha256))])
  const sealed = await packer.sealPack(seal)
  const pack = sealed.path
  expect(hex(readFileSync(pack))).toBe(Buffer.from(sealed.sha256).toString('hex'))
  await foreign.append(drafts.map((draft) => ({ ...draft, envelope: { ...draft.envelope, tenant_id: 'other' } })))
  const foreignProof = (await foreign.proof(data.sample.entries[0]!)) ?? ''
  return { pack, members: await read(pack), report, ledger, foreign, foreignProof }
}

async function read(path: string): Promise<Members> {
  const files = await openPath(path)
  if (typeof files === 'string') throw new Error('this is no pack')
  const all: Members = new Map()
  for (const name of files.names) {
    const chunks: Uint8Array[] = []
    for await (const chunk of files.open(name)) chunks.push(chunk)
    all.set(name, Buffer.concat(chunks))
  }
  return all
}
