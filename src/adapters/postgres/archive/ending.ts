import type { EndingArchives } from '../../../ports/ending-archives.ts'
import { asEraser } from '../erasure/as-eraser.ts'
import type { Sql } from '../sql.ts'
import { createAdopted } from './adopted.ts'
import { asArchivist } from './as-archivist.ts'
import { createArchiveHolds } from './ending-holds.ts'

type Erased = Pick<
  EndingArchives,
  'periodsOf' | 'cutsIn' | 'supersede' | 'rewrittenFor' | 'residueOf' | 'coldUntil' | 'entryOn'
>

/** What the catalogue says of archives that an erasure, a hold or the end of their life touches. */
export function createEndingArchives(sql: Sql): EndingArchives {
  const erased: Erased = {
    periodsOf: (caseId) =>
      asEraser(sql, async (transaction) => {
        const rows = await transaction`
          SELECT DISTINCT p.id, p.from_day FROM erasure_case c JOIN archive_period p ON p.tenant_id = c.tenant_id
          WHERE c.id = ${caseId}
            AND (p.expired_at IS NULL
                 OR EXISTS (SELECT FROM archive_object o WHERE o.period_id = p.id AND o.part = 'held' AND o.state <> 'removed'))
            AND (EXISTS (SELECT FROM erasure_subject s JOIN archive_person a ON a.pseudonym = s.pseudonym
                         WHERE s.case_id = c.id AND a.period_id = p.id)
                 OR EXISTS (SELECT FROM erasure_cut k WHERE k.case_id = c.id
                            AND k.entry_id >= ledger_day_bound(p.from_day) AND k.entry_id < ledger_day_bound(p.below_day)))
          ORDER BY p.from_day, p.id`
        return rows.map(({ id }) => String(id))
      }),

    cutsIn: (caseId, periodId) =>
      asEraser(sql, async (transaction) => {
        const rows = await transaction`
          SELECT k.entry_id, k.content_group,
            CASE k.content_group WHEN 'prompt' THEN c.sealed_prompt ELSE c.sealed_response END AS sealed
          FROM erasure_cut k JOIN archive_period p ON p.id = ${periodId}
            JOIN ledger_entry e ON e.id = k.entry_id JOIN content c ON c.entry_id = k.entry_id
          WHERE k.case_id = ${caseId} AND k.remaining IS NULL
            AND k.entry_id >= ledger_day_bound(p.from_day) AND k.entry_id < ledger_day_bound(p.below_day)
            AND e.tenant_id = p.tenant_id AND e.retention_class = p.retention_class
          ORDER BY k.entry_id, k.content_group`
        return rows.flatMap((row) =>
          row.sealed === null ? [] : [{ entryId: row.entry_id, group: row.content_group, sealed: row.sealed }],
        )
      }),

    supersede: (periodId, { manifest, stored, superseded }) =>
      asArchivist(sql, async (transaction) => {
        await transaction`
          UPDATE archive_object SET state = 'stored'
          WHERE period_id = ${periodId} AND name = ANY(${[...stored]}) AND state = 'writing'`
        await transaction`
          UPDATE archive_object SET state = 'superseded'
          WHERE period_id = ${periodId} AND name = ANY(${[...superseded]}) AND state = 'stored'`
        if (manifest === null) return
        await transaction`
          UPDATE archive_period SET generation = ${manifest.generation}, manifest_entry = ${manifest.entry}
          WHERE id = ${periodId} AND generation <= ${manifest.generation}`
      }),

    async rewrittenFor(tenantId, caseId) {
      const [row] = await sql`
        SELECT count(*)::integer AS objects FROM ledger_entry
        WHERE kind = 'archive' AND tenant_id = ${tenantId} AND related_entry IS NOT NULL AND status = 'superseded'
          AND detail::jsonb ->> 'case' = ${caseId}`
      return Number(row?.objects ?? 0)
    },

    residueOf: (caseId) =>
      asEraser(sql, async (transaction) => {
        const rows = await transaction`
          SELECT DISTINCT o.name, o.sha256, o.state FROM erasure_subject s JOIN archive_person a ON a.pseudonym = s.pseudonym
            JOIN archive_object o ON o.period_id = a.period_id
          WHERE s.case_id = ${caseId} AND o.part IN ('content', 'held') AND o.state <> 'removed' ORDER BY o.name`
        return {
          objects: rows
            .filter(({ state }) => state === 'stored')
            .map((row) => ({ name: row.name, sha256: row.sha256 })),
          left: rows.filter(({ state }) => state === 'superseded').length,
        }
      }),

    async coldUntil(tenantId) {
      const rows = await sql`
        SELECT p.retention_class, to_char(max(p.from_day), 'YYYY-MM-DD') AS last_day FROM archive_period p
        WHERE p.tenant_id = ${tenantId} AND p.expired_at IS NULL
          AND EXISTS (SELECT FROM archive_day d WHERE d.day = p.from_day AND d.dropped_at IS NOT NULL)
          AND EXISTS (SELECT FROM archive_object o WHERE o.period_id = p.id AND o.part = 'content' AND o.state = 'stored')
        GROUP BY 1 ORDER BY 1`
      return rows.map((row) => ({ retentionClass: row.retention_class, lastDay: row.last_day }))
    },

    async entryOn(tenantId, periodId, status, object) {
      const [row] = await sql`
        SELECT id FROM ledger_entry
        WHERE kind = 'archive' AND tenant_id = ${tenantId} AND related_entry = ${periodId} AND status = ${status}
          AND (${object}::text IS NULL OR detail::jsonb ->> 'object' = ${object})
          AND (${object}::text IS NOT NULL OR detail::jsonb ->> 'object' IS NULL)
        ORDER BY id DESC LIMIT 1`
      return row && String(row.id)
    },
  }
  return { ...erased, ...createArchiveHolds(sql), ...createAdopted(sql) }
}
