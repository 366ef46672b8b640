import { EXPORTED_KINDS } from '../../../domain/exports/exported-entry.ts'
import { ExportSuperseded, type StoredExport, type SubjectExports } from '../../../ports/subject-exports.ts'
import type { Query, Row, Sql } from '../sql.ts'
import { readEntries } from './read-entries.ts'

const EXPORT_COLUMNS = `id, tenant_id, state, requested_by, app, team, subject_pseudonym, data_key_id, disclosure_id,
  sealed_purpose, purpose_commitment, erased, entries, sealed_summary, error_code,
  ${['requested_at', 'completed_at', 'expires_at'].map((name) => `(extract(epoch FROM ${name}) * 1000)::float8 AS ${name}`).join(', ')}`

export function createSubjectExports(sql: Sql): SubjectExports {
  return {
    async create({ id, officer, requestedAt, subject, disclosureId }) {
      await sql.asTenant(officer.tenantId)`
        INSERT INTO subject_export (id, tenant_id, state, requested_by, app, team, requested_at, subject_pseudonym,
                                    data_key_id, disclosure_id, sealed_purpose, purpose_commitment)
        VALUES (${id}, ${officer.tenantId}, 'pending', ${officer.keyId}, ${officer.app}, ${officer.team},
                ${new Date(requestedAt)}, ${subject?.pseudonym ?? null}, ${subject?.dataKeyId ?? null},
                ${disclosureId}, ${subject?.purpose?.sealed ?? null}, ${subject?.purpose?.commitment ?? null})`
    },

    async find(tenantId, id) {
      const [row] = await sql.asTenant(tenantId)`
        SELECT ${sql.unsafe(EXPORT_COLUMNS)} FROM subject_export WHERE id = ${id} AND tenant_id = ${tenantId}`
      return row && exportOf(row)
    },

    async open(id) {
      const [row] = await sql`SELECT ${sql.unsafe(EXPORT_COLUMNS)} FROM subject_export WHERE id = ${id}`
      if (!row) throw new Error('there is no such export')
      return exportOf(row)
    },

    begin: (id, run) =>
      sql.begin(async (transaction) => {
        const { count } = await transaction`
          UPDATE subject_export SET state = 'running', run = ${run}
          WHERE id = ${id} AND state IN ('pending', 'running')`
        if (count > 0) await dropParts(transaction, id)
        return count > 0
      }),

    async addPart(id, run, partNo, sealed) {
      // The share lock holds back whoever takes over or drops what was collected until the row stands.
      const { count } = await sql`
        INSERT INTO subject_export_part (export_id, part_no, sealed_part)
        SELECT id, ${partNo}, ${sealed} FROM subject_export
        WHERE id = ${id} AND run = ${run} AND state = 'running' FOR SHARE`
      if (count === 0) throw new ExportSuperseded()
    },

    async noteCollected(id, run, { entries, erased, sealedSummary }) {
      await sql.begin(async (transaction) => {
        const { count } = await transaction`
          UPDATE subject_export SET entries = ${entries}, erased = ${erased}, sealed_summary = ${sealedSummary}
          WHERE id = ${id} AND run = ${run} AND state = 'running'`
        if (count === 0) throw new ExportSuperseded()
        if (erased) await dropParts(transaction, id)
      })
    },

    async complete(id, completedAt, expiresAt) {
      await sql`
        UPDATE subject_export
        SET state = 'completed', completed_at = ${new Date(completedAt)}, expires_at = ${new Date(expiresAt)}
        WHERE id = ${id} AND state = 'running'`
    },

    fail: (id, errorCode, from) =>
      sql.begin(async (transaction) => {
        const { count } = await transaction`
          UPDATE subject_export SET state = 'failed', error_code = ${errorCode}, run = NULL, sealed_summary = NULL
          WHERE id = ${id} AND state = ANY(${[...from]}::text[])`
        if (count > 0) await dropParts(transaction, id)
        return count > 0
      }),

    expireOverdue: () =>
      sql.begin(async (transaction) => {
        const rows = await transaction`
          UPDATE subject_export SET state = 'expired', sealed_summary = NULL, sealed_purpose = NULL
          WHERE state = 'completed' AND expires_at <= now() RETURNING id`
        for (const { id } of rows) await dropParts(transaction, id)
        return rows.length
      }),

    async part(id, partNo) {
      const [row] = await sql`
        SELECT sealed_part FROM subject_export_part WHERE export_id = ${id} AND part_no = ${partNo}`
      return row?.sealed_part
    },

    entries: (tenantId, pseudonym, after, limit) =>
      readEntries(sql.asTenant(tenantId), { tenantId, pseudonym, after, limit, kinds: EXPORTED_KINDS }),
  }
}

async function dropParts(transaction: Query, id: string): Promise<void> {
  await transaction`DELETE FROM subject_export_part WHERE export_id = ${id}`
}

function exportOf(row: Row): StoredExport {
  const time = (value: number | null) => (value === null ? null : Math.round(value))
  return {
    id: row.id,
    officer: { tenantId: row.tenant_id, keyId: row.requested_by, app: row.app, team: row.team },
    requestedAt: Math.round(row.requested_at),
    subject: row.subject_pseudonym === null ? null : subjectOf(row),
    disclosureId: row.disclosure_id,
    state: row.state,
    erased: row.erased,
    entries: row.entries,
    sealedSummary: row.sealed_summary,
    completedAt: time(row.completed_at),
    expiresAt: time(row.expires_at),
    errorCode: row.error_code,
  }
}

function subjectOf(row: Row): StoredExport['subject'] {
  const purpose =
    row.sealed_purpose === null ? null : { sealed: row.sealed_purpose, commitment: row.purpose_commitment }
  return { pseudonym: row.subject_pseudonym, dataKeyId: row.data_key_id, purpose }
}
