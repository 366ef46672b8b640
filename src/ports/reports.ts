import type { ReportFilters, ReportKind } from '../domain/reports/types.ts'
import type { Officer } from '../domain/requests/act-entry.ts'

export type ReportState = 'pending' | 'running' | 'completed' | 'failed'

export interface NewReport {
  id: string
  officer: Officer
  /** Milliseconds since the Unix epoch, as all times here. */
  requestedAt: number
  kind: ReportKind
  from: number
  /** Not in the period. */
  to: number
  filters: ReportFilters
  /** Orders the sample: chosen before anything is looked at. */
  seed: Uint8Array
  /** Id of the entry that will say that it was made, or that it could not be. */
  entryId: string
}

export interface StoredReport extends NewReport {
  state: ReportState
  /** What it is doing; null: nothing. */
  step: string | null
  /** What it waits for; null: nothing. */
  waitsFor: string | null
  body: ReportBodyFacts | null
  pack: StoredPack | null
  completedAt: number | null
  errorCode: string | null
  /** The entry that ends its pack, which may not be written yet; null: none is noted. */
  expiryEntry: string | null
  /** Since when nobody is given its pack; null: it stands. */
  expiredAt: number | null
}

/** What was made, before the ledger knows of it. */
export interface ReportBodyFacts {
  /** Name and digest of the object. */
  name: string
  sha256: Uint8Array
  manifestSha256: Uint8Array
  /** Entries that were read, and those of the tenant that are not accounted for. */
  entries: number
  missing: number
}

export interface StoredPack {
  name: string
  sha256: Uint8Array
  bytes: number
}

/** Thrown where another run makes this report, or it has ended. */
export class ReportSuperseded extends Error {
  constructor() {
    super('another run makes this report, or it has ended')
    this.name = 'ReportSuperseded'
  }
}

/** Reports that were asked for. Every method is durable when it returns. Safe for concurrent use. */
export interface Reports {
  create(draft: NewReport): Promise<void>
  /** Another tenant's report does not exist. */
  find(tenantId: string, id: string): Promise<StoredReport | undefined>
  /** Newest first, those that were asked for before report `before`; null: from the newest. */
  list(tenantId: string, before: string | null, limit: number): Promise<StoredReport[]>
  /** @throws Error where there is none. */
  open(id: string): Promise<StoredReport>
  /** From now on this run alone may note a body. False: it has ended. */
  begin(id: string, run: string): Promise<boolean>
  /** Says what it does and waits for, as long as it runs. */
  note(id: string, step: string, waitsFor: string | null): Promise<void>
  /** @throws ReportSuperseded */
  noteBody(id: string, run: string, body: ReportBodyFacts): Promise<void>
  /** From now on it can be read. Safe to repeat: the first pack stays. */
  complete(id: string, pack: StoredPack, completedAt: number): Promise<void>
  /** Ends one that is in one of these states; false: it is not. */
  fail(id: string, errorCode: string, from: readonly ('pending' | 'running')[]): Promise<boolean>
}
