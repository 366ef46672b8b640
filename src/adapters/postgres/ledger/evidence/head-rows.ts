import { equalBytes } from '../../../../domain/ledger/bytes.ts'
import { parseCheckpoint } from '../../../../domain/ledger/checkpoint.ts'
import { parseNote } from '../../../../domain/ledger/note.ts'
import { PalimpsestError } from '../../../../errors.ts'
import type { Sql } from '../../sql.ts'

/** Checkpoints of one pack at most; of more, every nth is shown, and always the last. */
const MOST_SHOWN = 10_000

export interface HeadRow {
  treeSize: number
  note: string
  /** The columns beside the note are what the note says. */
  agrees: boolean
}

export interface HeadRows {
  /** By tree size. */
  rows: Map<number, HeadRow>
  leftOut: number
}

/** The signed checkpoints of a log of sizes above `from`. */
export async function readHeads(sql: Sql, logId: Buffer, from: number): Promise<HeadRows> {
  const [count] = await sql`
    SELECT count(*)::float8 AS count FROM ledger_checkpoint WHERE log_id = ${logId} AND tree_size >= ${from}`
  const every = Math.max(1, Math.ceil(count?.count / MOST_SHOWN))
  const rows = await sql`
    SELECT tree_size::float8 AS tree_size, root_hash, note FROM (
      SELECT *, row_number() OVER (ORDER BY tree_size DESC) AS place FROM ledger_checkpoint
      WHERE log_id = ${logId} AND tree_size >= ${from}) c
    WHERE (place - 1) % ${every} = 0 OR tree_size = ${from}`
  const heads = new Map(
    rows.map((row) => [
      row.tree_size,
      { treeSize: row.tree_size, note: row.note, agrees: agrees(row.note, row.tree_size, row.root_hash) },
    ]),
  )
  return { rows: heads, leftOut: count?.count - heads.size }
}

function agrees(note: string, treeSize: number, rootHash: Buffer): boolean {
  try {
    const checkpoint = parseCheckpoint(parseNote(note).text)
    return checkpoint.treeSize === treeSize && equalBytes(checkpoint.rootHash, rootHash)
  } catch (error) {
    if (error instanceof PalimpsestError) return false
    throw error
  }
}
