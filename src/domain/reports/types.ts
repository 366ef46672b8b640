export const REPORT_KINDS = [
  'soc2',
  'pii-interactions',
  'cost',
  'disclosures',
  'erasures',
  'residency',
  'hipaa',
  'hints',
] as const
export type ReportKind = (typeof REPORT_KINDS)[number]

export interface ReportFilters {
  /** The pseudonym of the person; who asked by a user id is told it, the report never. */
  subject: string | null
  tool: string | null
  /** The model that answered, or that was asked for where none did. */
  model: string | null
  /** True: only entries in which personal data was found; false: only the others. */
  pii: boolean | null
}

/** One question that a report asks of the entries, and what came of it. */
export interface ReportTable {
  /** Of its files: `data/<name>.csv` and `data/<name>.json`; small letters, digits and dashes. */
  name: string
  title: string
  /** Name, and what it is in words: unit, time zone, where it comes from. */
  columns: readonly { name: string; type: 'text' | 'integer' | 'decimal' | 'time' | 'boolean'; meaning: string }[]
  /** As it ran, with `$1` … for parameters. */
  query: string
  /** Of PostgreSQL's parser (libpg_query): the same for queries that differ in constants only. */
  fingerprint: string
  parameters: readonly { name: string; value: string | boolean | null }[]
  rows: number
  /** Sums over the table's numeric columns, as decimal text. */
  controlTotals: Readonly<Record<string, string>>
  /** The first rows, for the paper; all of them where there are few. */
  preview: readonly (readonly (string | number | boolean | null)[])[]
}

export interface ReportChart {
  title: string
  kind: 'bar' | 'stacked-bar' | 'line'
  /** Along the x axis. */
  categories: readonly string[]
  series: readonly { name: string; values: readonly number[] }[]
  /** Of the y axis. */
  unit: string
}

/** What one control of a standard is shown by. */
export interface ControlEvidence {
  /** e.g. `SOC 2`, `HIPAA`, `GDPR`. */
  standard: string
  /** e.g. `CC7.2`, `164.528`, `Art. 17`. */
  control: string
  title: string
  /** Names of tables. */
  tables: readonly string[]
  shows: string
  doesNotShow: string
}

/** Where the rows came from, each counted once. */
export interface ReportSource {
  /** `database`, or the name of an archived object. */
  name: string
  /** Hex; null: the database. */
  sha256: string | null
  entries: number
  costUsd: string
  promptTokens: string
  responseTokens: string
}

/** Whether all that was written is accounted for, over the whole of the tenant's logs. */
export interface Completeness {
  /** Entries of which the ledger has a leaf. */
  written: number
  inDatabase: number
  archived: number
  /** Removed at the end of their life, by manifests. */
  expired: number
  /** written − inDatabase − archived − expired: 0 where nothing is missing. */
  missing: number
  /** Numbers that a writer skipped, by epoch. */
  sequenceGaps: readonly { writerEpoch: string; from: number; to: number }[]
  /** Archived objects that could not be read yet: they are being restored from a deeper class. */
  restorePending: readonly string[]
}

export interface ReportSample {
  /** Hex; entry ids are ordered by SHA-256(seed ‖ id), and the first ones taken. */
  seed: string
  population: number
  entries: readonly string[]
}

/** A report as it was made: everything that its pack shows but the proofs. Never an identity. */
export interface ReportData {
  id: string
  kind: ReportKind
  title: string
  tenantId: string
  /** Milliseconds since the Unix epoch; `from` is in the period, `to` no more. */
  from: number
  to: number
  filters: ReportFilters
  /** The API key that asked. */
  requestedBy: string
  requestedAt: number
  /** When the database was read; what was written later is not in it. */
  watermark: number
  madeAt: number
  gatewayVersion: string
  /** Few lines that say what came out. */
  summary: readonly (readonly [name: string, value: string])[]
  tables: readonly ReportTable[]
  charts: readonly ReportChart[]
  controls: readonly ControlEvidence[]
  sources: readonly ReportSource[]
  completeness: Completeness
  sample: ReportSample
  /** What it does not show, in sentences. */
  limits: readonly string[]
}
