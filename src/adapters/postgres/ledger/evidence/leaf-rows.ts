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
    const rows = await sql`
      SELECT l.leaf_index::float8 AS leaf_index, l.entry_id, l.leaf, l.leaf_hash, l.chain_hash,
             ${sql.unsafe(ENTRY_COLUMNS)},
             sha256(c.sealed_subject) AS subject_hash, sha256(c.sealed_prompt) AS prompt_hash,
             sha256(c.sealed_response) AS response_hash, sha256(convert_to(c.coverage, 'UTF8')) AS coverage_hash
      FROM ledger_leaf l
      LEFT JOIN ledger_entry e ON e.id = l.entry_id
      LEFT JOIN content c ON c.entry_id = l.entry_id
      WHERE l.log_id = ${logId} AND l.leaf_index >= ${at} AND l.leaf_index < ${Math.min(to, at + PAGE)}
      ORDER BY l.leaf_index`
    yield rows.map(leafRowOf)
  }
}

function leafRowOf(row: Row): LeafRow {
  const entry = row.id === null ? null : entryOf(row)
  return {
    leafIndex: row.leaf_index,
    entryId: row.entry_id,
    leaf: row.leaf,
    leafHash: row.leaf_hash,
    chainHash: row.chain_hash,
    entry,
    content: entry === null ? {} : contentState(entry.envelope, row),
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
