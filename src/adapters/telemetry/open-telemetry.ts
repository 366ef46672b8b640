import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Attributes,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace'
import { formatTraceparent, parseTraceparent, type TraceParent } from '../../domain/ids/traceparent.ts'
import type { OpenSpan, SpanAttributes, SpanKindName, TimedSpan, Tracing } from '../../ports/tracing.ts'
import { samplerOf } from './sampler.ts'

export interface TelemetryOptions {
  /** Of OTLP's `v1/traces`, over HTTP with protobuf. */
  url: string
  headers: Readonly<Record<string, string>>
  timeoutMs: number
  sampler: string
  ratio: number
  delayMs: number
  serviceName: string
  attributes: Readonly<Record<string, string>>
  version: string
  /** Told of each batch of spans: whether the receiver took it. */
  onExport(spans: number, isTaken: boolean): void
}

const SCOPE = 'palimpsest'
/** Spans that wait for their export; what comes beyond is dropped. */
const MOST_WAITING = 4_096
const BATCH = 512
const CLOSE_WITHIN_MS = 2_000

const KINDS: Record<SpanKindName, SpanKind> = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
}

/**
 * Spans by OpenTelemetry's SDK, sent in batches over OTLP. Nothing is registered for the whole process, so no other library
 * makes spans of its own, whose attributes might hold what is sealed here.
 */
export function createTracing(options: TelemetryOptions): Tracing {
  const resource = resourceFromAttributes({
    'service.instance.id': randomUUID(),
    ...options.attributes,
    'service.name': options.serviceName,
    'service.version': options.version,
  })
  const processor = new BatchSpanProcessor({
    exporter: toldExporter(new OTLPTraceExporter(transportOf(options)), options.onExport),
    scheduledDelayMillis: options.delayMs,
    maxQueueSize: MOST_WAITING,
    maxExportBatchSize: BATCH,
  })
  const provider = new TracerProvider({ resource, sampler: samplerOf(options), spanProcessors: [processor] })
  const tracer = provider.getTracer(SCOPE, options.version)
  const running = new AsyncLocalStorage<OpenSpan>()
  return {
    begin({ name, kind, attributes, parent = running.getStore()?.traceparent ?? null }) {
      const above = parseTraceparent(parent)
      const context = above ? trace.setSpanContext(ROOT_CONTEXT, contextOf(above)) : ROOT_CONTEXT
      const started = { kind: KINDS[kind], attributes: attributes as Attributes }
      return openSpan(tracer.startSpan(name, started, context), running)
    },
    current: () => running.getStore() ?? null,
    timed(span) {
      const made = readable(span, resource, options.version)
      if (made) processor.onEnd(made)
    },
    async close() {
      await Promise.race([
        provider.shutdown().catch(() => undefined),
        sleep(CLOSE_WITHIN_MS, undefined, { ref: false }),
      ])
    },
  }
}

function transportOf({ url, headers, timeoutMs }: TelemetryOptions) {
  return { url, headers: { ...headers }, timeoutMillis: timeoutMs }
}

/** Tells what became of each batch. */
function toldExporter(exporter: SpanExporter, told: TelemetryOptions['onExport']): SpanExporter {
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        told(spans.length, result.code === 0)
        done(result)
      })
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  }
}

function openSpan(span: Span, running: AsyncLocalStorage<OpenSpan>): OpenSpan {
  const { traceId, spanId, traceFlags } = span.spanContext()
  const open: OpenSpan = {
    traceparent: formatTraceparent({ traceId, spanId, sampled: (traceFlags & TraceFlags.SAMPLED) !== 0 }),
    set: (attributes) => void span.setAttributes(attributes as Attributes),
    rename: (name) => void span.updateName(name),
    end(errorType) {
      if (errorType !== null) {
        span.setAttribute('error.type', errorType)
        span.setStatus({ code: SpanStatusCode.ERROR })
      }
      span.end()
    },
    within: (work) => running.run(open, work),
  }
  return open
}

function contextOf({ traceId, spanId, sampled }: TraceParent) {
  return { traceId, spanId, traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE, isRemote: true }
}

/** A span that ran where the SDK is not; undefined where its trace is not sampled. */
function readable(span: TimedSpan, resource: Resource, version: string): ReadableSpan | undefined {
  const [own, above] = [parseTraceparent(span.traceparent), parseTraceparent(span.parent)]
  if (!own?.sampled || !above) return undefined
  const attributes: SpanAttributes = {
    ...span.attributes,
    ...(span.errorType !== null && { 'error.type': span.errorType }),
  }
  return {
    name: span.name,
    kind: KINDS[span.kind],
    spanContext: () => contextOf(own),
    parentSpanContext: contextOf(above),
    startTime: hrTime(span.startedAt),
    endTime: hrTime(span.endedAt),
    duration: hrTime(span.endedAt - span.startedAt),
    status: { code: span.errorType === null ? SpanStatusCode.UNSET : SpanStatusCode.ERROR },
    attributes: attributes as Attributes,
    links: [],
    events: [],
    ended: true,
    resource,
    instrumentationScope: { name: SCOPE, version },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  }
}

function hrTime(ms: number): [number, number] {
  return [Math.floor(ms / 1000), Math.round((ms % 1000) * 1e6)]
}
