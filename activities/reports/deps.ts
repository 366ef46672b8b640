import type { HintFacts } from '../../src/domain/hints/types.ts'
import type { Register } from '../../src/domain/reports/register.ts'
import type { ArchiveStore } from '../../src/ports/archive-store.ts'
import type { FactsQuery } from '../../src/ports/facts-query.ts'
import type { LedgerReader } from '../../src/ports/ledger-reader.ts'
import type { LedgerWriter } from '../../src/ports/ledger-writer.ts'
import type { ReportPacker } from '../../src/ports/report-packer.ts'
import type { Reports } from '../../src/ports/reports.ts'

export interface ReportDeps {
  reports: Reports
  facts: FactsQuery
  packer: ReportPacker
  store: Pick<ArchiveStore, 'put' | 'fetch' | 'remove' | 'list'>
  ledger: Pick<LedgerWriter, 'append'>
  entries: Pick<LedgerReader, 'entry'>
  /** Asks for leaves at once. */
  hurryLeaves(): void
  retentionClass(tenantId: string): string
  register: Register
  /** What hints stand on beside the entries. */
  hintContext(tenantId: string): Promise<Pick<HintFacts, 'budgets' | 'benchmarks'>>
  /** Folder for what a report is made of, while it is made. */
  folder: string
  version: string
  /** Milliseconds since the Unix epoch. */
  now(): number
  newEntryId(): string
}
