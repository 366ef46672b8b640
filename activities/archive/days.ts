import { withoutData } from '../without-data.ts'
import type { DayDeps } from './day-deps.ts'
import type { DayActivities } from './day-types.ts'
import { createDropDay } from './drop-day.ts'
import { createExpireValues } from './expire-values.ts'
import { createSealDay } from './seal-day.ts'

/** The steps of days: sealed, dropped, and without their detected values in time. */
export function createDayActivities(deps: DayDeps): DayActivities {
  const steps: DayActivities = { ...createSealDay(deps), ...createDropDay(deps), ...createExpireValues(deps) }
  return withoutData(steps, 'a step of a day could not be done and is tried again')
}
