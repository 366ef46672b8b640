import {
  ActivityFailure,
  ApplicationFailure,
  continueAsNew,
  defineQuery,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
  setHandler,
} from '@temporalio/workflow'
import type { ArchiveActivities, DueCursor, DuePeriod } from '../activities/archive/types.ts'

/** Input of `archivePeriods`; without any it begins with the first day. What is in it a run hands to the next one. */
export interface ArchiveRun {
  after?: DueCursor
  counts?: ArchiveCounts
  failures?: PeriodFailure[]
}

export interface ArchiveCounts {
  /** Periods that are recorded and anchored now, and their entries. */
  periods: number
  entries: number
  bytes: number
  /** Periods without an entry, and those that another run worked on. */
  empty: number
  busy: number
  failed: number
}

/** A period that was left as it was; the next run tries it again. */
export interface PeriodFailure {
  tenant: string
  retentionClass: string
  day: string
  code: string
}

export interface ArchiveResult {
  counts: ArchiveCounts
  /** The first of them; `counts.failed` says how many there are. */
  failures: PeriodFailure[]
}

export const archiveProgress = defineQuery<{ step: string; counts: ArchiveCounts; failures: PeriodFailure[] }>(
  'progress',
)

/** Periods that are archived side by side. */
const SIDE_BY_SIDE = 2
/** Batches of one run; what is left goes on in a new one, so that histories stay short. */
const BATCHES = 6
const MOST_FAILURES = 100

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
const { awaitAnchored } = proxyActivities<ArchiveActivities>({
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '1 minute',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute', maximumAttempts: 10 },
})

/**
 * Archives what is older than its hot window: every period becomes objects that are stored, fetched back and compared with the
 * database, then an entry of the ledger that is anchored. Only then may a day go from the database. On a Schedule, daily;
 * startable at any time. A period that fails does not stop the others.
 */
export async function archivePeriods(input: ArchiveRun = {}): Promise<ArchiveResult> {
  const counts: ArchiveCounts = input.counts ?? { periods: 0, entries: 0, bytes: 0, empty: 0, busy: 0, failed: 0 }
  const failures = input.failures ?? []
  let step = 'looks for what is due'
  setHandler(archiveProgress, () => ({ step, counts, failures }))
  const begin = (name: string) => {
    step = name
    setCurrentDetails(`Step: ${name}\n\n${JSON.stringify(counts)}`)
  }
  let after: DueCursor | null = input.after ?? null
  for (let batch = 0; ; batch++) {
    if (batch === BATCHES) return continueAsNew<typeof archivePeriods>({ ...(after && { after }), counts, failures })
    begin('looks for what is due')
    const due = await steps.findDue({ after })
    begin(`archives ${due.periods.length} periods from ${due.periods[0]?.day ?? 'nowhere'} on`)
    const recorded = await archiveAll(due.periods, counts, failures)
    if (recorded.length > 0) {
      begin(`waits for the anchor of ${recorded.length} periods`)
      await awaitAnchored({ periods: recorded })
      counts.periods += recorded.length
    }
    after = due.next
    if (after === null) break
  }
  begin('done')
  return { counts, failures }
}

/** Gives the ids of the periods whose entries stand in the ledger now. */
async function archiveAll(
  due: readonly DuePeriod[],
  counts: ArchiveCounts,
  failures: PeriodFailure[],
): Promise<string[]> {
  const recorded: string[] = []
  const waiting = [...due]
  const work = async () => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      try {
        const id = one.recorded ?? (await archiveOne(one, counts))
        if (id !== null) recorded.push(id)
      } catch (error) {
        if (isCancellation(error)) throw error
        counts.failed += 1
        const { tenant, retentionClass, day } = one
        if (failures.length < MOST_FAILURES) failures.push({ tenant, retentionClass, day, code: codeOf(error) })
      }
    }
  }
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work))
  return recorded
}

async function archiveOne(due: DuePeriod, counts: ArchiveCounts): Promise<string | null> {
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

function codeOf(error: unknown): string {
  const cause = error instanceof ActivityFailure ? error.cause : error
  return cause instanceof ApplicationFailure ? (cause.type ?? 'failed') : 'failed'
}
