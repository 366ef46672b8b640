import { heartbeat } from '@temporalio/activity'
import { isPastHot } from '../../src/domain/retention/due.ts'
import type { ArchiveDeps } from './deps.ts'
import type { ArchiveActivities, DueCursor, DuePeriod } from './types.ts'

const DAY_MS = 86_400_000
/** Periods in one answer at most. */
const MOST = 50

/** Looks for what is to be archived, a day after the other. */
export function createFindDue({ periods, policyOf }: ArchiveDeps): ArchiveActivities['findDue'] {
  return async ({ after }) => {
    const { days, nowMs } = await periods.sealedDays(after === null ? null : dayBefore(after.day))
    const due: DuePeriod[] = []
    for (const day of days) {
      heartbeat()
      for (const { tenantId, retentionClass, period } of await periods.ofDay(day)) {
        if (after !== null && !isBehind(after, { day, tenant: tenantId, retentionClass })) continue
        const policy = policyOf(tenantId, retentionClass)
        if (period?.isAnchored === true || policy === null || !isPastHot(day, policy, nowMs)) continue
        if (due.length === MOST) return { periods: due, next: cursorOf(due.at(-1)) }
        due.push({ tenant: tenantId, retentionClass, day, recorded: period?.isRecorded === true ? period.id : null })
      }
    }
    return { periods: due, next: null }
  }
}

function cursorOf(last: DuePeriod | undefined): DueCursor | null {
  return last ? { day: last.day, tenant: last.tenant, retentionClass: last.retentionClass } : null
}

/** In the order in which the catalogue gives periods: by day, then by tenant and class as bytes. */
function isBehind(after: DueCursor, at: DueCursor): boolean {
  const left = [after.day, after.tenant, after.retentionClass].map((text) => Buffer.from(text))
  const right = [at.day, at.tenant, at.retentionClass].map((text) => Buffer.from(text))
  for (const [index, bytes] of left.entries()) {
    const order = Buffer.compare(bytes, right[index] ?? bytes)
    if (order !== 0) return order < 0
  }
  return false
}

function dayBefore(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - DAY_MS).toISOString().slice(0, 10)
}
