import { proxyActivities } from '@temporalio/workflow'
import type { DayActivities, TenantDay } from '../../activities/archive/day-types.ts'
import { codeOf } from './code-of.ts'
import { awaitAnchored } from './periods.ts'
import { type Book, noteLeft } from './types.ts'

const steps = proxyActivities<DayActivities>({
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '15 minutes',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute', maximumAttempts: 6 },
})

/** Tenants' days whose values go in one run, and days whose receipts are waited for at once. */
const VALUES_AT_ONCE = 300
const DAYS_AT_ONCE = 30

export async function sealDays(book: Book): Promise<void> {
  book.begin('seals days')
  for (const day of (await steps.findDaysToSeal()).days) {
    const { outcome, code } = await steps.sealDay({ day })
    if (outcome === 'done') book.counts.sealed += 1
    else if (outcome === 'refused') noteLeft(book, day, code)
  }
}

/** Gives the place behind which there are more; null: there are none. */
export async function expireValues(after: TenantDay | null, book: Book): Promise<TenantDay | null> {
  book.begin('deletes detected values past their hot window')
  const { values } = await steps.findValuesToExpire()
  const behind = after === null ? values : values.slice(placeBehind(values, after))
  for (const one of behind.slice(0, VALUES_AT_ONCE)) {
    try {
      book.counts.values += (await steps.expireValues(one)).values
    } catch (error) {
      noteLeft(book, one.day, codeOf(error))
    }
  }
  return behind.length > VALUES_AT_ONCE ? (behind[VALUES_AT_ONCE - 1] ?? null) : null
}

function placeBehind(values: readonly TenantDay[], after: TenantDay): number {
  return values.findIndex(({ tenant, day }) => tenant === after.tenant && day === after.day) + 1
}

/** Each day is announced in the ledger, and goes when that is anchored. */
export async function dropDays(book: Book): Promise<void> {
  const { days } = await steps.findDaysToDrop()
  for (let at = 0; at < days.length; at += DAYS_AT_ONCE) await dropSome(days.slice(at, at + DAYS_AT_ONCE), book)
}

async function dropSome(days: readonly string[], book: Book): Promise<void> {
  book.begin(`announces that ${days.length} days leave the database, from ${days[0]} on`)
  const announced: string[] = []
  const entries: string[] = []
  for (const day of days) {
    try {
      const said = await steps.announceDrop({ day })
      if (said.code !== null) {
        noteLeft(book, day, said.code)
        continue
      }
      announced.push(day)
      entries.push(...said.entries)
    } catch (error) {
      noteLeft(book, day, codeOf(error))
    }
  }
  if (entries.length > 0) {
    book.begin(`waits for the anchor of ${entries.length} receipts`)
    await awaitAnchored({ entries })
  }
  book.begin(`drops ${announced.length} days, from ${announced[0] ?? 'none'} on`)
  for (const day of announced) {
    try {
      const { outcome, code } = await steps.dropDay({ day })
      if (outcome === 'done') book.counts.dropped += 1
      else if (outcome === 'refused') noteLeft(book, day, code)
    } catch (error) {
      noteLeft(book, day, codeOf(error))
    }
  }
}
