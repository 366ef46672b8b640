import type { Reader } from './env-reader.ts'

export const traceSamplers = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const
export type TraceSampler = (typeof traceSamplers)[number]

/** Where traces go, as OpenTelemetry's own variables say. */
export interface TracingSettings {
  /** Of `v1/traces`, over HTTP with protobuf. */
  url: string
  headers: Readonly<Record<string, string>>
  timeoutMs: number
  sampler: TraceSampler
  /** 0 to 1, for the samplers by ratio. */
  ratio: number
  /** Milliseconds between two exports. */
  delayMs: number
  serviceName: string
  attributes: Readonly<Record<string, string>>
}

/**
 * OpenTelemetry's environment variables, as far as traces over OTLP need them. Null: nothing is traced.
 * Source: OpenTelemetry specification, "Environment Variable Specification" and "OTLP Exporter Configuration".
 */
export function readTracing(read: Reader): { tracing: TracingSettings | null } {
  const own = read.httpUrl('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT')
  const base = read.httpUrl('OTEL_EXPORTER_OTLP_ENDPOINT')
  const isOff = read.oneOf('OTEL_SDK_DISABLED', ['true', 'false']) === 'true'
  const exporter = read.oneOf('OTEL_TRACES_EXPORTER', ['otlp', 'none'])
  read.oneOf('OTEL_EXPORTER_OTLP_PROTOCOL', ['http/protobuf'])
  const settings: Omit<TracingSettings, 'url'> = {
    headers: pairs(read, 'OTEL_EXPORTER_OTLP_HEADERS'),
    timeoutMs: milliseconds(read, 'OTEL_EXPORTER_OTLP_TIMEOUT', 10_000),
    sampler: read.oneOf('OTEL_TRACES_SAMPLER', traceSamplers) ?? 'parentbased_always_on',
    ratio: Number(read.matching('OTEL_TRACES_SAMPLER_ARG', /^(0(\.\d+)?|1(\.0+)?)$/, 'a ratio from 0 to 1') ?? 1),
    delayMs: milliseconds(read, 'OTEL_BSP_SCHEDULE_DELAY', 5_000),
    serviceName: read.text('OTEL_SERVICE_NAME') ?? 'palimpsest',
    attributes: pairs(read, 'OTEL_RESOURCE_ATTRIBUTES'),
  }
  const url = own ?? (base === null ? null : `${base}/v1/traces`)
  return { tracing: url === null || isOff || exporter === 'none' ? null : { url, ...settings } }
}

function milliseconds(read: Reader, name: string, fallback: number): number {
  const value = read.matching(name, /^[1-9]\d{0,6}$/, 'a number of milliseconds from 1 to 9999999')
  return value === null ? fallback : Number(value)
}

/** `name=value,name=value`, values percent-encoded (W3C Baggage, without properties). */
function pairs(read: Reader, name: string): Record<string, string> {
  const entries: [string, string][] = []
  for (const one of (read.text(name) ?? '').split(',')) {
    if (one.trim() === '') continue
    const [, key, value] = /^\s*([\w.\-/*]{1,255})\s*=\s*([\x21-\x2b\x2d-\x7e]*)\s*$/.exec(one) ?? []
    const decoded = value === undefined ? null : decode(value)
    if (key === undefined || decoded === null) {
      read.report(`${name} must be name=value pairs separated by commas, their values percent-encoded.`)
      return {}
    }
    entries.push([key, decoded])
  }
  return Object.fromEntries(entries)
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
