import type { Question, Scope } from '../domain/reports/question.ts'
import type { Register } from '../domain/reports/register.ts'
import type { Completeness, ReportSample, ReportSource, ReportTable } from '../domain/reports/types.ts'

export interface FactsJob {
  scope: Scope
  /** In order: a question may read the answers of those before it. */
  questions: readonly Question[]
  /** Entries that a sample is drawn from, as a condition with `{period}` or `{calls}`. */
  population: string
  /** Hex. */
  seed: string
  register: Register
}

export interface FactsAnswer {
  /** When the database was read, by its own clock, in milliseconds since the Unix epoch. */
  watermark: number
  tables: readonly ReportTable[]
  sources: readonly ReportSource[]
  completeness: Completeness
  sample: ReportSample
}

/** Thrown where archived objects have to be restored from a deeper class first; that has been asked for. */
export class RestorePending extends Error {
  readonly code = 'archive_restore_pending'
  readonly objects: readonly string[]

  constructor(objects: readonly string[]) {
    super('archived objects are being restored')
    this.name = 'RestorePending'
    this.objects = objects
  }
}

/**
 * Asks questions of a tenant's entries in the database and in the archive, each entry counted once. What is in the database is read
 * in one snapshot; a period counts as archived once its manifest is anchored. Only reads. Safe for concurrent use.
 */
export interface FactsQuery {
  /**
   * Writes `data/<table>.csv` and `data/<table>.json` of every question into `folder`, which is private and empty.
   * @throws RestorePending
   */
  run(job: FactsJob, folder: string, signal: AbortSignal): Promise<FactsAnswer>
}
