import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeEvidence } from '../../domain/ledger/entry-proof.ts'
import { formatProof } from '../../domain/ledger/proof-file.ts'
import { PalimpsestError } from '../../errors.ts'
import type { ArchiveStore } from '../../ports/archive-store.ts'
import type { LedgerReader } from '../../ports/ledger-reader.ts'
import type { ExportedRun, ReportEvidence } from '../../ports/report-evidence.ts'
import type { Sql } from '../postgres/sql.ts'

export interface ReportEvidenceOptions {
  /** Reads the catalogue of the archive. */
  sql: Sql
  /** Over database and archive. */
  entries: Pick<LedgerReader, 'entry' | 'proof'>
  signers(tenantId: string): Promise<readonly string[]>
  histories(tenantId: string, entryId: string): Promise<readonly ExportedRun[]>
  store: Pick<ArchiveStore, 'fetch'>
}

/** What a report's pack takes from the database, and from the archive where that has it. */
export function createReportEvidence(options: ReportEvidenceOptions): ReportEvidence {
  const { sql, entries, store } = options
  return {
    signers: options.signers,
    histories: options.histories,

    async proof(tenantId, entryId) {
      const proof = await entries.proof(tenantId, entryId)
      if (proof === undefined) return undefined
      const entry = await readable(entries.entry(tenantId, entryId))
      if (entry === undefined) return undefined
      const { leafIndex: index, path, checkpoint } = proof
      return formatProof({
        extra: encodeEvidence({ ...entry, openings: {} }),
        index,
        path,
        checkpoint: checkpoint.note,
      })
    },

    async archiveManifest(tenantId, objectName) {
      const [row] = await sql.asTenant(tenantId)`
        SELECT p.manifest_entry, m.name, m.sha256
        FROM archive_object o JOIN archive_period p ON p.id = o.period_id
        JOIN archive_object m ON m.period_id = p.id AND m.part = 'manifest' AND m.state = 'stored'
        WHERE o.name = ${objectName} AND p.tenant_id = ${tenantId} AND p.manifest_entry IS NOT NULL
        ORDER BY m.generation DESC LIMIT 1`
      if (row === undefined) return undefined
      const bytes = await fetchObject(store, row.name, row.sha256)
      return bytes && { entry: row.manifest_entry, bytes }
    },
  }
}

/** Undefined: it cannot be had now, or not any more. */
async function fetchObject(store: Pick<ArchiveStore, 'fetch'>, name: string, sha256: Uint8Array) {
  const folder = await mkdtemp(join(tmpdir(), 'palimpsest-manifest-'))
  try {
    const path = join(folder, 'manifest.json')
    return await readable(store.fetch(name, path, sha256).then(() => readFile(path)))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Undefined where it cannot be had now, or not any more: a report says so and goes on. */
async function readable<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof PalimpsestError && UNREADABLE.has(error.code)) return undefined
    throw error
  }
}

const UNREADABLE = new Set([
  'archive_object_missing',
  'archive_object_changed',
  'archive_restore_pending',
  'archive_entry_missing',
  'entry_expired',
])
