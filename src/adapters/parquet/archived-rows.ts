import { dirname } from 'node:path'
import type { StoredContent, StoredEntry } from '../../ports/ledger-reader.ts'
import { type DuckRows, type DuckStatement, type DuckValue, runStatements } from '../duckdb/run-statements.ts'
import { quoted } from '../duckdb/sql.ts'
import { entryOfFacts } from './facts-row.ts'

/** DuckDB's memory for a look-up. */
const MEMORY_MB = 256

/** Sealed blobs as `contentOf` reads them, behind the entry's id. */
export const CONTENT_EXACT = 'CAST(id AS VARCHAR), sealed_subject, sealed_prompt, sealed_response, coverage'

/** Rows of several files, of which none may be there. */
export function rowsOf(paths: readonly string[]): string {
  return `read_parquet([${paths.map(quoted).join(', ')}], union_by_name = true)`
}

/** Runs statements in a process of their own that may read the folders of these files. */
export async function lookUp(
  paths: readonly string[],
  statements: readonly DuckStatement[],
): Promise<(DuckRows | null)[]> {
  return runStatements({ folders: [...new Set(paths.map(dirname))], memoryMb: MEMORY_MB, threads: 2, statements })
}

/** Entries by id, from rows of `FACTS_EXACT`. */
export function entriesOf(rows: DuckRows | null | undefined): (StoredEntry & { leafHash: Uint8Array })[] {
  return (rows?.rows ?? []).map(entryOfFacts)
}

/** Content by entry, from rows of `CONTENT_EXACT`. */
export function contentsOf(rows: DuckRows | null | undefined): Map<string, StoredContent> {
  return new Map(
    (rows?.rows ?? []).map(([id, subject, prompt, response, coverage]) => [
      String(id),
      {
        sealedSubject: blobOf(subject),
        sealedPrompt: blobOf(prompt),
        sealedResponse: blobOf(response),
        coverage: typeof coverage === 'string' ? coverage : null,
      },
    ]),
  )
}

function blobOf(value: DuckValue | undefined): Uint8Array | null {
  return typeof value === 'string' ? Buffer.from(value, 'hex') : null
}
