import type { PrepareResult, RecordResult } from '../../activities/request/types.ts'
import { type DescribeStep, tracedWork } from '../adapters/temporal/tracing/interceptors.ts'
import type { Log } from '../api/deps.ts'
import type { Metrics } from '../api/metrics.ts'
import type { Environment } from '../config/env.ts'
import type { SpanAttributes, Tracing } from '../ports/tracing.ts'

/** Spans over OTLP as the environment says; null: nothing is traced, and nothing of it is on any path. */
export async function openTracing(
  { env, version, log }: { env: Pick<Environment, 'tracing'>; version: string; log: Log },
  metrics: Pick<Metrics, 'spansExported'>,
): Promise<Tracing | null> {
  if (env.tracing === null) return null
  const { createTracing } = await import('../adapters/telemetry/open-telemetry.ts')
  let isAway = false
  return createTracing({
    ...env.tracing,
    version,
    onExport(spans, isTaken) {
      metrics.spansExported(spans, isTaken)
      if (isTaken !== isAway) return
      isAway = !isTaken
      if (isAway) log.warn({}, 'the receiver of traces does not take them: they are dropped, requests go on')
      else log.info({}, 'the receiver of traces takes them again')
    },
  })
}

/** What goes around a worker's steps; nothing where nothing is traced. */
export function aroundSteps(tracing: Tracing | null) {
  return tracing === null ? {} : { around: tracedWork(tracing, describeStep) }
}

/** Of the steps of a request: counts, decisions and codes, as they stand in the history. */
const describeStep: DescribeStep = (activityType, input, result) => {
  const id = (input as { requestId?: unknown } | null | undefined)?.requestId
  const attributes = typeof id === 'string' ? { 'palimpsest.request_id': id } : {}
  const describe = result === undefined ? undefined : STEPS[activityType]
  return { ...attributes, ...describe?.(result) }
}

const STEPS: Readonly<Record<string, (result: unknown) => SpanAttributes>> = {
  prepare: (result) => preparedAttributes(result as PrepareResult),
  callModel: (result) => calledAttributes(result as { attempt: number; status: string; errorCode: string | null }),
  retryModel: (result) => calledAttributes(result as { attempt: number; status: string; errorCode: string | null }),
  record: (result) => recordedAttributes(result as RecordResult),
}

function preparedAttributes(result: PrepareResult): SpanAttributes {
  if (result.kind === 'refused') return { 'palimpsest.status': 'refused', 'palimpsest.error_code': result.code }
  if (result.kind !== 'ready') return { 'palimpsest.status': result.kind }
  return {
    'palimpsest.status': 'ready',
    'palimpsest.route': `${result.route.provider}/${result.route.model}`,
    'palimpsest.route.reason': result.reason,
    'palimpsest.policy_version': result.policyVersion,
    'palimpsest.engine_version': result.engineVersion,
    'palimpsest.redactions': Object.values(result.entityCounts).reduce((sum, count) => sum + count, 0),
    'palimpsest.record_sync': result.recordSync,
  }
}

function calledAttributes(result: { attempt: number; status: string; errorCode: string | null }): SpanAttributes {
  return {
    'palimpsest.attempt': result.attempt,
    'palimpsest.status': result.status,
    ...(result.errorCode !== null && { 'palimpsest.error_code': result.errorCode }),
  }
}

function recordedAttributes(result: RecordResult): SpanAttributes {
  return {
    'palimpsest.status': result.status,
    'palimpsest.attempts': result.attempts,
    ...(result.errorCode !== null && { 'palimpsest.error_code': result.errorCode }),
    ...(result.costUsd !== null && { 'palimpsest.cost_usd': result.costUsd }),
  }
}
