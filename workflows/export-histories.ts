import { proxyActivities } from '@temporalio/workflow'
import type { ExportedHistories, HistoryActivities } from '../activities/histories/types.ts'

const { exportClosed } = proxyActivities<HistoryActivities>({
  startToCloseTimeout: '50 minutes',
  scheduleToCloseTimeout: '55 minutes',
  heartbeatTimeout: '5 minutes',
  retry: { initialInterval: '10 seconds', maximumInterval: '5 minutes' },
})

/** Keeps the histories of requests that have ended, before Temporal forgets them. On a Schedule, hourly. */
export async function exportHistories(): Promise<ExportedHistories> {
  return exportClosed()
}
