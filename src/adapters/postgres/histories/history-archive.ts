import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import type { ClosedRun } from '../../../ports/closed-runs.ts'
import type { HistoryArchive, KeptHistory } from '../../../ports/history-archive.ts'
import type { Row, Sql } from '../sql.ts'

const zip = promisify(gzip)
const unzip = promisify(gunzip)

/** No partition takes the row: PostgreSQL's check_violation. */
const NO_PARTITION = '23514'

/** Histories in the database, as gzip, in partitions that go with their day. */
export function createHistoryArchive(sql: Sql): HistoryArchive {
  return {
    async lookedUntil() {
      const [row] = await sql`SELECT (extract(epoch FROM looked_until) * 1000)::float8 AS at FROM history_round`
      return row ? Math.round(row.at) : null
    },

    async noteLookedUntil(at) {
      await sql`
        INSERT INTO history_round AS r (looked_until) VALUES (${new Date(at)})
        ON CONFLICT (one) DO UPDATE SET looked_until = greatest(r.looked_until, EXCLUDED.looked_until)`
    },

    async recorded(runs) {
      if (runs.length === 0) return []
      const rows = await sql`
        SELECT r.run_id, e.tenant_id, e.tool, e.retention_class, h.run_id IS NOT NULL AS kept
        FROM unnest(${runs.map(({ requestId }) => requestId)}::uuid[], ${runs.map(({ runId }) => runId)}::uuid[])
          AS r(entry_id, run_id)
        LEFT JOIN LATERAL (
          SELECT tenant_id, tool, retention_class FROM ledger_entry
          WHERE id = r.entry_id AND kind IN ('interaction', 'refusal')) e ON true
        LEFT JOIN LATERAL (
          SELECT run_id FROM workflow_history WHERE entry_id = r.entry_id AND run_id = r.run_id) h ON true`
      const known = new Map(rows.map((row) => [row.run_id, row]))
      return runs.map((run) => {
        const row = known.get(run.runId)
        const recorded = row !== undefined && row.tenant_id !== null
        const entry = recorded ? { tenantId: row.tenant_id, tool: row.tool, retentionClass: row.retention_class } : null
        return { run, entry, kept: row?.kept === true }
      })
    },

    async keep({ entryId, runId, tenantId, retentionClass, closedAt, history }) {
      const zipped = await zip(history)
      try {
        await sql`
          INSERT INTO workflow_history (entry_id, run_id, tenant_id, retention_class, closed_at, history)
          VALUES (${entryId}, ${runId}, ${tenantId}, ${retentionClass}, ${new Date(closedAt)}, ${zipped})
          ON CONFLICT (entry_id, run_id) DO NOTHING`
        return 'kept'
      } catch (error) {
        if ((error as { code?: unknown }).code === NO_PARTITION) return 'late'
        throw error
      }
    },

    async wait(runs) {
      if (runs.length === 0) return
      await sql`
        INSERT INTO history_waiting (run_id, entry_id, closed_at)
        SELECT * FROM unnest(${runs.map(({ runId }) => runId)}::uuid[], ${runs.map(({ requestId }) => requestId)}::uuid[],
                             ${runs.map(({ closedAt }) => new Date(closedAt).toISOString())}::timestamptz[])
        ON CONFLICT (run_id) DO NOTHING`
    },

    async waiting(limit) {
      const rows = await sql`
        SELECT run_id, entry_id, (extract(epoch FROM closed_at) * 1000)::float8 AS closed_at FROM history_waiting
        ORDER BY closed_at, run_id LIMIT ${limit}`
      return rows.map((row): ClosedRun => ({ requestId: row.entry_id, runId: row.run_id, closedAt: msOf(row) }))
    },

    async forget(runIds) {
      if (runIds.length > 0) await sql`DELETE FROM history_waiting WHERE run_id = ANY(${[...runIds]}::uuid[])`
    },

    async find(tenantId, entryId) {
      const rows = await sql.asTenant(tenantId)`
        SELECT run_id, (extract(epoch FROM closed_at) * 1000)::float8 AS closed_at, history FROM workflow_history
        WHERE entry_id = ${entryId} AND tenant_id = ${tenantId} ORDER BY closed_at, run_id`
      return Promise.all(
        rows.map(async (row): Promise<KeptHistory> => {
          const history = (await unzip(row.history)).toString('utf8')
          return { runId: row.run_id, closedAt: msOf(row), history }
        }),
      )
    },
  }
}

function msOf(row: Row): number {
  return Math.round(row.closed_at)
}
