import { createReportPacks } from '../../adapters/postgres/reports/packs.ts'
import { createReports } from '../../adapters/postgres/reports/reports.ts'
import type { Sql } from '../../adapters/postgres/sql.ts'
import { createReportEvidence, type ReportEvidenceOptions } from '../../adapters/reports/report-evidence.ts'
import type { ReportEvidence } from '../../ports/report-evidence.ts'
import type { ReportPacks } from '../../ports/report-packs.ts'
import type { Reports } from '../../ports/reports.ts'

/** Reports that were asked for, and what their packs take from the ledger's database. */
export interface ReportStores {
  reports: Reports
  reportPacks(databaseUrl: string): ReportPacks
  reportEvidence(more: Omit<ReportEvidenceOptions, 'sql'>): ReportEvidence
}

export function openReportStores(sql: Sql): ReportStores {
  return {
    reports: createReports(sql),
    reportPacks: (databaseUrl) => createReportPacks({ sql, databaseUrl }),
    reportEvidence: (more) => createReportEvidence({ sql, ...more }),
  }
}
