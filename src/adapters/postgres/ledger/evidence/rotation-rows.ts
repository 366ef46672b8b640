import type { Fault } from '../../../../domain/evidence/format.ts'
import { toBase64 } from '../../../../domain/ledger/bytes.ts'
import { isJsonObject, jcs, parseJson } from '../../../../domain/ledger/json.ts'
import { ROTATED_STATUS } from '../../../../domain/ledger/rotation.ts'
import { PalimpsestError } from '../../../../errors.ts'
import type { Row, Sql } from '../../sql.ts'
import type { Log } from '../log.ts'

/** Rows of rotated log keys that are not what the log's entries say: a key is brought in by an entry and by nothing else. */
export async function findRotationFaults(sql: Sql, log: Log): Promise<Fault[]> {
  const rows = await sql`SELECT * FROM ledger_key_rotation WHERE log_id = ${log.logId}`
  const entries = await sql`
    SELECT id, detail FROM ledger_entry
    WHERE log_id = ${log.logId} AND kind = 'administration' AND status = ${ROTATED_STATUS}`
  const stated = new Map(entries.map(({ id, detail }) => [id, memberOf(detail)]))
  const stored = new Map(rows.map((row) => [row.entry_id, memberOfRow(row)]))
  const fault = (kind: Fault['kind'], what: string): Fault => ({ kind, entry: null, what })
  const extra = [...stored.keys()].filter((id) => !stated.has(id))
  const changed = [...stored].filter(([id, member]) => stated.has(id) && stated.get(id) !== member)
  const missing = [...stated.keys()].filter((id) => !stored.has(id))
  return [
    ...changed.map(() => fault('changed', 'what is stored of a rotation of the log key is not what its entry says')),
    ...missing.map(() => fault('removed', 'an entry brings a log key in, but what is stored of the rotation is gone')),
    ...extra.map(() => fault('inserted', 'a rotation of the log key is stored that no entry made')),
  ]
}

function memberOf(detail: string | null): string | null {
  try {
    const said = parseJson(detail ?? '', 'detail of an entry')
    return isJsonObject(said) ? jcs(said.log_key_rotation ?? null) : null
  } catch (error) {
    if (error instanceof PalimpsestError) return null
    throw error
  }
}

function memberOfRow(row: Row): string {
  return jcs({
    new_key: row.new_key,
    new_signature: toBase64(row.new_signature),
    old_key: row.old_key,
    old_signature: toBase64(row.old_signature),
    overlap_until: Number(row.overlap_until_us),
    rotated_at: Number(row.rotated_at_us),
  })
}
