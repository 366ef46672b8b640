import { setTimeout as sleep } from 'node:timers/promises'
import { chatOrder, refusedBy } from './support/chat.ts'
import { type LoadGenerator, startLoadGenerator } from './support/load.ts'
import type { BenchOptions, Measurement } from './support/measurement.ts'
import { IDENTIFIERS, promptOf, USERS } from './support/prompt.ts'
import {
  type BenchStack,
  countEntries,
  cpuBetween,
  cpuOfParts,
  memoryOfParts,
  type PartsCpu,
  startBenchStack,
  waitForRecords,
} from './support/stack.ts'
import { formatSpread, percentile, spreadOf } from './support/statistics.ts'
import { formatTable } from './support/table.ts'

const CONNECTIONS = [1, 16, 64]
const WARM_UP_REQUESTS = 600
const IDLE_SECONDS = 5

interface Target {
  name: string
  connections: number
  /** `X-Tool-Name`; null for the double without a gateway. */
  tool: string | null
}

const TARGETS: Target[] = [
  { name: 'provider alone', connections: 1, tool: null },
  ...CONNECTIONS.map((connections) => ({ name: 'async tool', connections, tool: 'support_chat' })),
  ...CONNECTIONS.map((connections) => ({ name: 'hr_helpdesk (sync)', connections, tool: 'hr_helpdesk' })),
]

/** Number of the next prompt; how many the gateway refused so far. */
interface Counter {
  next: number
  refused: number
}

interface Window {
  ratePerSecond: number
  /** Until the last entry of the window was durable. */
  recordedPerSecond: number
  p50Ms: number
  p99Ms: number
  cpuMsPerRequest: PartsCpu & { generator: number }
  requests: number
  /** Answered 503. */
  refused: number
}

/** What the whole path costs a request against a provider that answers at once. */
export const requestPath: Measurement = {
  name: 'request-path',
  about: 'latency, requests a second, CPU and memory of a recorded call against a provider without delay',
  async run(options: BenchOptions) {
    const seconds = options.seconds ?? 15
    const repeats = options.repeats ?? 3
    const stack = await startBenchStack()
    const generator = startLoadGenerator()
    try {
      const counter: Counter = { next: 1, refused: 0 }
      await warmUp(stack, generator, counter)
      const idle = await measureIdle(stack)
      const windows = new Map<Target, Window[]>(TARGETS.map((target) => [target, []]))
      for (let round = 0; round < repeats; round++) {
        for (const target of TARGETS) {
          const window = await measure(stack, generator, counter, target, seconds)
          windows.get(target)?.push(window)
          options.say(`round ${round + 1}: ${target.name}, ${target.connections}: ${describe(window)}`)
        }
      }
      const memory = memoryOfParts(stack)
      const recorded = await countEntries(stack.sql)
      return report({
        windows,
        memory,
        idle,
        recorded,
        sent: counter.next - 1,
        refused: counter.refused,
        seconds,
        repeats,
      })
    } finally {
      generator.stop()
      await stack.stop()
    }
  },
}

async function warmUp(stack: BenchStack, generator: LoadGenerator, counter: Counter): Promise<void> {
  for (const target of TARGETS) {
    const order = chatOrder(stack, { ...target, seconds: 120, first: counter.next })
    const result = await generator.run({ ...order, requests: Math.ceil(WARM_UP_REQUESTS / TARGETS.length) })
    if (target.tool !== null) counter.next += result.sent
    counter.refused += refusedBy(result)
  }
  await waitForRecords(stack.sql)
}

async function measureIdle(stack: BenchStack): Promise<PartsCpu> {
  await sleep(2000)
  const before = cpuOfParts(stack)
  await sleep(IDLE_SECONDS * 1000)
  const { gateway, temporal, postgres, double } = cpuBetween(before, cpuOfParts(stack))
  const perSecond = (ms: number) => ms / IDLE_SECONDS
  return {
    gateway: perSecond(gateway),
    temporal: perSecond(temporal),
    postgres: perSecond(postgres),
    double: perSecond(double),
  }
}

async function measure(
  stack: BenchStack,
  generator: LoadGenerator,
  counter: Counter,
  target: Target,
  seconds: number,
): Promise<Window> {
  const before = cpuOfParts(stack)
  const startedAt = performance.now()
  const result = await generator.run(chatOrder(stack, { ...target, seconds, first: counter.next }))
  if (target.tool !== null) counter.next += result.sent
  const refused = refusedBy(result)
  counter.refused += refused
  await waitForRecords(stack.sql)
  const recordedMs = performance.now() - startedAt
  const cpu = cpuBetween(before, cpuOfParts(stack))
  const requests = result.latencies.length
  return {
    ratePerSecond: result.ratePerSecond,
    recordedPerSecond: requests / (recordedMs / 1000),
    p50Ms: percentile(result.latencies, 0.5),
    p99Ms: percentile(result.latencies, 0.99),
    cpuMsPerRequest: {
      gateway: cpu.gateway / requests,
      temporal: cpu.temporal / requests,
      postgres: cpu.postgres / requests,
      double: cpu.double / requests,
      generator: result.cpuMs / requests,
    },
    requests,
    refused,
  }
}

function describe(window: Window): string {
  const { gateway, temporal, postgres } = window.cpuMsPerRequest
  return (
    `${window.refused > 0 ? `${window.refused} refused, ` : ''}${window.ratePerSecond.toFixed(1)}/s, p50 ${window.p50Ms.toFixed(1)} ms, p99 ${window.p99Ms.toFixed(1)} ms, ` +
    `CPU ${gateway.toFixed(1)} + ${temporal.toFixed(1)} + ${postgres.toFixed(1)} ms a request`
  )
}

function report(found: {
  windows: Map<Target, Window[]>
  memory: ReturnType<typeof memoryOfParts>
  idle: PartsCpu
  recorded: number
  sent: number
  refused: number
  seconds: number
  repeats: number
}) {
  const rows = [...found.windows].map(([target, windows]) => {
    const spread = (pick: (window: Window) => number) => spreadOf(windows.map(pick))
    const { gateway, temporal, postgres, double, generator } = {
      gateway: spread((window) => window.cpuMsPerRequest.gateway),
      temporal: spread((window) => window.cpuMsPerRequest.temporal),
      postgres: spread((window) => window.cpuMsPerRequest.postgres),
      double: spread((window) => window.cpuMsPerRequest.double),
      generator: spread((window) => window.cpuMsPerRequest.generator),
    }
    return {
      ...target,
      ratePerSecond: spread((window) => window.ratePerSecond),
      recordedPerSecond: spread((window) => window.recordedPerSecond),
      p50Ms: spread((window) => window.p50Ms),
      p99Ms: spread((window) => window.p99Ms),
      cpuMsPerRequest: { gateway, temporal, postgres, double, generator },
      requests: windows.reduce((sum, { requests }) => sum + requests, 0),
      refused: windows.reduce((sum, { refused }) => sum + refused, 0),
    }
  })
  const alone = rows.find(({ tool }) => tool === null)
  const added = rows
    .filter(({ connections, tool }) => connections === 1 && tool !== null)
    .map(({ name, p50Ms, p99Ms }) => ({
      name,
      p50Ms: p50Ms.median - (alone?.p50Ms.median ?? 0),
      p99Ms: p99Ms.median - (alone?.p99Ms.median ?? 0),
    }))
  const { memory } = found
  const text = [
    `A prompt of ${promptOf(1).body.length} bytes with ${IDENTIFIERS} identifiers, ${USERS} end users; ` +
      `${found.repeats} rounds of ${found.seconds} s a row, medians (min–max).`,
    '',
    formatTable(
      ['', 'connections', 'answered/s', 'recorded/s', 'p50 ms', 'p99 ms', 'refused'],
      rows.map((row) => [
        row.name,
        String(row.connections),
        ...[row.ratePerSecond, row.recordedPerSecond, row.p50Ms, row.p99Ms].map(formatSpread),
        String(row.refused),
      ]),
    ),
    '',
    formatTable(
      ['CPU ms a request', 'connections', 'gateway', 'Temporal', 'PostgreSQL', 'sum', 'provider', 'generator'],
      rows.map(({ name, connections, cpuMsPerRequest: cpu, tool }) => [
        name,
        String(connections),
        ...(tool === null ? ['', '', '', ''] : [cpu.gateway, cpu.temporal, cpu.postgres].map(formatSpread)),
        ...(tool === null ? [] : [(cpu.gateway.median + cpu.temporal.median + cpu.postgres.median).toFixed(1)]),
        formatSpread(cpu.double),
        formatSpread(cpu.generator),
      ]),
    ),
    '',
    ...added.map(
      ({ name, p50Ms, p99Ms }) => `Added latency, ${name}: p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms.`,
    ),
    `Memory: gateway ${memory.gateway.rssMb.toFixed(0)} MB (peak ${memory.gateway.peakMb.toFixed(0)}), ` +
      `Temporal ${memory.temporal.rssMb.toFixed(0)} MB (peak ${memory.temporal.peakMb.toFixed(0)}), ` +
      `PostgreSQL ${memory.postgresMb.toFixed(0)} MB.`,
    `At rest, CPU ms a second: gateway ${found.idle.gateway.toFixed(0)}, Temporal ${found.idle.temporal.toFixed(0)}, ` +
      `PostgreSQL ${found.idle.postgres.toFixed(0)}.`,
    `Entries in the ledger: ${found.recorded} for ${found.sent} requests sent, ${found.refused} of them refused, and the first start's example.`,
  ].join('\n')
  return {
    text,
    data: {
      rows,
      added,
      memory,
      idlePerSecond: found.idle,
      recorded: found.recorded,
      sent: found.sent,
      refused: found.refused,
    },
  }
}
