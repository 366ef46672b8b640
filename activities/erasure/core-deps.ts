import type { ErasureCases } from '../../src/ports/erasure-cases.ts'
import type { ErasureContent } from '../../src/ports/erasure-content.ts'
import type { ErasureProgress } from '../../src/ports/erasure-progress.ts'
import type { ErasureSubjects } from '../../src/ports/erasure-subjects.ts'
import type { KeyService } from '../../src/ports/key-service.ts'
import type { LedgerReader } from '../../src/ports/ledger-reader.ts'
import type { LedgerWriter } from '../../src/ports/ledger-writer.ts'
import type { LegalHolds } from '../../src/ports/legal-holds.ts'

/** What an erasure's own steps stand on. Clock and ids are passed in. */
export interface ErasureCoreDeps {
  cases: ErasureCases
  progress: ErasureProgress
  subjects: ErasureSubjects
  content: ErasureContent
  holds: Pick<LegalHolds, 'forbidding'>
  keys: Pick<KeyService, 'destroyDataKey'>
  ledger: Pick<LedgerWriter, 'append'>
  entries: Pick<LedgerReader, 'entry' | 'proof'>
  policy: {
    /** Whether a second officer has to approve. */
    needsApproval(tenantId: string): boolean
  }
  /** Milliseconds since the Unix epoch. */
  now(): number
  /** A UUIDv7. */
  newEntryId(): string
  /** Lets the sequencer place leaves now rather than in its next round. */
  hurryLeaves(): void
  /** Nobody has approved yet. */
  onReminder(facts: { caseId: string; tenantId: string; daysLeft: number }): void
}
