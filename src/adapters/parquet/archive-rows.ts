import { dirname } from 'node:path'
import type { ArchiveRows } from '../../ports/archive-rows.ts'
import { runStatements } from '../duckdb/run-statements.ts'
import { copyHeld, peopleOf, verifyHeld } from './copy-held.ts'
import { residueSql, rewriteContent, verifyRewritten } from './rewrite-content.ts'
import { MEMORY_MB, THREADS } from './write-parquet.ts'

/** Rows of archived periods by DuckDB in processes of their own. */
export function createArchiveRows(): ArchiveRows {
  return {
    rewrite: rewriteContent,
    verify: verifyRewritten,
    async residue(contents, pseudonyms) {
      if (contents.length === 0) return { looked: 0, found: 0 }
      const [answer] = await runStatements({
        folders: [...new Set(contents.map(dirname))],
        memoryMb: MEMORY_MB,
        threads: THREADS,
        statements: [{ sql: residueSql(contents, pseudonyms), read: true }],
      })
      const [looked = 0, found = 0] = (answer?.rows[0] ?? []).map(Number)
      return { looked, found }
    },
    copyHeld,
    verifyHeld,
    peopleOf,
  }
}
