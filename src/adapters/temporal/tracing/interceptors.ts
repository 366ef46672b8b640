import type { WorkflowClientInterceptor } from '@temporalio/client'
import type { ActivityInterceptorsFactory, InjectedSinks, WorkerInterceptors } from '@temporalio/worker'
import type { SpanAttributes, Tracing } from '../../../ports/tracing.ts'
import { readHeader, withHeader } from './header.ts'
import type { TracingSinks } from './workflow-interceptors.ts'

/** What a step's span says of its input and result: ids, counts and decisions only. */
export type DescribeStep = (activityType: string, input: unknown, result: unknown) => SpanAttributes

/** A span for each start of a workflow, which carries it on. Without a span around it nothing is begun. */
export function tracedStarts(tracing: Tracing): WorkflowClientInterceptor {
  return {
    async startWithDetails(input, next) {
      if (tracing.current() === null) return next(input)
      const span = tracing.begin({
        name: `StartWorkflow:${input.workflowType}`,
        kind: 'producer',
        attributes: { 'temporal.workflow.type': input.workflowType, 'temporal.workflow.id': input.options.workflowId },
      })
      try {
        const started = await next({ ...input, headers: withHeader(input.headers, span.traceparent) })
        span.set({ 'temporal.workflow.run_id': started.runId })
        span.end(null)
        return started
      } catch (error) {
        span.end(nameOf(error))
        throw error
      }
    },
  }
}

/** A span for each run of a step, below its workflow's, and the workflow's own when it ends. */
export function tracedWork(
  tracing: Tracing,
  describe: DescribeStep,
): { interceptors: WorkerInterceptors; sinks: InjectedSinks<TracingSinks> } {
  return {
    interceptors: { activity: [tracedActivity(tracing, describe)] },
    sinks: {
      tracing: {
        ended: {
          callDuringReplay: false,
          fn(info, span) {
            tracing.timed({
              ...span,
              name: `RunWorkflow:${info.workflowType}`,
              kind: 'internal',
              attributes: {
                'temporal.workflow.type': info.workflowType,
                'temporal.workflow.id': info.workflowId,
                'temporal.workflow.run_id': info.runId,
              },
            })
          },
        },
      },
    },
  }
}

function tracedActivity(tracing: Tracing, describe: DescribeStep): ActivityInterceptorsFactory {
  return ({ info }) => ({
    inbound: {
      async execute(input, next) {
        const parent = readHeader(input.headers)
        if (parent === null) return next(input)
        const span = tracing.begin({
          name: `RunActivity:${info.activityType}`,
          kind: 'internal',
          parent,
          attributes: {
            'temporal.activity.type': info.activityType,
            'temporal.activity.attempt': info.attempt,
            'temporal.workflow.id': info.workflowExecution?.workflowId ?? '',
            'temporal.workflow.run_id': info.workflowExecution?.runId ?? '',
          },
        })
        try {
          const result = await span.within(() => next(input))
          span.set(describe(info.activityType, input.args[0], result))
          span.end(null)
          return result
        } catch (error) {
          span.set(describe(info.activityType, input.args[0], undefined))
          span.end(nameOf(error))
          throw error
        }
      },
    },
  })
}

/** The failure's type where it has one, which is a code; else the error's class. */
function nameOf(error: unknown): string {
  const type = (error as { type?: unknown } | null)?.type
  if (typeof type === 'string' && type !== '') return type
  return error instanceof Error ? error.name : 'error'
}
