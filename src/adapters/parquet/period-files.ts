import type { PeriodFiles } from '../../ports/period-files.ts'
import { exportCsv } from './export-csv.ts'
import { LeafFolds } from './fold-leaves.ts'
import { readBack } from './read-back.ts'
import { writeParquet } from './write-parquet.ts'

/**
 * Files of periods by way of PostgreSQL's COPY and DuckDB in processes of its own. Where several periods are worked on, one at a time has
 * DuckDB, so that memory does not grow with them, while PostgreSQL gives the next.
 */
export function createPeriodFiles({ databaseUrl }: { databaseUrl: string }): PeriodFiles {
  const folds = new LeafFolds()
  const inTurn = turns()
  return {
    async make(period, folder, signal) {
      const { files, postgres, ...held } = await exportCsv(databaseUrl, period, folder, folds, signal)
      const { files: written, duckdb } = await inTurn(() => writeParquet(files, folder, signal))
      return { ...held, files: written, versions: { duckdb, postgres } }
    },
    read: (paths, folder, seed, signal) => inTurn(() => readBack(paths, folder, seed, folds, signal)),
  }
}

/** Work that is given to it is done one after another, in order, whatever comes of what was before. */
function turns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const own = last.then(work)
    last = own.catch(() => undefined)
    return own
  }
}
