import {
  ApplicationFailure,
  CancellationScope,
  defineQuery,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  sleep,
} from '@temporalio/workflow'
import type { Collected, ReportActivities } from '../activities/reports/types.ts'
import { failureCode } from './failure-code.ts'

/** Input of `makeReport`: the id that `POST /v1/reports` gave. */
export interface MakeReportInput {
  reportId: string
}

export interface MakeReportResult {
  entries: number
  /** Entries of the tenant that are not accounted for: 0 where nothing is missing. */
  missing: number
  /** The entry that holds the digest of its manifest. */
  entry: string
  bytes: number
}

export interface ReportProgress {
  step: 'reading' | 'recording' | 'sealing' | 'completed' | 'failed'
  waitsFor: string | null
}

export const progressQuery = defineQuery<ReportProgress>('progress')

const retry = { initialInterval: '1 second', maximumInterval: '1 minute' } as const
const { collectReport } = proxyActivities<ReportActivities>({
  startToCloseTimeout: '2 hours',
  scheduleToCloseTimeout: '6 hours',
  heartbeatTimeout: '1 minute',
  retry,
})
const { recordReport, failReport } = proxyActivities<ReportActivities>({
  startToCloseTimeout: '1 minute',
  scheduleToCloseTimeout: '24 hours',
  retry,
})
const { sealReport } = proxyActivities<ReportActivities>({
  startToCloseTimeout: '1 hour',
  scheduleToCloseTimeout: '24 hours',
  heartbeatTimeout: '1 minute',
  retry,
})

/** What a restore from the deepest class takes at most is two days; nobody is asked to come back sooner than this. */
const RESTORE_DAYS = 7
const SOON_MS = 60_000
const LATER_MS = 15 * 60_000
const SOON_TIMES = 10

/**
 * Makes a report: reads and asks, puts on record what came out, then seals the pack with the proof of that entry and opens it for
 * reading. Where archived objects have to be restored first it waits for them. Null: it was taken back before it began.
 */
export async function makeReport({ reportId }: MakeReportInput): Promise<MakeReportResult | null> {
  let progress: ReportProgress = { step: 'reading', waitsFor: null }
  const tell = (step: ReportProgress['step'], waitsFor: string | null = null) => {
    progress = { step, waitsFor }
    setCurrentDetails(waitsFor === null ? step : `${step}: ${waitsFor}`)
  }
  setHandler(progressQuery, () => progress)
  try {
    tell('reading')
    const collected = await collect(reportId, (objects) =>
      tell('reading', `${objects} archived objects are being restored`),
    )
    if (collected.state !== 'collected') return null
    tell('recording')
    const { entry } = await recordReport({ reportId })
    tell('sealing')
    const { bytes } = await sealReport({ reportId })
    tell('completed')
    return { entries: collected.entries, missing: collected.missing, entry, bytes }
  } catch (error) {
    tell('failed')
    await CancellationScope.nonCancellable(() => failReport({ reportId, code: codeOf(error) }))
    throw error
  }
}

async function collect(reportId: string, waits: (objects: number) => void): Promise<Collected> {
  const mostTimes = SOON_TIMES + (RESTORE_DAYS * 86_400_000) / LATER_MS
  for (let times = 0; times < mostTimes; times++) {
    const collected = await collectReport({ reportId })
    if (collected.state !== 'restore_pending') return collected
    waits(collected.objects)
    await sleep(times < SOON_TIMES ? SOON_MS : LATER_MS)
  }
  throw ApplicationFailure.nonRetryable('archived objects were not restored in time', 'archive_restore_pending')
}

/** A code as the database takes it. */
function codeOf(error: unknown): string {
  const code = failureCode(error)
  return /^[\w:.-]{1,128}$/.test(code) ? code : 'failed'
}
