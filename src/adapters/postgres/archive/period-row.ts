import type { ArchivedPeriod } from '../../../ports/archive-periods.ts'
import type { Row } from '../sql.ts'

/** Of a period that may not be there, beside its tenant and class. */
export const COLUMNS_OR_NONE = `p.id, p.generation, p.entries, to_char(p.from_day, 'YYYY-MM-DD') AS from_day,
  to_char(p.below_day, 'YYYY-MM-DD') AS below_day, p.recorded_at IS NOT NULL AS recorded,
  p.anchored_at IS NOT NULL AS anchored, p.expired_at IS NOT NULL AS expired`

/** Of `archive_period p`, as `periodOf` reads them. */
export const COLUMNS = `p.tenant_id, p.retention_class, ${COLUMNS_OR_NONE}`

export function periodOf(row: Row): ArchivedPeriod {
  return {
    id: String(row.id),
    tenantId: String(row.tenant_id),
    retentionClass: String(row.retention_class),
    fromDay: String(row.from_day),
    belowDay: String(row.below_day),
    generation: Number(row.generation),
    entries: Number(row.entries),
    isRecorded: row.recorded === true,
    isAnchored: row.anchored === true,
    isExpired: row.expired === true,
  }
}
