import { heartbeat } from '@temporalio/activity'
import { archiveEntry } from '../../src/domain/retention/archive-entry.ts'
import { droppedDetail } from '../../src/domain/retention/dropped-detail.ts'
import { dueOfDay } from '../../src/domain/retention/due.ts'
import { appendOnce } from '../erasure/append-once.ts'
import type { DayDeps } from './day-deps.ts'
import type { DayActivities } from './day-types.ts'
import { outcomeOf } from './seal-day.ts'

type Steps = Pick<DayActivities, 'findDaysToDrop' | 'announceDrop' | 'dropDay'>

/** What may stand in the way of a day before its receipts are written. */
const RECEIPTS_MISSING = new Set(['no_receipt', 'receipt_not_anchored'])

/** From archived to gone: said in the ledger first, dropped only when that is anchored. */
export function createDropDay(deps: DayDeps): Steps {
  const { catalogue, anchors, standardPolicy } = deps
  return {
    async findDaysToDrop() {
      const { days, nowMs } = await catalogue.days()
      const due: string[] = []
      for (const { day, isSealed, isDropped } of days) {
        if (!isSealed || isDropped) continue
        heartbeat()
        if (dueOfDay(day, await catalogue.classesOf(day), standardPolicy, nowMs).isDropDue) due.push(day)
      }
      return { days: due }
    },

    async announceDrop({ day }) {
      const obstacle = await catalogue.obstacle(day)
      if (obstacle !== null && !RECEIPTS_MISSING.has(obstacle)) return { entries: [], code: obstacle }
      const entries: string[] = []
      for (const tenantId of await catalogue.leaving(day)) {
        heartbeat()
        entries.push(await announce(deps, tenantId, day))
      }
      return { entries, code: null }
    },

    async dropDay({ day }) {
      await anchors.refresh()
      const leaves = await catalogue.receiptLeaves(day)
      const covered = leaves.filter(({ origin, leafIndex }) => leafIndex < (anchors.of(origin)?.treeSize ?? 0))
      await catalogue.receiptsAnchored(covered.map(({ entry }) => entry))
      return outcomeOf(await catalogue.drop(day))
    },
  }
}

/** Once: the entry's id and the receipt's number are noted before it is written. Gives its id. */
async function announce(deps: DayDeps, tenantId: string, day: string): Promise<string> {
  const { catalogue, entries, now, newEntryId } = deps
  const { entryId, number } = await catalogue.openReceipt(day, tenantId, newEntryId())
  if ((await entries.entry(tenantId, entryId)) !== undefined) return entryId
  const what = await catalogue.tenantDay(day, tenantId)
  await appendOnce(
    deps,
    archiveEntry({
      id: entryId,
      at: now(),
      tenantId,
      status: 'dropped',
      detail: droppedDetail({ day, number, ...what }),
    }),
  )
  return entryId
}
