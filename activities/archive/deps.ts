import type { RetentionPolicy } from '../../src/domain/retention/retention-class.ts'
import type { AnchoredHeads } from '../../src/ports/anchored-heads.ts'
import type { ArchivePeriods } from '../../src/ports/archive-periods.ts'
import type { ArchiveStore } from '../../src/ports/archive-store.ts'
import type { LedgerReader } from '../../src/ports/ledger-reader.ts'
import type { LedgerWriter } from '../../src/ports/ledger-writer.ts'
import type { PeriodFiles } from '../../src/ports/period-files.ts'

export interface ArchiveDeps {
  periods: ArchivePeriods
  files: PeriodFiles
  store: ArchiveStore
  ledger: LedgerWriter
  entries: LedgerReader
  anchors: AnchoredHeads & { refresh(): Promise<void> }
  /** Somebody waits for leaves. */
  hurryLeaves(): void
  /** Null: the class stays in the database. */
  policyOf(tenantId: string, retentionClass: string): RetentionPolicy | null
  /** Folder for files of periods that are made just now; what a crash leaves in it is removed. */
  folder: string
  /** Days that nobody may remove a manifest. */
  lockDays: number
  version: string
  /** Milliseconds since the Unix epoch. */
  now(): number
  newEntryId(): string
  randomBytes(length: number): Buffer
}
