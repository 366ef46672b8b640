import type { PeriodFiles } from '../../ports/period-files.ts'
import { exportCsv } from './export-csv.ts'
import { readBack } from './read-back.ts'
import { writeParquet } from './write-parquet.ts'

/** Files of periods by way of PostgreSQL's COPY and DuckDB in a process of its own. */
export function createPeriodFiles({ databaseUrl }: { databaseUrl: string }): PeriodFiles {
  return {
    async make(period, folder, signal) {
      const { files, postgres, ...held } = await exportCsv(databaseUrl, period, folder, signal)
      const { files: written, duckdb } = await writeParquet(files, folder, signal)
      return { ...held, files: written, versions: { duckdb, postgres } }
    },
    read: readBack,
  }
}
