import type { ContentState } from '../../../../domain/evidence/format.ts'
import { equalBytes } from '../../../../domain/ledger/bytes.ts'
import type { Envelope } from '../../../../domain/ledger/envelope.ts'
import type { StoredEntry } from '../../../../ports/ledger-reader.ts'
import type { Row, Sql } from '../../sql.ts'
import { ENTRY_COLUMNS, entryOf } from '../entry-row.ts'

const PAGE = 500

/** A leaf with the entry and the state of the content that stand beside it. */
export interface LeafRow {
  leafIndex: number
  entryId: string
  leaf: Buffer
  leafHash: Buffer
  chainHash: Buffer
  /** Null: there is no such entry. */
  entry: StoredEntry | null
  content: ContentState
}

/** Leaves `from` to `to` − 1 in pages. */
export async function* leafRows(sql: Sql, logId: Buffer, from: number, to: number): AsyncGenerator<LeafRow[]> {
  for (let at = from; at < to; at += PAGE) {
    const leaves = await sql`
      SELECT leaf_index::float8 AS leaf_index, entry_id, leaf, leaf_hash, chain_hash FROM ledger_leaf
      WHERE log_id = ${logId} AND leaf_index >= ${at} AND leaf_index < ${Math.min(to, at + PAGE)}
      ORDER BY leaf_index`
    const beside = await rowsBeside(
      sql,
      leaves.map((row) => row.entry_id),
    )
    yield leaves.map((leaf) => leafRowOf(leaf, beside.get(leaf.entry_id)))
  }
}

/** Entries with what is stored of their content. The bounds of the ids spare the partitions of all other days. */
async function rowsBeside(sql: Sql, ids: readonly string[]): Promise<Map<string, Row>> {
  const sorted = [...ids].sort()
  const [first, last] = [sorted[0], sorted.at(-1)]
  if (first === undefined || last === undefined) return new Map()
  const rows = await sql`
    SELECT ${sql.unsafe(ENTRY_COLUMNS)},
           sha256(c.sealed_subject) AS subject_hash, sha256(c.sealed_prompt) AS prompt_hash,
           sha256(c.sealed_response) AS response_hash, sha256(convert_to(c.coverage, 'UTF8')) AS coverage_hash
    FROM ledger_entry e
    LEFT JOIN content c ON c.entry_id = e.id AND c.entry_id BETWEEN ${first} AND ${last}
    WHERE e.id = ANY(${ids}::uuid[]) AND e.id BETWEEN ${first} AND ${last}`
  return new Map(rows.map((row) => [row.id, row]))
}

function leafRowOf(leaf: Row, row: Row | undefined): LeafRow {
  const entry = row ? entryOf(row) : null
  return {
    leafIndex: leaf.leaf_index,
    entryId: leaf.entry_id,
    leaf: leaf.leaf,
    leafHash: leaf.leaf_hash,
    chainHash: leaf.chain_hash,
    entry,
    content: row && entry ? contentState(entry.envelope, row) : {},
  }
}

function contentState(envelope: Envelope, row: Row): ContentState {
  const digests = {
    subject: envelope.subject_blob_digest,
    prompt: envelope.prompt_blob_digest,
    response: envelope.response_blob_digest,
    coverage: envelope.coverage_digest,
  }
  const state: ContentState = {}
  for (const group of ['subject', 'prompt', 'response', 'coverage'] as const) {
    const [named, stored] = [digests[group], row[`${group}_hash`] as Buffer | null]
    if (named === null ? stored === null : stored !== null && equalBytes(named, stored)) continue
    state[group] = stored === null ? 'gone' : stored.toString('hex')
  }
  return state
}
