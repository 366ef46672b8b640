import { isSealDue } from '../../src/domain/retention/due.ts'
import type { Refused } from '../../src/ports/archive-catalogue.ts'
import type { DayDeps } from './day-deps.ts'
import type { DayActivities, DayOutcome } from './day-types.ts'

/** Seals days by the database's clock: a gateway's own may be wrong. */
export function createSealDay({ catalogue }: DayDeps): Pick<DayActivities, 'findDaysToSeal' | 'sealDay'> {
  return {
    async findDaysToSeal() {
      const { days, nowMs } = await catalogue.days()
      return { days: days.filter(({ day, isSealed }) => !isSealed && isSealDue(day, nowMs)).map(({ day }) => day) }
    },
    sealDay: async ({ day }) => outcomeOf(await catalogue.seal(day)),
  }
}

export function outcomeOf(result: string | Refused): DayOutcome {
  if (typeof result !== 'string') return { outcome: 'refused', code: result.refused }
  return { outcome: result === 'already' ? 'already' : 'done', code: null }
}
