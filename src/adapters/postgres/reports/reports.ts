import { ReportSuperseded, type Reports, type StoredReport } from '../../../ports/reports.ts'
import type { Row, Sql } from '../sql.ts'

const TIMES = ['from_at', 'to_at', 'requested_at', 'completed_at', 'expired_at']
const REPORT_COLUMNS = `id, tenant_id, kind, state, subject_pseudonym, tool, model, pii, requested_by, app, team, seed, entry_id,
  step, waits_for, body, body_sha256, manifest_sha256, entries::float8 AS entries, missing::float8 AS missing, pack, pack_sha256,
  pack_bytes::float8 AS pack_bytes, error_code, expiry_entry,
  ${TIMES.map((name) => `(extract(epoch FROM ${name}) * 1000)::float8 AS ${name}`).join(', ')}`

export function createReports(sql: Sql): Reports {
  return {
    async create({ id, officer, requestedAt, kind, from, to, filters, seed, entryId }) {
      await sql.asTenant(officer.tenantId)`
        INSERT INTO report (id, tenant_id, kind, state, from_at, to_at, subject_pseudonym, tool, model, pii, requested_by, app,
                            team, requested_at, seed, entry_id)
        VALUES (${id}, ${officer.tenantId}, ${kind}, 'pending', ${new Date(from)}, ${new Date(to)}, ${filters.subject},
                ${filters.tool}, ${filters.model}, ${filters.pii}, ${officer.keyId}, ${officer.app}, ${officer.team},
                ${new Date(requestedAt)}, ${seed}, ${entryId})`
    },

    async find(tenantId, id) {
      const [row] = await sql.asTenant(tenantId)`
        SELECT ${sql.unsafe(REPORT_COLUMNS)} FROM report WHERE id = ${id} AND tenant_id = ${tenantId}`
      return row && reportOf(row)
    },

    async list(tenantId, before, limit) {
      const rows = await sql.asTenant(tenantId)`
        SELECT ${sql.unsafe(REPORT_COLUMNS)} FROM report
        WHERE tenant_id = ${tenantId} AND (${before}::uuid IS NULL OR id < ${before}) ORDER BY id DESC LIMIT ${limit}`
      return rows.map(reportOf)
    },

    async open(id) {
      const [row] = await sql`SELECT ${sql.unsafe(REPORT_COLUMNS)} FROM report WHERE id = ${id}`
      if (!row) throw new Error('there is no such report')
      return reportOf(row)
    },

    async begin(id, run) {
      const { count } = await sql`
        UPDATE report SET state = 'running', run = ${run} WHERE id = ${id} AND state IN ('pending', 'running')`
      return count > 0
    },

    async note(id, step, waitsFor) {
      await sql`UPDATE report SET step = ${step}, waits_for = ${waitsFor} WHERE id = ${id} AND state = 'running'`
    },

    async noteBody(id, run, { name, sha256, manifestSha256, entries, missing }) {
      const { count } = await sql`
        UPDATE report SET body = ${name}, body_sha256 = ${sha256}, manifest_sha256 = ${manifestSha256}, entries = ${entries},
                          missing = ${missing}
        WHERE id = ${id} AND run = ${run} AND state = 'running'`
      if (count === 0) throw new ReportSuperseded()
    },

    async complete(id, { name, sha256, bytes }, completedAt) {
      await sql`
        UPDATE report SET state = 'completed', step = NULL, waits_for = NULL, pack = ${name}, pack_sha256 = ${sha256},
                          pack_bytes = ${bytes}, completed_at = ${new Date(completedAt)}
        WHERE id = ${id} AND state = 'running'`
    },

    async fail(id, errorCode, from) {
      const { count } = await sql`
        UPDATE report SET state = 'failed', step = NULL, waits_for = NULL, run = NULL, error_code = ${errorCode}
        WHERE id = ${id} AND state = ANY(${[...from]}::text[])`
      return count > 0
    },
  }
}

function reportOf(row: Row): StoredReport {
  const time = (value: number | null) => (value === null ? null : Math.round(value))
  return {
    id: row.id,
    officer: { tenantId: row.tenant_id, keyId: row.requested_by, app: row.app, team: row.team },
    requestedAt: Math.round(row.requested_at),
    kind: row.kind,
    from: Math.round(row.from_at),
    to: Math.round(row.to_at),
    filters: { subject: row.subject_pseudonym, tool: row.tool, model: row.model, pii: row.pii },
    seed: row.seed,
    entryId: row.entry_id,
    state: row.state,
    step: row.step,
    waitsFor: row.waits_for,
    body:
      row.body === null
        ? null
        : {
            name: row.body,
            sha256: row.body_sha256,
            manifestSha256: row.manifest_sha256,
            entries: row.entries,
            missing: row.missing,
          },
    pack: row.pack === null ? null : { name: row.pack, sha256: row.pack_sha256, bytes: row.pack_bytes },
    completedAt: time(row.completed_at),
    errorCode: row.error_code,
    expiryEntry: row.expiry_entry,
    expiredAt: time(row.expired_at),
  }
}
