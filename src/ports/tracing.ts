/** Every attribute that a span of the gateway may have: ids, counts, codes, names and decisions; never text, nor who. */
export interface SpanAttributes {
  'http.request.method'?: string
  'http.route'?: string
  'http.response.status_code'?: number
  'error.type'?: string
  'server.address'?: string
  'server.port'?: number
  'gen_ai.operation.name'?: 'chat'
  'gen_ai.provider.name'?: string
  'gen_ai.request.model'?: string
  'gen_ai.request.choice.count'?: number
  'gen_ai.request.max_tokens'?: number
  'gen_ai.request.stream'?: boolean
  'gen_ai.response.model'?: string
  'gen_ai.response.finish_reasons'?: string[]
  'gen_ai.usage.input_tokens'?: number
  'gen_ai.usage.output_tokens'?: number
  'gen_ai.usage.cache_read.input_tokens'?: number
  'gen_ai.usage.reasoning.output_tokens'?: number
  'gen_ai.response.time_to_first_chunk'?: number
  'temporal.workflow.type'?: string
  'temporal.workflow.id'?: string
  'temporal.workflow.run_id'?: string
  'temporal.activity.type'?: string
  'temporal.activity.attempt'?: number
  'palimpsest.request_id'?: string
  'palimpsest.tool'?: string
  'palimpsest.route'?: string
  'palimpsest.route.reason'?: string
  'palimpsest.policy_version'?: string
  'palimpsest.engine_version'?: string
  'palimpsest.redactions'?: number
  'palimpsest.record_sync'?: boolean
  'palimpsest.attempt'?: number
  'palimpsest.attempts'?: number
  'palimpsest.status'?: string
  'palimpsest.error_code'?: string
  'palimpsest.cost_usd'?: string
}

export type SpanKindName = 'internal' | 'server' | 'client' | 'producer' | 'consumer'

export interface SpanStart {
  name: string
  kind: SpanKindName
  attributes: SpanAttributes
  /** A W3C `traceparent`; null: a new trace. Absent: the span in which this is called, if any. */
  parent?: string | null
}

export interface OpenSpan {
  /** W3C Trace Context, version 00. */
  readonly traceparent: string
  set(attributes: SpanAttributes): void
  /** A name from a bounded set. */
  rename(name: string): void
  /** @param errorType null: it went well; else a code or a kind, never a message */
  end(errorType: string | null): void
  /** What begins in `work`, or in what it awaits, is below this span. */
  within<T>(work: () => T): T
}

/** A span that was timed elsewhere, under the id that its children know. */
export interface TimedSpan extends SpanStart {
  /** W3C `traceparent` of the span itself. */
  traceparent: string
  parent: string
  /** Milliseconds since the Unix epoch. */
  startedAt: number
  endedAt: number
  errorType: string | null
}

/**
 * Where spans go. Duties: nothing here waits or throws, whatever the receiver does; what it does not take in time is
 * dropped and counted. A parent that says not sampled is obeyed as the sampler is set.
 */
export interface Tracing {
  begin(start: SpanStart): OpenSpan
  /** The span in which the caller runs; null: none. */
  current(): OpenSpan | null
  timed(span: TimedSpan): void
  /** Sends what is left, for two seconds at most. */
  close(): Promise<void>
}
