import { isUuid } from '../../domain/ids/uuidv7.ts'
import type { StoredContent, StoredEntry } from '../../ports/ledger-reader.ts'
import type { DuckStatement } from '../duckdb/run-statements.ts'
import { CONTENT_EXACT, contentsOf, entriesOf, lookUp, rowsOf } from './archived-rows.ts'
import { FACTS_EXACT } from './facts-row.ts'

export interface EntryFiles {
  /** Files of facts, or of what a hold has kept, which has both. */
  facts: readonly string[]
  content: readonly string[]
}

export interface FoundEntries {
  entries: (StoredEntry & { leafHash: Uint8Array })[]
  contents: Map<string, StoredContent>
}

/** Looks entries up by their ids: one process, whatever the number of files. */
export async function readEntries(files: EntryFiles, ids: readonly string[]): Promise<FoundEntries> {
  if (files.facts.length === 0 || ids.length === 0) return { entries: [], contents: new Map() }
  if (!ids.every(isUuid)) throw new RangeError('an id of an entry is a UUID')
  const named = `id IN (${ids.map((id) => `CAST('${id}' AS UUID)`).join(', ')})`
  const statements: DuckStatement[] = [
    { sql: `SELECT ${FACTS_EXACT} FROM ${rowsOf(files.facts)} WHERE ${named}`, read: true },
  ]
  if (files.content.length > 0) {
    statements.push({ sql: `SELECT ${CONTENT_EXACT} FROM ${rowsOf(files.content)} WHERE ${named}`, read: true })
  }
  const [facts, content] = await lookUp([...files.facts, ...files.content], statements)
  return { entries: entriesOf(facts), contents: contentsOf(content) }
}
