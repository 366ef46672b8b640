import type { KeyService } from '../../src/ports/key-service.ts'
import type { LedgerReader } from '../../src/ports/ledger-reader.ts'
import type { LedgerWriter } from '../../src/ports/ledger-writer.ts'
import type { SubjectExports } from '../../src/ports/subject-exports.ts'
import type { ErasureGate } from '../../src/ports/tombstones.ts'

export interface ExportDeps {
  exports: SubjectExports
  keys: Pick<KeyService, 'dataKey'>
  gate: ErasureGate
  ledger: Pick<LedgerWriter, 'append'>
  entries: Pick<LedgerReader, 'entry'>
  retentionClass(tenantId: string): string
  /** Milliseconds that a finished export is kept. */
  keepForMs: number
  /** Milliseconds since the Unix epoch. */
  now(): number
  randomBytes(length: number): Uint8Array
}
