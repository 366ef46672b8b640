import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../../src/config/config-error.ts'
import { readEnvironment } from '../../../src/config/env.ts'
import { formatTraceparent, parseTraceparent } from '../../../src/domain/ids/traceparent.ts'

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://otel.example.com/' }

function problemsOf(env: Record<string, string>): string {
  try {
    readEnvironment(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  return ''
}

describe("OpenTelemetry's variables", () => {
  it('trace nothing where no receiver is named, or where they say so', () => {
    for (const env of [
      {},
      { OTEL_SERVICE_NAME: 'x' },
      { ...ENDPOINT, OTEL_SDK_DISABLED: 'true' },
      { ...ENDPOINT, OTEL_TRACES_EXPORTER: 'none' },
    ]) {
      expect(readEnvironment(env).tracing).toBeNull()
    }
  })

  it('are read as their specification says', () => {
    expect(
      readEnvironment({
        ...ENDPOINT,
        OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20abc, x-tenant = t1',
        OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
        OTEL_TRACES_SAMPLER_ARG: '0.25',
        OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=prod',
        OTEL_SERVICE_NAME: 'gateway',
        OTEL_BSP_SCHEDULE_DELAY: '250',
      }).tracing,
    ).toEqual({
      url: 'https://otel.example.com/v1/traces',
      headers: { authorization: 'Bearer abc', 'x-tenant': 't1' },
      timeoutMs: 10_000,
      sampler: 'parentbased_traceidratio',
      ratio: 0.25,
      delayMs: 250,
      serviceName: 'gateway',
      attributes: { 'deployment.environment.name': 'prod' },
    })
    const own = { ...ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://other.example.com/traces' }
    expect(readEnvironment(own).tracing?.url).toBe('https://other.example.com/traces')
  })

  it.each([
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'authorization: Bearer s3cr3t'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'a=%zz-s3cr3t'],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', '-1'],
    ['OTEL_TRACES_SAMPLER', 'parentbased_alway_on'],
    ['OTEL_TRACES_SAMPLER_ARG', '1.5'],
    ['OTEL_BSP_SCHEDULE_DELAY', '0'],
    ['OTEL_SDK_DISABLED', 'perhaps'],
  ])('are refused by name, without their value: %s=%s', (name, value) => {
    const problems = problemsOf({ ...ENDPOINT, [name]: value })
    expect(problems).toContain(name)
    expect(problems).not.toContain('s3cr3t')
  })
})

describe('a traceparent', () => {
  const [trace, span] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331']

  it('is read as it is written', () => {
    for (const sampled of [true, false]) {
      const parent = { traceId: trace, spanId: span, sampled }
      expect(parseTraceparent(formatTraceparent(parent))).toEqual(parent)
    }
  })

  it('of a later version is read as far as it is known', () => {
    expect(parseTraceparent(`01-${trace}-${span}-03-more`)).toEqual({ traceId: trace, spanId: span, sampled: true })
  })

  it.each([
    null,
    undefined,
    '',
    'x',
    `ff-${trace}-${span}-01`,
    `00-${trace}-${span}-01-more`,
    `00-${'0'.repeat(32)}-${span}-01`,
    `00-${trace}-${'0'.repeat(16)}-01`,
    `00-${trace.toUpperCase()}-${span}-01`,
    `00-${trace}-${span}`,
    `00-${trace}-${span}-01\n`,
  ])('that is none is as if it were not there: %j', (text) => {
    expect(parseTraceparent(text)).toBeNull()
  })
})
