import { proxyActivities } from '@temporalio/workflow'
import type { ArchiveActivities, DueCursor, DuePeriod } from '../../activities/archive/types.ts'
import { codeOf } from './code-of.ts'
import { type Book, MOST_NAMED } from './types.ts'

/** Periods that are archived side by side. */
const SIDE_BY_SIDE = 2

// What is away for a while is tried again a few times; the next run of the Schedule goes on where this one gave up.
const steps = proxyActivities<ArchiveActivities>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '5 minutes',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute', maximumAttempts: 6 },
})
const { exportPeriod } = proxyActivities<ArchiveActivities>({
  startToCloseTimeout: '6 hours',
  heartbeatTimeout: '1 minute',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute', maximumAttempts: 4 },
})

/** Waits until entries are anchored. */
export const { awaitAnchored } = proxyActivities<ArchiveActivities>({
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '1 minute',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute', maximumAttempts: 10 },
})

/** Archives the next periods that are due. Gives the place behind which there are more; null: there are none. */
export async function archiveBatch(after: DueCursor | null, book: Book): Promise<DueCursor | null> {
  book.begin('looks for what is due')
  const due = await steps.findDue({ after })
  book.begin(`archives ${due.periods.length} periods from ${due.periods[0]?.day ?? 'nowhere'} on`)
  const recorded = await archiveAll(due.periods, book)
  if (recorded.length > 0) {
    book.begin(`waits for the anchor of ${recorded.length} periods`)
    await awaitAnchored({ entries: recorded })
    book.counts.periods += recorded.length
  }
  return due.next
}

/** Gives the ids of the periods whose entries stand in the ledger now. */
async function archiveAll(due: readonly DuePeriod[], { counts, failures }: Book): Promise<string[]> {
  const recorded: string[] = []
  const waiting = [...due]
  const work = async () => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      try {
        const id = one.recorded ?? (await archiveOne(one, counts))
        if (id !== null) recorded.push(id)
      } catch (error) {
        const { tenant, retentionClass, day } = one
        const failure = { tenant, retentionClass, day, code: codeOf(error) }
        counts.failed += 1
        if (failures.length < MOST_NAMED) failures.push(failure)
      }
    }
  }
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work))
  return recorded
}

async function archiveOne(due: DuePeriod, counts: Book['counts']): Promise<string | null> {
  const { period } = await steps.preparePeriod(due)
  const exported = await exportPeriod({ period })
  if (exported === 'busy') {
    counts.busy += 1
    return null
  }
  if (exported.entries === 0) {
    counts.empty += 1
    return null
  }
  await steps.recordPeriod({ period })
  counts.entries += exported.entries
  counts.bytes += exported.bytes
  return period
}
