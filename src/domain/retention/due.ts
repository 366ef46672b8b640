import { leastHotDays, PROOF_CLASS, policyOfClass, type RetentionPolicy } from './retention-class.ts'

/** What a day needs to be done, by the clock alone. Days are `YYYY-MM-DD` in UTC and count as a whole: from their last entry. */

const DAY_MS = 86_400_000

/** Milliseconds behind a day's end before it is sealed: the time that requests live, and as much again. */
export const SEAL_AFTER_MS = 2 * DAY_MS

/** Milliseconds since the Unix epoch at which a day is over. */
export function endOfDay(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) + DAY_MS
}

/** The day behind it. */
export function dayAfter(day: string): string {
  return new Date(endOfDay(day)).toISOString().slice(0, 10)
}

export function isSealDue(day: string, nowMs: number): boolean {
  return endOfDay(day) + SEAL_AFTER_MS <= nowMs
}

/** Whether every entry of the day is past its hot window: it is archived, and its detected values go. */
export function isPastHot(day: string, { hotDays }: RetentionPolicy, nowMs: number): boolean {
  return endOfDay(day) + Math.max(hotDays, leastHotDays) * DAY_MS <= nowMs
}

/** Whether every entry of the day is at the end of its life. */
export function isExpired(day: string, { deleteAfterDays }: RetentionPolicy, nowMs: number): boolean {
  return endOfDay(day) + deleteAfterDays * DAY_MS <= nowMs
}

/** A tenant's entries of one class. */
export interface ClassOfTenant {
  tenantId: string
  retentionClass: string
}

/** What a tenant's entries of class `standard` follow. */
export type StandardPolicy = (tenantId: string) => RetentionPolicy

export interface DueOfDay {
  day: string
  isSealDue: boolean
  /** To be archived. */
  pastHot: readonly ClassOfTenant[]
  /** Tenants with such entries: their detected values of the day go, those under a hold aside. */
  valuesOf: readonly string[]
  /** Nothing on it is within a hot window any more: it leaves the database once it is archived. */
  isDropDue: boolean
  /** At the end of their life. */
  expired: readonly ClassOfTenant[]
}

/**
 * What is due of a day with entries of these classes. Proofs are never due; a class that is not known is never past anything, so
 * that its day stays.
 */
export function dueOfDay(
  day: string,
  classes: readonly ClassOfTenant[],
  standard: StandardPolicy,
  nowMs: number,
): DueOfDay {
  const known = classes.filter(({ retentionClass }) => retentionClass !== PROOF_CLASS)
  const those = (is: (policy: RetentionPolicy) => boolean) =>
    known.filter(({ tenantId, retentionClass }) => {
      const policy = policyOfClass(retentionClass, standard(tenantId))
      return policy !== null && is(policy)
    })
  const pastHot = those((policy) => isPastHot(day, policy, nowMs))
  const isSealed = isSealDue(day, nowMs)
  return {
    day,
    isSealDue: isSealed,
    pastHot,
    valuesOf: [...new Set(pastHot.map(({ tenantId }) => tenantId))],
    isDropDue: isSealed && pastHot.length === known.length,
    expired: those((policy) => isExpired(day, policy, nowMs)),
  }
}
