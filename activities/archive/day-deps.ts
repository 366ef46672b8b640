import type { StandardPolicy } from '../../src/domain/retention/due.ts'
import type { AnchoredHeads } from '../../src/ports/anchored-heads.ts'
import type { ArchiveCatalogue } from '../../src/ports/archive-catalogue.ts'
import type { LedgerReader } from '../../src/ports/ledger-reader.ts'
import type { LedgerWriter } from '../../src/ports/ledger-writer.ts'

export interface DayDeps {
  catalogue: ArchiveCatalogue
  ledger: LedgerWriter
  entries: LedgerReader
  anchors: AnchoredHeads & { refresh(): Promise<void> }
  /** What entries of class `standard` follow. */
  standardPolicy: StandardPolicy
  /** Milliseconds since the Unix epoch. */
  now(): number
  newEntryId(): string
}
