import { createHash } from 'node:crypto'

/** What the names of all reports' objects begin with. */
export const REPORTS_PREFIX = 'reports/'

/** What the names of a report's objects begin with. */
export function reportPrefix(tenantId: string, reportId: string): string {
  const tenant = createHash('sha256').update(tenantId, 'utf8').digest('hex').slice(0, 16)
  return `${REPORTS_PREFIX}${tenant}/${reportId}/`
}

/** @param making tells one making of it from another: a name is never used for other bytes. */
export function reportObject(tenantId: string, reportId: string, part: 'body' | 'pack', making: string): string {
  return `${reportPrefix(tenantId, reportId)}${part}-${making}.zip`
}
