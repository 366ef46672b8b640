import type { Config, KeyIdentity } from '../config/types.ts'
import type { PriceTable } from '../domain/cost/price.ts'
import type { OfferedModels } from '../domain/routing/list-models.ts'
import type { ApiKeys } from '../ports/api-keys.ts'
import type { ArchivePeriods } from '../ports/archive-periods.ts'
import type { ArchiveObjects } from '../ports/archive-reader.ts'
import type { ArchiveRuns } from '../ports/archive-runs.ts'
import type { Benchmarks } from '../ports/benchmarks.ts'
import type { Budgets } from '../ports/budgets.ts'
import type { Consents } from '../ports/consents.ts'
import type { CostLedger } from '../ports/cost-ledger.ts'
import type { DisclosureAccounts } from '../ports/disclosure-accounts.ts'
import type { ErasureCases } from '../ports/erasure-cases.ts'
import type { ErasureStarter } from '../ports/erasure-starter.ts'
import type { EvidencePacker } from '../ports/evidence.ts'
import type { ExportStarter } from '../ports/export-starter.ts'
import type { Hints } from '../ports/hints.ts'
import type { HistorySources } from '../ports/history-archive.ts'
import type { IdentityProviders } from '../ports/identity-providers.ts'
import type { InFlightRegistry } from '../ports/in-flight-registry.ts'
import type { InvoiceReader } from '../ports/invoice-reader.ts'
import type { KeyService } from '../ports/key-service.ts'
import type { LedgerReader } from '../ports/ledger-reader.ts'
import type { LedgerWriter } from '../ports/ledger-writer.ts'
import type { LegalHolds } from '../ports/legal-holds.ts'
import type { PaperPrinter } from '../ports/paper-printer.ts'
import type { PersonSessions } from '../ports/person-sessions.ts'
import type { PiiEngine } from '../ports/pii-engine.ts'
import type { RateLimiter } from '../ports/rate-limiter.ts'
import type { ReportStarter } from '../ports/report-starter.ts'
import type { Reports } from '../ports/reports.ts'
import type { RequestPolicy } from '../ports/request-policy.ts'
import type { RequestStarter } from '../ports/request-starter.ts'
import type { RequestStore } from '../ports/request-store.ts'
import type { SubjectDirectory } from '../ports/subject-directory.ts'
import type { SubjectExports } from '../ports/subject-exports.ts'
import type { TenantPolicies } from '../ports/tenant-policies.ts'
import type { ErasureGate } from '../ports/tombstones.ts'
import type { Tracing } from '../ports/tracing.ts'
import type { Admission } from './admission.ts'
import type { BodyRoom } from './body-room.ts'
import type { Hear } from './inner-call.ts'
import type { Metrics } from './metrics.ts'
import type { PolicyDesk } from './policies/policy-desk.ts'
import type { SqlDesk } from './sql/desk.ts'

/** Fields of a log line: ids, counts, codes and names. Never text of a request. */
export type LogFields = Record<string, string | number | boolean | null | undefined>

export interface Log {
  info(fields: LogFields, message: string): void
  warn(fields: LogFields, message: string): void
  error(fields: LogFields, message: string): void
}

export interface DependencyState {
  name: string
  ok: boolean
  /** What to do, where it is not. */
  fix?: string
  /** Requests are served without it. */
  optional?: true
}

/** What the API stands on. */
export interface ApiDeps {
  config: Config
  policy: RequestPolicy
  policies: TenantPolicies
  policyDesk: PolicyDesk
  apiKeys: ApiKeys
  identityProviders: IdentityProviders
  sessions: PersonSessions
  keys: KeyService
  gate: ErasureGate
  subjects: SubjectDirectory
  store: RequestStore
  starter: RequestStarter
  histories: HistorySources
  archivePeriods: ArchivePeriods
  archiveRuns: ArchiveRuns
  /** Brings the archive store's own rules to what the policies ask; gives what differs all the same. */
  keepLifecycle(): Promise<readonly string[]>
  erasures: { cases: ErasureCases; starter: ErasureStarter }
  /** Identifiers may be of any type, because another engine finds types that are not listed here. */
  anyEntityType: boolean
  holds: LegalHolds
  exports: SubjectExports
  exportStarter: ExportStarter
  disclosureAccounts: DisclosureAccounts
  reports: Reports
  reportStarter: ReportStarter
  benchmarks: Benchmarks
  /** Statements that others wrote. */
  sql: SqlDesk
  consents: Consents
  hints: Hints
  costs: CostLedger
  prices: PriceTable
  budgets: Budgets
  readInvoice: InvoiceReader
  archiveObjects: ArchiveObjects
  printer: PaperPrinter
  entries: LedgerReader
  ledger: LedgerWriter
  evidence: EvidencePacker
  engine: PiiEngine
  inFlight: InFlightRegistry
  bodies: BodyRoom
  limiter: RateLimiter
  admission: Admission
  metrics: Metrics
  /** Null: nothing is traced. */
  tracing: Tracing | null
  log: Log
  /** What the providers say they offer, remembered for a while. Does not throw. */
  offeredModels(): Promise<OfferedModels>
  /** Asks every dependency whether it is there. */
  dependencies(): Promise<DependencyState[]>
  /** @throws PalimpsestError `ledger_restored`, 503, while the database is not the one that was anchored. */
  requireLedger(): void
  /** True while the process drains: nothing new is accepted. */
  draining(): boolean
  /** `X-Simulate` is heard. */
  development: boolean
  version: string
  /** Milliseconds since the Unix epoch. */
  now(): number
  randomBytes(length: number): Uint8Array
}

/** `limitHeaders`: how the caller's limits stand, where any bind it. `hear`: of an inner call, who hears the model's own words. */
export type ApiEnv = { Variables: { caller: KeyIdentity; limitHeaders?: Record<string, string>; hear?: Hear } }
