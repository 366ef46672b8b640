import { gunzipSync } from 'node:zlib'
import { isUuid } from '../../../domain/ids/uuidv7.ts'
import type { ArchiveObjects } from '../../../ports/archive-reader.ts'
import type { ReadArchivedHistories } from '../../../ports/history-archive.ts'
import type { DuckValue } from '../../duckdb/run-statements.ts'
import { lookUp, rowsOf } from '../../parquet/archived-rows.ts'
import { dayOfId } from '../archive/find-objects.ts'
import type { Sql } from '../sql.ts'

/** Histories in the archived periods of an entry's day, over the catalogue and local copies of their objects. */
export function createArchivedHistories({
  sql,
  objects,
}: {
  sql: Sql
  objects: ArchiveObjects
}): ReadArchivedHistories {
  return async (tenantId, entryId) => {
    if (!isUuid(entryId)) return []
    const day = dayOfId(entryId)
    const found = await sql.asTenant(tenantId)`
      SELECT o.name, o.sha256 FROM archive_period p
      JOIN archive_object o ON o.period_id = p.id AND o.part = 'histories' AND o.state = 'stored'
      WHERE p.tenant_id = ${tenantId} AND p.recorded_at IS NOT NULL AND p.from_day <= ${day}::date AND p.below_day > ${day}::date`
    if (found.length === 0) return []
    const paths = await Promise.all(found.map(({ name, sha256 }) => objects.local(String(name), sha256 as Uint8Array)))
    const query = `SELECT CAST(run_id AS VARCHAR), epoch_ms(closed_at), history FROM ${rowsOf(paths)}
      WHERE id = CAST('${entryId}' AS UUID) ORDER BY closed_at, run_id`
    const [rows] = await lookUp(paths, [{ sql: query, read: true }])
    return (rows?.rows ?? []).map(keptOf)
  }
}

function keptOf([runId, closedAt, history]: DuckValue[]) {
  const json = gunzipSync(Buffer.from(String(history), 'hex')).toString('utf8')
  return { runId: String(runId), closedAt: Number(closedAt), history: json }
}
