import { hash } from 'node:crypto'
import { compareTexts } from '../ledger/check-envelope.ts'
import { jcs } from '../ledger/json.ts'
import type { ControlEvidence, ReportData, ReportKind, ReportTable } from './types.ts'

export const REPORT_FORMAT = 'palimpsest-report-1'

/** Where the members of a report's pack stand. */
export const REPORT_MEMBERS = {
  manifest: 'manifest.json',
  paper: 'report.pdf',
  keys: 'keys.txt',
  /** The only member that the manifest cannot name by its hash: the entry that it proves holds the manifest's. */
  proof: 'proofs/report.tlog-proof',
  csv: (table: string) => `data/${table}.csv`,
  json: (table: string) => `data/${table}.json`,
  query: (table: string) => `queries/${table}.sql`,
  entryProof: (entry: string) => `proofs/entries/${entry}.tlog-proof`,
  archiveProof: (entry: string) => `proofs/archives/${entry}.tlog-proof`,
  archiveManifest: (entry: string) => `archives/${entry}.json`,
  history: (entry: string, run: string) => `histories/${entry}/${run}.json`,
} as const

/** The table whose column `id` is the population of the sample, where its rows are all of it. */
export const POPULATION_TABLE = 'interactions'

export interface ReportMember {
  name: string
  bytes: number
  /** Hex. */
  sha256: string
}

/** A manifest of the archive whose objects the report read, with the entry that holds its digest. */
export interface ReadArchive {
  entry: string
  sha256: string
}

/** What should be in the pack and could not be had. */
export interface Absent {
  what: 'proof' | 'history' | 'archive manifest'
  /** Of an entry, or the name of an object. */
  of: string
  why: string
}

/** `manifest.json` of a report's pack, written as JCS (RFC 8785); in the ledger stands its SHA-256. Times are ISO 8601, UTC. */
export interface ReportManifest {
  format: typeof REPORT_FORMAT
  id: string
  kind: ReportKind
  title: string
  tenant: string
  /** Below is not in it. */
  period: { from: string; below: string }
  filters: ReportData['filters']
  requested_by: string
  requested_at: string
  watermark: string
  made_at: string
  summary: ReportData['summary']
  tables: readonly (Pick<
    ReportTable,
    'name' | 'title' | 'columns' | 'query' | 'fingerprint' | 'parameters' | 'rows'
  > & {
    control_totals: ReportTable['controlTotals']
  })[]
  controls: readonly (Omit<ControlEvidence, 'doesNotShow'> & { does_not_show: string })[]
  sources: readonly {
    name: string
    sha256: string | null
    entries: number
    cost_usd: string
    prompt_tokens: string
    response_tokens: string
    /** The entry of the manifest that names the object; null: the database, or a manifest that could not be had. */
    archive: string | null
  }[]
  completeness: {
    written: number
    in_database: number
    archived: number
    expired: number
    missing: number
    sequence_gaps: readonly { writer_epoch: string; from: number; to: number }[]
    restore_pending: readonly string[]
  }
  sample: {
    seed: string
    population: number
    /** Null: the population's ids are not in the pack. */
    table: string | null
    entries: readonly string[]
  }
  archives: readonly ReadArchive[]
  absent: readonly Absent[]
  limits: readonly string[]
  versions: Readonly<Record<string, string>>
  /** Verifier keys of the tenant's logs; whoever verifies brings their own. */
  signers: readonly string[]
  /** Every member but the manifest and the proof of the report's own entry, ordered by name. */
  members: readonly ReportMember[]
}

/** What a pack has beside the report itself. */
export interface PackParts {
  archives: readonly ReadArchive[]
  /** By the name of an object, the entry of its manifest. */
  archiveOf: ReadonlyMap<string, string>
  absent: readonly Absent[]
  versions: Readonly<Record<string, string>>
  signers: readonly string[]
  members: readonly ReportMember[]
}

export function reportManifest(data: ReportData, parts: PackParts): ReportManifest {
  const { completeness, sample } = data
  const population = data.tables.find(({ name, columns }) => name === POPULATION_TABLE && columns.some(isId))
  return {
    format: REPORT_FORMAT,
    id: data.id,
    kind: data.kind,
    title: data.title,
    tenant: data.tenantId,
    period: { from: iso(data.from), below: iso(data.to) },
    filters: data.filters,
    requested_by: data.requestedBy,
    requested_at: iso(data.requestedAt),
    watermark: iso(data.watermark),
    made_at: iso(data.madeAt),
    summary: data.summary,
    tables: data.tables.map(({ name, title, columns, query, fingerprint, parameters, rows, controlTotals }) => ({
      ...{ name, title, columns, query, fingerprint, parameters, rows },
      control_totals: controlTotals,
    })),
    controls: data.controls.map(({ doesNotShow, ...control }) => ({ ...control, does_not_show: doesNotShow })),
    sources: data.sources.map(({ name, sha256, entries, costUsd, promptTokens, responseTokens }) => ({
      ...{ name, sha256, entries, cost_usd: costUsd, prompt_tokens: promptTokens, response_tokens: responseTokens },
      archive: parts.archiveOf.get(name) ?? null,
    })),
    completeness: {
      written: completeness.written,
      in_database: completeness.inDatabase,
      archived: completeness.archived,
      expired: completeness.expired,
      missing: completeness.missing,
      sequence_gaps: completeness.sequenceGaps.map(({ writerEpoch, from, to }) => ({
        writer_epoch: writerEpoch,
        from,
        to,
      })),
      restore_pending: completeness.restorePending,
    },
    sample: {
      seed: sample.seed,
      population: sample.population,
      table: population?.rows === sample.population ? population.name : null,
      entries: sample.entries,
    },
    archives: parts.archives,
    absent: parts.absent,
    limits: data.limits,
    versions: parts.versions,
    signers: parts.signers,
    members: [...parts.members].sort((a, b) => compareTexts(a.name, b.name)),
  }
}

/** The bytes that are packed, whose SHA-256 the entry holds. */
export function encodeReportManifest(manifest: ReportManifest): Buffer {
  return Buffer.from(jcs(manifest), 'utf8')
}

/** What the ledger says of a report: the member `report` of the detail of its entry, from which a verifier goes to the pack. */
export interface ReportDetail {
  report: { id: string; manifest_sha256: string }
}

export function reportDetail(id: string, manifestSha256: Uint8Array): ReportDetail {
  return { report: { id, manifest_sha256: Buffer.from(manifestSha256).toString('hex') } }
}

/** Where an entry stands in a sample, `sampleSql`: SHA-256 over the texts of seed (hex) and id; the lowest are taken. */
export function sampleRank(seed: string, id: string): string {
  return hash('sha256', `${seed}${id}`)
}

function isId({ name }: { name: string }): boolean {
  return name === 'id'
}

function iso(at: number): string {
  return new Date(at).toISOString()
}
