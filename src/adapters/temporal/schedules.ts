import { type Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client'

/** A workflow without arguments that runs again and again. */
export interface ScheduledWorkflow {
  workflowType: string
  everySeconds: number
}

/** What a gateway runs on Temporal Schedules: anchors well within a minute, a look at the ledger each hour. */
export const SCHEDULED: readonly ScheduledWorkflow[] = [
  { workflowType: 'anchor', everySeconds: 30 },
  { workflowType: 'selfCheck', everySeconds: 3600 },
]

/** Makes the schedules of a task queue that do not exist; gateways that share the queue share them. */
export async function ensureSchedules(client: Client, taskQueue: string): Promise<void> {
  for (const { workflowType, everySeconds } of SCHEDULED) {
    try {
      await client.schedule.create({
        scheduleId: `${taskQueue}/${workflowType}`,
        spec: { intervals: [{ every: everySeconds * 1000 }] },
        policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' },
        action: {
          type: 'startWorkflow',
          workflowType,
          workflowId: `${taskQueue}/${workflowType}`,
          taskQueue,
          workflowExecutionTimeout: '1 hour',
        },
      })
    } catch (error) {
      // Another gateway, or an earlier run of this one, has made it.
      if (!(error instanceof ScheduleAlreadyRunning)) throw error
    }
  }
}
