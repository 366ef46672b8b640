import { createMetrics } from '../src/api/metrics.ts'
import type { EnvelopeDraft } from '../src/domain/ledger/entry-draft.ts'
import { startOtlpReceiver } from '../test/support/otlp/receiver.ts'
import { startLoadGenerator } from './support/load.ts'
import type { BenchOptions, Measurement } from './support/measurement.ts'
import { type BenchStack, cpuBetween, cpuOfParts, startBenchStack, waitForRecords } from './support/stack.ts'
import { formatSpread, percentile, spreadOf } from './support/statistics.ts'
import { formatTable } from './support/table.ts'

const CALLS = 20_000
const WAYS = ['traces off', 'traces on'] as const
type Way = (typeof WAYS)[number]

interface Window {
  p50Ms: number
  p99Ms: number
  /** The gateway's own CPU, for each request. */
  cpuMs: number
}

/** What metrics cost a request, and what traces do. */
export const observability: Measurement = {
  name: 'observability',
  about: 'what metrics cost a request, and what traces over OTLP cost it, off and on',
  async run(options: BenchOptions) {
    const metricsMs = measureMetrics()
    const windows = await measureTraces(options)
    const rows = WAYS.map((way) => {
      const all = windows[way]
      const spread = (value: (one: Window) => number) => formatSpread(spreadOf(all.map(value)))
      return [way, spread(({ p50Ms }) => p50Ms), spread(({ p99Ms }) => p99Ms), spread(({ cpuMs }) => cpuMs)]
    })
    const text = [
      `Everything that is counted for one recorded request, ${CALLS} times: ${metricsMs.toFixed(4)} ms of CPU each.`,
      '',
      'One connection, two gateways in turn, each with a stack of its own:',
      '',
      formatTable(['', 'p50 ms', 'p99 ms', "gateway's CPU ms a request"], rows),
    ].join('\n')
    return { text, data: { metricsMs, windows } }
  },
}

/** Milliseconds of CPU for all that is counted of one request: HTTP, entry, model, engine, three steps. */
function measureMetrics(calls = CALLS): number {
  const metrics = createMetrics({
    load: { requests: () => 0, bodyBytes: () => 0, atWork: () => 0, waiting: () => 0 },
    known: { isTenant: () => true, isTool: () => true, isModel: () => true },
    version: 'bench',
  })
  const once = () => {
    metrics.answered(200, 0.03, 'chat.completions')
    metrics.scanned('done', 0.002)
    metrics.modelCalled('openai', 'answered', 0.5)
    for (const step of ['prepare', 'callModel', 'record']) metrics.stepEnded(step, 'completed', 0.01)
    metrics.recorded(ENVELOPE)
  }
  for (let i = 0; i < calls / 10; i++) once()
  const before = process.cpuUsage()
  for (let i = 0; i < calls; i++) once()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000 / calls
}

async function measureTraces(options: BenchOptions): Promise<Record<Way, Window[]>> {
  const [seconds, repeats] = [options.seconds ?? 15, options.repeats ?? 3]
  const receiver = await startOtlpReceiver()
  const generator = startLoadGenerator()
  const stacks = new Map<Way, BenchStack>()
  const windows: Record<Way, Window[]> = { 'traces off': [], 'traces on': [] }
  try {
    stacks.set('traces off', await startBenchStack())
    stacks.set('traces on', await startBenchStack({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint } }))
    let first = 1
    for (let round = 0; round <= repeats; round++) {
      for (const [way, stack] of stacks) {
        const before = cpuOfParts(stack)
        const headers = { authorization: `Bearer ${stack.run.keys.app}`, 'x-tool-name': 'support_chat' }
        const path = '/v1/chat/completions'
        const order = {
          origin: stack.run.apiUrl,
          path,
          headers,
          connections: 1,
          seconds,
          first,
          expectRedactions: true,
        }
        const { latencies } = await generator.run(order)
        first += 1_000_000
        await waitForRecords(stack.sql)
        const cpuMs = cpuBetween(before, cpuOfParts(stack)).gateway / latencies.length
        const window = { p50Ms: percentile(latencies, 0.5), p99Ms: percentile(latencies, 0.99), cpuMs }
        options.say(`${way}, round ${round}: ${JSON.stringify(window)}`)
        // The first round warms up.
        if (round > 0) windows[way].push(window)
      }
    }
    if (receiver.spans.length === 0) throw new Error('no span was received')
  } finally {
    generator.stop()
    for (const stack of stacks.values()) await stack.stop()
    await receiver.close()
  }
  return windows
}

const ENVELOPE = {
  kind: 'interaction',
  tenant_id: 'bench',
  tool: 'support_chat',
  provider: 'openai',
  model_asked: 'gpt-4o',
  model_answered: 'gpt-4o',
  status: 'answered',
  error_code: null,
  route_reason: 'model_map',
  attempt_count: 1,
  flags: [] as string[],
  entity_counts: '{"EMAIL_ADDRESS":2,"PERSON":3,"PHONE_NUMBER":1}',
  prompt_tokens: 300,
  response_tokens: 100,
  cached_tokens: 20,
  reasoning_tokens: 0,
  cost_usd: '0.0012500000',
  latency_ms: 700,
  ttft_ms: null,
} as unknown as EnvelopeDraft
