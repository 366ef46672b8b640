import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import type { EndDeps } from '../../../activities/archive/end-deps.ts'
import { withArchive, withArchivedDisclosures, withArchivedEntries } from '../../adapters/archive/read-through.ts'
import { createArchiveRows } from '../../adapters/parquet/archive-rows.ts'
import { createPeriodFiles } from '../../adapters/parquet/period-files.ts'
import { createEndingArchives } from '../../adapters/postgres/archive/ending.ts'
import { createArchiveReader } from '../../adapters/postgres/archive/reader.ts'
import type { Sql } from '../../adapters/postgres/sql.ts'
import { policyOfClass } from '../../domain/retention/retention-class.ts'
import type { ArchiveReader } from '../../ports/archive-reader.ts'
import type { ArchiveStores } from '../archive-store.ts'
import type { Ledger } from '../ledger.ts'
import { newEntryId } from '../new-entry-id.ts'
import type { GatewaySettings } from '../settings.ts'
import type { PaperStores } from './papers.ts'
import { type PeriodStores, policyOfTenant } from './periods.ts'

/** What reads through to the archive, and what ends in it. */
export interface ArchiveEnds extends Pick<Ledger, 'entries'>, Pick<PaperStores, 'exports' | 'disclosureAccounts'> {
  archiveReader: ArchiveReader
  archiveEnds: EndDeps
}

export interface ArchiveEndsOver extends ArchiveStores, PeriodStores {
  settings: GatewaySettings
  sql: Sql
  ledger: Ledger
  papers: PaperStores
}

/** Readers of the ledger that go on in the archive, over the database's own; and what erasures, holds and ends of life stand on. */
export function openArchiveEnds(over: ArchiveEndsOver): ArchiveEnds {
  const { settings, sql, ledger, papers, archiveStore, archiveObjects, archivePeriods } = over
  const { config, databaseUrl, env, version } = settings
  const archiveReader = createArchiveReader({ sql, objects: archiveObjects })
  const entries = withArchive(ledger.entries, archiveReader)
  return {
    entries,
    exports: withArchivedEntries(papers.exports, archiveReader),
    disclosureAccounts: withArchivedDisclosures(papers.disclosureAccounts, archiveReader),
    archiveReader,
    archiveEnds: {
      periods: archivePeriods,
      files: createPeriodFiles({ databaseUrl }),
      store: archiveStore,
      ledger: ledger.ledger,
      entries,
      anchors: ledger.anchors,
      hurryLeaves: () => ledger.hurry(),
      policyOf: (tenantId, retentionClass) => policyOfClass(retentionClass, policyOfTenant(config, tenantId)),
      folder: resolve(env.home, 'tmp', 'archive'),
      lockDays: config.anchors.retentionDays,
      version,
      now: Date.now,
      newEntryId,
      randomBytes,
      ending: createEndingArchives(sql),
      rows: createArchiveRows(),
    },
  }
}
