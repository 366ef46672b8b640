import {
  type Next,
  proxySinks,
  type Sinks,
  TemporalFailure,
  type WorkflowInboundCallsInterceptor,
  type WorkflowInterceptors,
  type WorkflowOutboundCallsInterceptor,
  workflowInfo,
} from '@temporalio/workflow'
import { readHeader, withHeader } from './header.ts'

/** What a workflow tells of its own span when it ends. Times are milliseconds of the workflow's clock. */
export interface TracingSinks extends Sinks {
  tracing: {
    ended(span: {
      traceparent: string
      parent: string
      startedAt: number
      endedAt: number
      errorType: string | null
    }): void
  }
}

/**
 * Hands the trace on from a workflow to its steps. Runs where workflows run: no SDK, no clock, no randomness. The span's id
 * is the end of the run's id, so that a replay has the same one. What has no header is left alone.
 */
export function interceptors(): WorkflowInterceptors {
  const { tracing } = proxySinks<TracingSinks>()
  let own: string | null = null
  const inbound: WorkflowInboundCallsInterceptor = {
    async execute(input, next) {
      const parent = readHeader(input.headers)
      if (parent === null) return next(input)
      const startedAt = Date.now()
      own = parent.replace(/^(00-[0-9a-f]{32}-)[0-9a-f]{16}/, `$1${spanIdOf(workflowInfo().runId)}`)
      const ended = (errorType: string | null) =>
        tracing.ended({ traceparent: String(own), parent, startedAt, endedAt: Date.now(), errorType })
      try {
        const result = await next(input)
        ended(null)
        return result
      } catch (error) {
        ended(typeOf(error))
        throw error
      }
    },
  }
  const handOn =
    <I extends { readonly headers: Parameters<typeof withHeader>[0] }>() =>
    (input: I, next: (input: I) => Promise<unknown>): Promise<unknown> =>
      next(own === null ? input : { ...input, headers: withHeader(input.headers, own) })
  const outbound: WorkflowOutboundCallsInterceptor = {
    scheduleActivity: handOn<Parameters<Next<WorkflowOutboundCallsInterceptor, 'scheduleActivity'>>[0]>(),
    scheduleLocalActivity: handOn<Parameters<Next<WorkflowOutboundCallsInterceptor, 'scheduleLocalActivity'>>[0]>(),
  }
  return { inbound: [inbound], outbound: [outbound] }
}

/** Of a UUID the last 16 hex digits. */
function spanIdOf(runId: string): string {
  return runId.replaceAll('-', '').slice(-16)
}

/** A code, never a message. */
function typeOf(error: unknown): string {
  const type = error instanceof TemporalFailure ? (error as { type?: unknown }).type : undefined
  return typeof type === 'string' && type !== '' ? type : error instanceof Error ? error.name : 'error'
}
