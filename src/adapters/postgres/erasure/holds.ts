import type { HoldScope } from '../../../domain/erasure/hold.ts'
import type { LegalHold, LegalHolds } from '../../../ports/legal-holds.ts'
import type { Row, Sql } from '../sql.ts'
import { asEraser } from './as-eraser.ts'

const HOLD_COLUMNS = `id, tenant_id, subject_pseudonym, sealed_reason, placed_by, released_by,
  ${['from_at', 'to_at', 'placed_at', 'released_at'].map((name) => `(extract(epoch FROM ${name}) * 1000)::float8 AS ${name}`).join(', ')}`

/** The holds that entries have placed: the ledger's own trigger keeps the table. */
export function createLegalHolds(sql: Sql): LegalHolds {
  return {
    async list(tenantId, { inForce, before, limit }) {
      const rows = await sql.asTenant(tenantId)`
        SELECT ${sql.unsafe(HOLD_COLUMNS)} FROM legal_hold
        WHERE tenant_id = ${tenantId} AND (${before}::uuid IS NULL OR id < ${before})
          AND (released_at IS NULL OR NOT ${inForce}::boolean)
        ORDER BY id DESC LIMIT ${limit}`
      return rows.map(holdOf)
    },

    async find(tenantId, id) {
      const [row] = await sql.asTenant(tenantId)`
        SELECT ${sql.unsafe(HOLD_COLUMNS)} FROM legal_hold WHERE id = ${id} AND tenant_id = ${tenantId}`
      return row && holdOf(row)
    },

    forbidding: (caseId) =>
      asEraser(sql, async (transaction) => {
        const rows = await transaction`
          WITH person AS MATERIALIZED (
            SELECT s.pseudonym FROM erasure_subject s JOIN data_subject d ON d.pseudonym = s.pseudonym
            WHERE s.case_id = ${caseId} AND d.erased_at IS NULL),
          touched AS MATERIALIZED (
            SELECT e.id, e.subject_pseudonym, e.occurred_at FROM ledger_entry e
            WHERE e.id IN (SELECT entry_id FROM erasure_value WHERE case_id = ${caseId}))
          SELECT h.id FROM erasure_case c JOIN legal_hold h ON h.tenant_id = c.tenant_id
          WHERE c.id = ${caseId} AND h.released_at IS NULL
            -- What is announced and done already cannot be held any more.
            AND (EXISTS (SELECT FROM person) OR NOT EXISTS (SELECT FROM ledger_entry WHERE id = c.announced_by))
            AND CASE
              WHEN h.subject_pseudonym IS NOT NULL THEN
                h.subject_pseudonym IN (SELECT pseudonym FROM person)
                OR h.subject_pseudonym IN (SELECT subject_pseudonym FROM touched)
              WHEN h.from_at IS NULL THEN true
              ELSE EXISTS (SELECT FROM touched WHERE occurred_at >= h.from_at AND occurred_at < h.to_at)
                OR EXISTS (
                  SELECT FROM person p JOIN ledger_entry e ON e.subject_pseudonym = p.pseudonym
                  WHERE e.occurred_at >= h.from_at AND e.occurred_at < h.to_at)
                OR EXISTS (
                  SELECT FROM person p JOIN inbox i ON i.subject_pseudonym = p.pseudonym
                  WHERE i.accepted_at >= h.from_at AND i.accepted_at < h.to_at)
                OR EXISTS (
                  SELECT FROM person p JOIN archive_person a ON a.pseudonym = p.pseudonym
                    JOIN archive_period q ON q.id = a.period_id
                  WHERE q.from_day::timestamp AT TIME ZONE 'UTC' < h.to_at
                    AND q.below_day::timestamp AT TIME ZONE 'UTC' > h.from_at
                    AND EXISTS (SELECT FROM archive_object o WHERE o.period_id = q.id AND o.state = 'stored'
                                AND o.part IN ('content', 'held')))
            END
          ORDER BY h.id`
        return rows.map((row) => row.id)
      }),

    async covering(tenantId, entryIds) {
      const rows = await sql.asTenant(tenantId)`
        SELECT e.id FROM ledger_entry e
        WHERE e.id = ANY(${[...entryIds]}::uuid[]) AND e.tenant_id = ${tenantId} AND EXISTS (
          SELECT FROM legal_hold h WHERE h.tenant_id = ${tenantId} AND h.released_at IS NULL AND CASE
            WHEN h.subject_pseudonym IS NOT NULL THEN h.subject_pseudonym = e.subject_pseudonym
            WHEN h.from_at IS NULL THEN true
            ELSE e.occurred_at >= h.from_at AND e.occurred_at < h.to_at
          END)`
      return new Set(rows.map((row) => row.id))
    },

    tooLateFor: (holdId) =>
      asEraser(sql, async (transaction) => {
        const rows = await transaction`
          SELECT c.id FROM erasure_case c JOIN legal_hold h ON h.tenant_id = c.tenant_id AND h.id = ${holdId}
          WHERE c.announced_by IS NOT NULL AND c.ended_at IS NULL AND CASE
            WHEN h.subject_pseudonym IS NOT NULL THEN
              EXISTS (SELECT FROM erasure_subject s WHERE s.case_id = c.id AND s.pseudonym = h.subject_pseudonym)
              OR EXISTS (
                SELECT FROM erasure_value v JOIN ledger_entry e ON e.id = v.entry_id
                WHERE v.case_id = c.id AND e.subject_pseudonym = h.subject_pseudonym)
            WHEN h.from_at IS NULL THEN true
            ELSE EXISTS (
              SELECT FROM erasure_subject s JOIN ledger_entry e ON e.subject_pseudonym = s.pseudonym
              WHERE s.case_id = c.id AND e.occurred_at >= h.from_at AND e.occurred_at < h.to_at)
              OR EXISTS (
                SELECT FROM erasure_subject s JOIN archive_person a ON a.pseudonym = s.pseudonym
                  JOIN archive_period q ON q.id = a.period_id
                WHERE s.case_id = c.id AND q.from_day::timestamp AT TIME ZONE 'UTC' < h.to_at
                  AND q.below_day::timestamp AT TIME ZONE 'UTC' > h.from_at)
              OR EXISTS (
                SELECT FROM erasure_value v JOIN ledger_entry e ON e.id = v.entry_id
                WHERE v.case_id = c.id AND e.occurred_at >= h.from_at AND e.occurred_at < h.to_at)
          END
          ORDER BY c.id`
        return rows.map((row) => row.id)
      }),
  }
}

function holdOf(row: Row): LegalHold {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    scope: scopeOf(row),
    sealedReason: row.sealed_reason,
    placedBy: row.placed_by,
    placedAt: Math.round(row.placed_at),
    released: row.released_at === null ? null : { by: row.released_by, at: Math.round(row.released_at) },
  }
}

function scopeOf(row: Row): HoldScope {
  if (row.subject_pseudonym !== null) return { kind: 'subject', pseudonym: row.subject_pseudonym }
  if (row.from_at === null) return { kind: 'tenant' }
  return { kind: 'period', from: Math.round(row.from_at), to: Math.round(row.to_at) }
}
