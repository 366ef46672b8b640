import { setTimeout as sleep } from 'node:timers/promises'
import { Client, Connection } from '@temporalio/client'
import { chatOrder } from './support/chat.ts'
import type { BenchOptions, Measurement } from './support/measurement.ts'
import {
  type BenchStack,
  cpuBetween,
  cpuOfParts,
  memoryOfParts,
  type PartsCpu,
  startBenchStack,
  waitForRecords,
} from './support/stack.ts'
import { percentile } from './support/statistics.ts'
import { restoredText, streamText } from './support/stream-text.ts'
import { type StreamReport, type StreamSeen, startStreamsLoad } from './support/streams-load.ts'
import { formatTable } from './support/table.ts'

const STREAMS = 200
const START_OVER_SECONDS = 5
const MEAN_PAUSE_SECONDS = 0.15
const WARM_UP_STREAMS = 20

/** Many long streams at once: what a first token waits, what they cost, whether each is recorded as it was seen. */
export const streams: Measurement = {
  name: 'streams',
  about: '200 concurrent streams of 20 s: time to first token, events a history, CPU, whether all are recorded whole',
  async run(options: BenchOptions) {
    const chunks = Math.round((options.seconds ?? 20) / MEAN_PAUSE_SECONDS)
    const stack = await startBenchStack({ double: ['--chunks', String(chunks)] })
    const load = startStreamsLoad()
    try {
      const order = (tool: string | null, count: number, first: number) => ({
        ...chatOrder(stack, { tool, connections: count, seconds: 0, first }),
        streams: count,
        startOverSeconds: START_OVER_SECONDS,
        chunks,
        restored: tool !== null,
      })
      options.say(`${WARM_UP_STREAMS} streams to warm up`)
      await load.run({ ...order('support_chat', WARM_UP_STREAMS, 1), startOverSeconds: 0 })
      options.say(`${STREAMS} streams of the provider alone`)
      const alone = await load.run(order(null, STREAMS, 10_000))
      await waitForRecords(stack.sql)
      options.say(`${STREAMS} streams through the gateway`)
      const before = cpuOfParts(stack)
      const through = await load.run(order('support_chat', STREAMS, 20_000))
      await waitForRecords(stack.sql)
      const cpu = cpuBetween(before, cpuOfParts(stack))
      const memory = memoryOfParts(stack)
      const events = await eventsOf(stack, through.streams)
      const recorded = await recordedWhole(stack, through.streams, chunks)
      return report({ alone, through, cpu, memory, events, recorded, chunks })
    } finally {
      load.stop()
      await stack.stop()
    }
  },
}

/** Events in the history of each stream's workflow. */
async function eventsOf(stack: BenchStack, seen: readonly StreamSeen[]): Promise<number[]> {
  // A workflow closes a moment after its entry is durable.
  await sleep(2000)
  const connection = await Connection.connect({ address: stack.run.temporalAddress })
  const client = new Client({ connection })
  const lengths: number[] = []
  for (const { requestId } of seen) {
    if (requestId === '') continue
    const description = await client.workflow.getHandle(`request/${requestId}`).describe()
    lengths.push(description.historyLength)
  }
  await connection.close()
  return lengths
}

/** How many streams have an entry that says `answered` and `stop`, and stored text that is what the provider said. */
async function recordedWhole(stack: BenchStack, seen: readonly StreamSeen[], chunks: number) {
  const ids = seen.map(({ requestId }) => requestId).filter((id) => id !== '')
  const [row] = await stack.sql`
    SELECT count(*)::integer AS entries,
           count(*) FILTER (WHERE status = 'answered' AND finish_reason = 'stop')::integer AS whole
    FROM ledger_entry WHERE id = ANY(${ids}::uuid[])`
  let sameText = 0
  for (const id of ids) {
    const answer = await fetch(`${stack.run.apiUrl}/v1/requests/${id}/disclosures`, {
      method: 'POST',
      headers: { authorization: `Bearer ${stack.run.keys.privacy}`, 'content-type': 'application/json' },
      body: JSON.stringify({ purpose: 'comparison of what was recorded with what was delivered' }),
    })
    const { response } = (await answer.json()) as { response?: { choices?: { message: { content: string } }[] } }
    const text = response?.choices?.[0]?.message.content
    if (text === streamText(chunks) || text === restoredText(streamText(chunks), '')) sameText++
  }
  return { entries: row?.entries ?? 0, whole: row?.whole ?? 0, sameText }
}

function report(found: {
  alone: StreamReport
  through: StreamReport
  cpu: PartsCpu
  memory: ReturnType<typeof memoryOfParts>
  events: number[]
  recorded: { entries: number; whole: number; sameText: number }
  chunks: number
}) {
  const { alone, through, cpu, memory, events, recorded } = found
  const figures = (name: string, { streams: list }: StreamReport) => {
    const pick = (of: (one: StreamSeen) => number, share: number) => percentile(list.map(of), share).toFixed(0)
    return [
      name,
      pick((one) => one.firstTextMs, 0.5),
      pick((one) => one.firstTextMs, 0.99),
      pick((one) => one.firstEventMs, 0.5),
      pick((one) => one.firstEventMs, 0.99),
      (list.reduce((sum, { lastMs }) => sum + lastMs, 0) / list.length / 1000).toFixed(1),
      String(list.filter(({ done, whole }) => done && whole).length),
    ]
  }
  const share = (ms: number) => `${((100 * ms) / through.wallMs).toFixed(0)} %`
  const counts = [...new Set(events)].sort((a, b) => a - b)
  const text = [
    `${STREAMS} streams, begun over ${START_OVER_SECONDS} s, each about ${found.chunks} pieces at its own pause of 100–200 ms.`,
    '',
    formatTable(
      ['', 'first text p50 ms', 'p99 ms', 'first event p50 ms', 'p99 ms', 'length s', 'delivered whole'],
      [figures('provider alone', alone), figures('through the gateway', through)],
    ),
    '',
    `CPU of one core while they ran: gateway ${share(cpu.gateway)}, Temporal ${share(cpu.temporal)}, ` +
      `PostgreSQL ${share(cpu.postgres)}, provider ${share(cpu.double)}, client ${share(through.cpuMs)}.`,
    `Memory: gateway ${memory.gateway.rssMb.toFixed(0)} MB (peak ${memory.gateway.peakMb.toFixed(0)}), ` +
      `Temporal ${memory.temporal.rssMb.toFixed(0)} MB, PostgreSQL ${memory.postgresMb.toFixed(0)} MB.`,
    `Events a history: ${counts.map((count) => `${count} (${events.filter((one) => one === count).length} ×)`).join(', ')}.`,
    `Recorded: ${recorded.entries} entries, ${recorded.whole} answered and finished, ` +
      `${recorded.sameText} with exactly the text that was delivered.`,
  ].join('\n')
  return { text, data: { ...found, streams: STREAMS } }
}
