import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client, Connection } from '@temporalio/client'
import { Worker } from '@temporalio/worker'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest'
import { loadWorkflowBundle } from '../../../src/adapters/temporal/worker.ts'
import { CanaryScanner } from '../../support/canary-scanner.ts'
import { TEST_KEYS } from '../../support/gateway.ts'
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from '../../support/otlp/receiver.ts'
import { KEYS_YAML, requestIdOf, startVendorGateway, type VendorGateway } from '../../support/vendor-gateway.ts'

const CONFIG = (passes: boolean) => `
tenants:
  - id: dev
    region: us
    keys:${KEYS_YAML}
    tools:
      nightly: { interactive: false }
providers:
  openai: { idle_timeout_ms: 1500, pass_trace_context: ${passes} }
`
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c'
const APP_SPAN = 'b7ad6b7169203331'
const USER = 'ottilie.quarrenbach-4711'
const EMAIL = 'ottilie.quarrenbach@example.org'
const PHONE = '+41 44 668 18 00'
const SESSION = 'session-of-ottilie-0815'

let receiver: OtlpReceiver
let vendor: VendorGateway

beforeAll(async () => {
  receiver = await startOtlpReceiver()
  vendor = await startVendorGateway({
    config: CONFIG(true),
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
      OTEL_EXPORTER_OTLP_TIMEOUT: '1000',
      OTEL_BSP_SCHEDULE_DELAY: '50',
    },
  })
})
afterAll(async () => {
  await vendor.close()
  await receiver.close()
})
beforeEach(() => vendor.openai.reset())

const incoming = (traceId = TRACE_ID, flags = '01') => ({ traceparent: `00-${traceId}-${APP_SPAN}-${flags}` })

/** A request's spans, once its workflow's own is there. */
async function traceOf(traceId: string): Promise<ReceivedSpan[]> {
  const spans = () => receiver.spans.filter((span) => span.traceId === traceId)
  await vi.waitFor(() => expect(spans().map(({ name }) => name)).toContain('RunWorkflow:request'), {
    timeout: 20_000,
    interval: 50,
  })
  return spans()
}

/** Names from the span up to the trace's first one here. */
function pathOf(span: ReceivedSpan, spans: ReceivedSpan[]): string[] {
  const above = spans.find(({ spanId }) => spanId === span.parentId)
  return above ? [...pathOf(above, spans), span.name] : [span.name]
}

function named(spans: ReceivedSpan[], name: string): ReceivedSpan {
  const found = spans.filter((span) => span.name === name)
  expect(found.length, `${name} of ${spans.map((span) => span.name).join(', ')}`).toBe(1)
  return found[0] as ReceivedSpan
}

describe('the trace of a request', () => {
  it('is one tree below the span of the app: HTTP, start, workflow, steps, model', async () => {
    const response = await vendor.chat(`Write to ${EMAIL}.`, { headers: { ...incoming(), 'x-tool-name': 'letters' } })
    expect(response.status).toBe(200)
    const id = requestIdOf(response)
    await response.text()
    const spans = await traceOf(TRACE_ID)
    const http = named(spans, 'POST /v1/chat/completions')
    expect(http).toMatchObject({ parentId: APP_SPAN, kind: 2 })
    expect(http.attributes).toMatchObject({
      'http.request.method': 'POST',
      'http.route': '/v1/chat/completions',
      'http.response.status_code': 200,
      'palimpsest.request_id': id,
      'palimpsest.tool': 'letters',
    })
    const below = ['POST /v1/chat/completions', 'StartWorkflow:request', 'RunWorkflow:request']
    for (const step of ['prepare', 'callModel', 'record']) {
      const name = `RunActivity:${step}`
      expect(pathOf(named(spans, name), spans)).toEqual([...below, name])
    }
    expect(pathOf(named(spans, 'chat gpt-4o'), spans)).toEqual([...below, 'RunActivity:callModel', 'chat gpt-4o'])
    expect(spans.every(({ parentId, spanId }) => parentId !== spanId && parentId !== '')).toBe(true)
    expect(spans.every(({ startNs, endNs }) => startNs > 0n && endNs >= startNs)).toBe(true)
    expect(named(spans, 'RunActivity:prepare').attributes).toMatchObject({
      'palimpsest.request_id': id,
      'palimpsest.route': 'openai/gpt-4o',
      'palimpsest.route.reason': 'model_map',
      'palimpsest.redactions': 1,
    })
    expect(named(spans, 'RunActivity:record').attributes).toMatchObject({
      'palimpsest.status': 'answered',
      'palimpsest.attempts': 1,
    })
    expect(http.resource).toMatchObject({ 'service.name': 'palimpsest', 'service.version': '0.0.0-test' })
  })

  it('tells of the model by the conventions for generative AI', async () => {
    const traceId = TRACE_ID.replace(/^../, 'a1')
    const response = await vendor.chat('Good morning.', { headers: incoming(traceId), body: { max_tokens: 50 } })
    expect(response.status).toBe(200)
    const { usage } = (await response.json()) as { usage: { prompt_tokens: number; completion_tokens: number } }
    const call = named(await traceOf(traceId), 'chat gpt-4o')
    const url = new URL(vendor.openai.baseUrl)
    expect(call.kind).toBe(3)
    expect(call.attributes).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.request.max_tokens': 50,
      'gen_ai.request.stream': false,
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.usage.input_tokens': usage.prompt_tokens,
      'gen_ai.usage.output_tokens': usage.completion_tokens,
      'server.address': url.hostname,
      'server.port': Number(url.port),
    })
    expect(call.attributes['gen_ai.response.model']).toMatch(/^gpt-4o/)
  })

  it('tells of a stream when its first piece came', async () => {
    const traceId = TRACE_ID.replace(/^../, 'a2')
    const response = await vendor.chat('Count.', { headers: incoming(traceId), body: { stream: true } })
    expect(await response.text()).toContain('[DONE]')
    const call = named(await traceOf(traceId), 'chat gpt-4o')
    expect(call.attributes['gen_ai.request.stream']).toBe(true)
    expect(call.attributes['gen_ai.response.time_to_first_chunk']).toBeGreaterThan(0)
    expect(call.attributes['gen_ai.response.finish_reasons']).toEqual(['stop'])
  })

  it('shows each attempt, and why it failed, as a code', async () => {
    const traceId = TRACE_ID.replace(/^../, 'a3')
    vendor.openai.script({ status: 503 }, { status: 503 })
    const response = await vendor.chat('Once more.', { headers: incoming(traceId) })
    expect(response.status).toBe(200)
    await response.text()
    const spans = await traceOf(traceId)
    const calls = spans.filter(({ name }) => name === 'chat gpt-4o').sort((a, b) => Number(a.startNs - b.startNs))
    expect(calls.map(({ attributes }) => attributes['error.type'])).toEqual(['unavailable', 'unavailable', undefined])
    expect(calls.map(({ status }) => status)).toEqual([
      { code: 2, message: '' },
      { code: 2, message: '' },
      { code: 0, message: '' },
    ])
    const retries = spans.filter(({ name }) => name === 'RunActivity:retryModel')
    expect(retries.map(({ attributes }) => attributes['temporal.activity.attempt']).sort()).toEqual([1, 2])
    expect(named(spans, 'RunActivity:record').attributes['palimpsest.attempts']).toBe(3)
    expect(spans.every(({ events }) => events === 0)).toBe(true)
  })

  it('goes on to the provider as its policy says', async () => {
    const traceId = TRACE_ID.replace(/^../, 'a4')
    await (await vendor.chat('Good morning.', { headers: incoming(traceId) })).text()
    const call = named(await traceOf(traceId), 'chat gpt-4o')
    const [received] = vendor.openai.requests.slice(-1)
    expect(received?.headers.traceparent).toBe(`00-${traceId}-${call.spanId}-01`)
    expect(received?.headers.tracestate).toBeUndefined()
  })

  it('is not made where the app says that it is not sampled, and a header that is none begins a new one', async () => {
    const traceId = TRACE_ID.replace(/^../, 'a5')
    const unsampled = await vendor.chat('Good morning.', { headers: incoming(traceId, '00') })
    expect(unsampled.status).toBe(200)
    await unsampled.text()
    const before = receiver.spans.length
    const response = await vendor.chat('Good evening.', { headers: { traceparent: 'nonsense; drop table' } })
    expect(response.status).toBe(200)
    const id = requestIdOf(response)
    await response.text()
    await vi.waitFor(() => {
      const http = receiver.spans.slice(before).find((span) => span.attributes['palimpsest.request_id'] === id)
      expect(http).toBeDefined()
    }, 20_000)
    expect(receiver.spans.filter((span) => span.traceId === traceId)).toEqual([])
  })
})

describe('what traces must not hold', () => {
  it('is nowhere in what was received: no text, no user, no session, no state of the app, no key', async () => {
    const traceId = TRACE_ID.replace(/^../, 'b1')
    const secretAnswer = 'The answer of the model is Zwetschgenkuchen-98765.'
    vendor.openai.script({ text: secretAnswer }, { status: 400 })
    const headers = {
      ...incoming(traceId),
      tracestate: `vendor=${EMAIL.replace('@', '_')}`,
      baggage: `user=${encodeURIComponent(EMAIL)}`,
      'x-session-id': SESSION,
      'idempotency-key': `key-of-${USER}`,
    }
    const text = `I am Ottilie Quarrenbach, ${EMAIL}, ${PHONE}; the parcel is lost.`
    const response = await vendor.chat(text, { headers, body: { user: USER } })
    expect(response.status).toBe(200)
    await response.text()
    const refused = await vendor.chat(text, {
      headers: { ...incoming(TRACE_ID.replace(/^../, 'b2')) },
      body: { user: USER },
    })
    expect(refused.status).toBe(400)
    await vendor.gateway.call(`/v1/requests/${encodeURIComponent(EMAIL)}?user=${USER}`, { headers: incoming() })
    await traceOf(traceId)
    const refusedTrace = await traceOf(TRACE_ID.replace(/^../, 'b2'))
    expect(named(refusedTrace, 'RunWorkflow:request')).toMatchObject({
      status: { code: 2, message: '' },
      attributes: { 'error.type': 'provider_rejected' },
    })
    const scanner = new CanaryScanner([
      { label: 'user', value: USER },
      { label: 'e-mail', value: EMAIL },
      { label: 'phone', value: PHONE },
      { label: 'session', value: SESSION },
      { label: 'name', value: 'Ottilie Quarrenbach' },
      { label: 'prompt', value: 'the parcel is lost' },
      { label: 'answer', value: 'Zwetschgenkuchen-98765' },
      { label: 'tracestate', value: 'ottilie.quarrenbach_example.org' },
      { label: 'provider error', value: 'my-secret-error-text' },
      { label: 'api key', value: 'pk_app_test_0123456789abcdef' },
    ])
    const bytes = receiver.bytes()
    expect(bytes.length).toBeGreaterThan(2_000)
    expect(scanner.scan(bytes, 'traces')).toEqual([])
    // The same search finds what is there.
    expect(new CanaryScanner([{ label: 'span', value: 'RunActivity:prepare' }]).scan(bytes, 'traces')).not.toEqual([])
    expect(receiver.spans.every(({ traceState }) => traceState === '')).toBe(true)
  })
})

describe('a receiver that is away or slow', () => {
  it.each(['refuses', 'silent'] as const)('holds up and fails no request (%s), and is counted', async (mode) => {
    const before = await dropped()
    receiver.mode = mode
    try {
      const all = await Promise.all(
        Array.from({ length: 20 }, (_, n) => vendor.chat(`Number ${n}.`, { headers: incoming() })),
      )
      expect(all.map(({ status }) => status)).toEqual(Array(20).fill(200))
      for (const response of all) await response.text()
      await vi.waitFor(async () => expect(await dropped()).toBeGreaterThan(before), { timeout: 20_000, interval: 200 })
    } finally {
      receiver.mode = 'takes'
    }
  })
})

async function dropped(): Promise<number> {
  const text = await (await vendor.gateway.call('/metrics', { key: TEST_KEYS.admin })).text()
  return Number(/^palimpsest_trace_spans_total\{outcome="dropped"\} (\d+)$/m.exec(text)?.[1] ?? 0)
}

describe('without an endpoint', () => {
  it('nothing is traced, and the workflow carries no header, whatever the app sends', async () => {
    const plain = await startVendorGateway({ config: CONFIG(true) })
    const before = receiver.exports
    const response = await plain.chat('Good morning.', { headers: incoming() })
    expect(response.status).toBe(200)
    const id = requestIdOf(response)
    await response.text()
    expect(plain.openai.requests.at(-1)?.headers.traceparent).toBeUndefined()
    const history = await historyOf(id)
    expect(history.events?.[0]?.workflowExecutionStartedEventAttributes?.header?.fields ?? {}).toEqual({})
    expect(receiver.exports).toBe(before)
    await plain.close()
  })
})

describe('a history', () => {
  it('that was recorded with the interceptor is replayed with it and without, and holds no more than the trace', async () => {
    const traceId = TRACE_ID.replace(/^../, 'c1')
    vendor.openai.script({ status: 503 })
    const response = await vendor.chat('Good morning.', { headers: incoming(traceId) })
    const id = requestIdOf(response)
    await response.text()
    await traceOf(traceId)
    const history = await historyOf(id)
    const { fields } = history.events?.[0]?.workflowExecutionStartedEventAttributes?.header ?? {}
    expect(Object.keys(fields ?? {})).toEqual(['traceparent'])
    expect(Buffer.from(fields?.traceparent?.data ?? '').toString()).toMatch(/^"00-c1[0-9a-f]{30}-[0-9a-f]{16}-01"$/)
    const folder = mkdtempSync(join(tmpdir(), 'palimpsest-traced-'))
    const workflows = fileURLToPath(new URL('../../../workflows', import.meta.url))
    for (const traced of [true, false]) {
      const workflowBundle = await loadWorkflowBundle(workflows, folder, traced)
      await Worker.runReplayHistory({ workflowBundle, replayName: `traced-${traced}` }, history, `request/${id}`)
    }
    rmSync(folder, { recursive: true, force: true })
  }, 120_000)
})

async function historyOf(requestId: string) {
  const connection = await Connection.connect({ address: inject('stack').temporalAddress })
  try {
    const handle = new Client({ connection }).workflow.getHandle(`request/${requestId}`)
    await handle.result()
    return await handle.fetchHistory()
  } finally {
    await connection.close()
  }
}
