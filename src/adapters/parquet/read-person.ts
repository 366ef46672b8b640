import { isUuid } from '../../domain/ids/uuidv7.ts'
import type { PersonRange } from '../../ports/archive-reader.ts'
import type { DuckStatement } from '../duckdb/run-statements.ts'
import { CONTENT_EXACT, contentsOf, entriesOf, lookUp, rowsOf } from './archived-rows.ts'
import { FACTS_EXACT } from './facts-row.ts'
import type { EntryFiles, FoundEntries } from './read-entry.ts'

/** The first entries of a person in these files, in the order of their ids. */
export async function readPerson(files: EntryFiles, range: PersonRange): Promise<FoundEntries> {
  if (files.facts.length === 0) return { entries: [], contents: new Map() }
  const { pseudonym, after, kinds, from, to, limit } = range
  if (after !== null && !isUuid(after)) throw new RangeError('an id of an entry is a UUID')
  const parameters = [pseudonym, ...kinds]
  const conditions = [
    'subject_pseudonym = $1',
    `kind IN (${kinds.map((_, index) => `$${index + 2}`).join(', ')})`,
    ...(after === null ? [] : [`id > CAST('${after}' AS UUID)`]),
    ...(from === null ? [] : [`occurred_at >= make_timestamptz(${microseconds(from)})`]),
    ...(to === null ? [] : [`occurred_at < make_timestamptz(${microseconds(to)})`]),
  ]
  const statements: DuckStatement[] = [
    {
      sql: `CREATE TEMP TABLE chosen AS SELECT * FROM ${rowsOf(files.facts)}
        WHERE ${conditions.join(' AND ')} ORDER BY id LIMIT ${Math.trunc(limit)}`,
      parameters,
    },
    { sql: `SELECT ${FACTS_EXACT} FROM chosen ORDER BY id`, read: true },
  ]
  if (files.content.length > 0) {
    statements.push({
      sql: `SELECT ${CONTENT_EXACT} FROM ${rowsOf(files.content)}
        WHERE subject_pseudonym = $1 AND id IN (SELECT id FROM chosen)`,
      parameters: [pseudonym],
      read: true,
    })
  }
  const [, facts, content] = await lookUp([...files.facts, ...files.content], statements)
  return { entries: entriesOf(facts), contents: contentsOf(content) }
}

function microseconds(ms: number): string {
  return `${BigInt(Math.trunc(ms)) * 1000n}`
}
