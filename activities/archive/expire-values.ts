import { heartbeat } from '@temporalio/activity'
import { dueOfDay } from '../../src/domain/retention/due.ts'
import type { DayDeps } from './day-deps.ts'
import type { DayActivities, TenantDay } from './day-types.ts'

/** Values that are deleted in one transaction. */
const AT_ONCE = 5_000

/**
 * Detected values live in the hot window of their entry's class and no longer, also where the day stays in the database because
 * others keep it longer.
 */
export function createExpireValues({
  catalogue,
  standardPolicy,
}: DayDeps): Pick<DayActivities, 'findValuesToExpire' | 'expireValues'> {
  return {
    async findValuesToExpire() {
      const { days, nowMs } = await catalogue.days()
      const values: TenantDay[] = []
      for (const { day, isDropped } of days) {
        if (isDropped || !dueOfDay(day, [], standardPolicy, nowMs).isSealDue) continue
        heartbeat()
        const { valuesOf } = dueOfDay(day, await catalogue.classesOf(day), standardPolicy, nowMs)
        values.push(...valuesOf.map((tenant) => ({ tenant, day })))
      }
      return { values }
    },

    async expireValues({ tenant, day }) {
      let values = 0
      for (;;) {
        const gone = await catalogue.expireValues(tenant, day, AT_ONCE)
        values += gone
        if (gone < AT_ONCE) return { values }
        heartbeat()
      }
    },
  }
}
