import { CancellationScope, proxyActivities } from '@temporalio/workflow'
import type { ExportActivities } from '../activities/exports/types.ts'
import { failureCode } from './failure-code.ts'

/** Input of `exportSubject`: the id that `POST /v1/subjects/export` gave. Never a user id. */
export interface ExportSubjectInput {
  exportId: string
}

export interface ExportSubjectResult {
  /** Entries of the person that were collected. */
  entries: number
  /** True: the person's key is destroyed, and nothing could be read. */
  erased: boolean
  /** The entry in which it stands as a disclosure; null: nothing is shown. */
  disclosure: string | null
  /** Milliseconds since the Unix epoch until which it is kept. */
  expiresAt: number
}

const steps = proxyActivities<ExportActivities>({
  startToCloseTimeout: '1 minute',
  scheduleToCloseTimeout: '24 hours',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute' },
})
const { collectExport } = proxyActivities<ExportActivities>({
  startToCloseTimeout: '12 hours',
  scheduleToCloseTimeout: '24 hours',
  heartbeatTimeout: '2 minutes',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute' },
})

/**
 * Collects what is stored of a person, sealed under that person's key; puts it on record as a disclosure; then opens it for
 * reading. Null: it was taken back before it began.
 */
export async function exportSubject({ exportId }: ExportSubjectInput): Promise<ExportSubjectResult | null> {
  try {
    const collected = await collectExport({ exportId })
    if (collected === null) return null
    const { entry } = await steps.discloseExport({ exportId })
    const { expiresAt } = await steps.completeExport({ exportId })
    return { ...collected, disclosure: entry, expiresAt }
  } catch (error) {
    await CancellationScope.nonCancellable(() => steps.failExport({ exportId, code: failureCode(error) }))
    throw error
  }
}
