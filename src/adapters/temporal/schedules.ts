import { type Client, ScheduleAlreadyRunning, type ScheduleOptions, ScheduleOverlapPolicy } from '@temporalio/client'

/** A workflow without arguments that runs again and again. */
export interface ScheduledWorkflow {
  workflowType: string
  everySeconds: number
  /** What happens to a run that is due while the one before still works: it follows at once, or not at all. */
  whenLate: 'follow' | 'skip'
  /** Hours that a run may take with all that it goes on in; absent: one. */
  withinHours?: number
}

/** What a gateway runs on Temporal Schedules: anchors well within a minute, a look at the ledger and histories each hour, epochs and archives daily. */
export const SCHEDULED: readonly ScheduledWorkflow[] = [
  { workflowType: 'anchor', everySeconds: 30, whenLate: 'follow' },
  { workflowType: 'selfCheck', everySeconds: 3600, whenLate: 'skip' },
  { workflowType: 'expireArchives', everySeconds: 3600, whenLate: 'skip' },
  { workflowType: 'exportHistories', everySeconds: 3600, whenLate: 'skip' },
  { workflowType: 'rotateKeys', everySeconds: 86_400, whenLate: 'skip' },
  { workflowType: 'archivePeriods', everySeconds: 86_400, whenLate: 'skip', withinHours: 23 },
]

/**
 * Makes the schedules of a task queue; gateways that share the queue share them. One that an earlier version made is brought
 * to this one's times, and stays paused where it was.
 */
export async function ensureSchedules(client: Client, taskQueue: string): Promise<void> {
  for (const { workflowType, everySeconds, whenLate, withinHours = 1 } of SCHEDULED) {
    const scheduleId = `${taskQueue}/${workflowType}`
    const timing: Pick<ScheduleOptions, 'spec' | 'policies'> = {
      spec: { intervals: [{ every: everySeconds * 1000 }] },
      policies: {
        overlap: whenLate === 'follow' ? ScheduleOverlapPolicy.BUFFER_ONE : ScheduleOverlapPolicy.SKIP,
        catchupWindow: '1 minute',
      },
    }
    try {
      await client.schedule.create({
        scheduleId,
        ...timing,
        action: {
          type: 'startWorkflow',
          workflowType,
          workflowId: scheduleId,
          taskQueue,
          workflowExecutionTimeout: withinHours * 3_600_000,
        },
      })
    } catch (error) {
      // Another gateway, or an earlier run of this one, has made it.
      if (!(error instanceof ScheduleAlreadyRunning)) throw error
      await client.schedule.getHandle(scheduleId).update((previous) => ({ ...previous, ...timing }))
    }
  }
}
