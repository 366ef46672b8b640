import { setTimeout as sleep } from 'node:timers/promises'
import { Client, Connection, defaultPayloadConverter, type WorkflowHandle } from '@temporalio/client'
import postgres from 'postgres'
import { withLogin } from '../src/adapters/postgres/connect.ts'
import { chatOrder, refusedBy } from './support/chat.ts'
import { type LoadReport, startLoadGenerator } from './support/load.ts'
import type { BenchOptions, Measurement } from './support/measurement.ts'
import { plantEntries } from './support/plant-entries.ts'
import { type BenchStack, startBenchStack, waitForRecords } from './support/stack.ts'
import { percentile } from './support/statistics.ts'
import { formatTable } from './support/table.ts'

const COUNTS = [10, 1_000, 100_000]
/** Entries of the person who is erased while the gateway serves, and connections of that load. */
const UNDER_LOAD = 1_000
const CONNECTIONS = 4
const LOAD_SECONDS = 15

interface Erased {
  entries: number
  /** Milliseconds from the request to the moment that the keystore has destroyed the person's key, and to the end. */
  unreadableMs: number
  wholeMs: number
  /** Milliseconds of each step, its waiting for a worker apart. */
  stepsMs: Record<string, number>
}

/** How long a person stays readable, and what taking them out costs, whatever their number of entries. */
export const erasure: Measurement = {
  name: 'erasure',
  about: 'time until a person with 10 to 100,000 entries is unreadable, purge per 1,000 entries, both beside load',
  async run(options: BenchOptions) {
    const stack = await startBenchStack()
    const connection = await Connection.connect({ address: stack.run.temporalAddress })
    const generator = startLoadGenerator()
    try {
      const client = new Client({ connection })
      const erased: Erased[] = []
      // The first one warms up and is not told.
      for (const [round, entries] of [10, ...COUNTS].entries()) {
        const count = Math.min(entries, options.entries ?? entries)
        options.say(`a person with ${count} entries`)
        erased.push(await eraseOne(stack, client, `bench-${round}`, count))
      }
      const seconds = options.seconds ?? LOAD_SECONDS
      const load = (first: number) =>
        generator.run(chatOrder(stack, { tool: 'support_chat', connections: CONNECTIONS, seconds, first }))
      options.say(`load for ${seconds} s, then the same beside an erasure`)
      const alone = await load(1)
      await waitForRecords(stack.sql)
      const [beside, underLoad] = await Promise.all([
        load(alone.sent + 1),
        sleep(2000).then(() => eraseOne(stack, client, 'bench-load', UNDER_LOAD)),
      ])
      return report({ erased: erased.slice(1), underLoad, alone, beside })
    } finally {
      generator.stop()
      await connection.close()
      await stack.stop()
    }
  },
}

async function eraseOne(stack: BenchStack, client: Client, user: string, count: number): Promise<Erased> {
  const { apiUrl, keys, adminDatabaseUrl } = stack.run
  const call = async (path: string, key: string, body?: object) => {
    const response = await fetch(`${apiUrl}${path}`, {
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'x-tool-name': 'hr_helpdesk' },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
    return response
  }
  const content = `I am ${user}@example.com, +1 415 555 2671, card 4111 1111 1111 1111. ${'What shall I do? '.repeat(20)}`
  const chat = { model: 'simulated/echo', user, messages: [{ role: 'user', content }] }
  const sample = (await call('/v1/chat/completions', keys.app, chat)).headers.get('x-palimpsest-request-id') ?? ''
  const keyId = await plantEntries(stack.sql, sample, count)
  const keystore = postgres(withLogin(adminDatabaseUrl ?? '', { database: 'palimpsest_keystore' }), { max: 1 })
  try {
    const askedAt = Date.now()
    const { id } = (await (await call('/v1/erasures', keys.privacy, { user })).json()) as { id: string }
    const result = await client.workflow.getHandle(`erasure/${id}`).result()
    const wholeMs = Date.now() - askedAt
    const { counts } = result as { counts: { entries: number } }
    if (counts.entries !== count) throw new Error(`${counts.entries} of ${count} entries were deleted`)
    const [row] = await keystore`
      SELECT (extract(epoch FROM destroyed_at) * 1000)::float8 AS at FROM keystore.data_key WHERE key_id = ${keyId}`
    return { entries: count, unreadableMs: row?.at - askedAt, wholeMs, stepsMs: await stepsOf(client, `erasure/${id}`) }
  } finally {
    await keystore.end()
  }
}

type Time = { seconds?: unknown; nanos?: number | null } | null | undefined
type HistoryEvent = NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>[number]

/** What the mark of a step that was done in the gateway's own process says. */
function stepHere(event: HistoryEvent): { activity_type: string; complete_time: Time } | undefined {
  const [payload] = event.markerRecordedEventAttributes?.details?.data?.payloads ?? []
  return payload && defaultPayloadConverter.fromPayload(payload)
}

/** Milliseconds that each step took, by the times in the history. */
async function stepsOf(client: Client, workflowId: string): Promise<Record<string, number>> {
  const events = (await client.workflow.getHandle(workflowId).fetchHistory()).events ?? []
  const byId = new Map(events.map((event) => [String(event.eventId), event]))
  const millis = (time: Time) => Number(time?.seconds ?? 0) * 1000 + (time?.nanos ?? 0) / 1e6
  const steps: Record<string, number> = {}
  let before = 0
  const add = (name: string, ms: number) => {
    steps[name] = (steps[name] ?? 0) + ms
  }
  for (const event of events) {
    // Steps that were done in the gateway's own process follow each other from the begin of their workflow task.
    if (event.workflowTaskStartedEventAttributes) before = millis(event.eventTime)
    const here = stepHere(event)
    if (here) {
      add(here.activity_type, millis(here.complete_time) - before)
      before = millis(here.complete_time)
    }
    const completed = event.activityTaskCompletedEventAttributes
    if (!completed) continue
    const started = byId.get(String(completed.startedEventId))
    const scheduled = byId.get(String(completed.scheduledEventId))?.activityTaskScheduledEventAttributes
    const name = scheduled?.activityType?.name ?? 'unknown'
    add(name, millis(event.eventTime) - millis(started?.eventTime))
  }
  return steps
}

function report(measured: { erased: Erased[]; underLoad: Erased; alone: LoadReport; beside: LoadReport }) {
  const { erased, underLoad, alone, beside } = measured
  const ms = (value: number | undefined) => (value ?? Number.NaN).toFixed(0)
  const purge = ({ stepsMs, entries }: Erased) => (((stepsMs.deleteContent ?? Number.NaN) / entries) * 1000).toFixed(1)
  const row = (name: string, one: Erased) => [
    name,
    ms(one.unreadableMs),
    ms(one.stepsMs.awaitLeaf),
    ms(one.stepsMs.destroyKeys),
    ms(one.stepsMs.deleteContent),
    purge(one),
    ms(one.stepsMs.findMentions),
    ms(one.stepsMs.checkHistories),
    ms(one.stepsMs.scanResidue),
    ms(one.wholeMs),
  ]
  const head = [
    'entries',
    'unreadable ms',
    'leaf',
    'keys',
    'purge',
    'purge/1,000',
    'mentions',
    'histories',
    'residue',
    'whole ms',
  ]
  const rows = [
    ...erased.map((one) => row(String(one.entries), one)),
    row(`${underLoad.entries}, beside load`, underLoad),
  ]
  const latency = (name: string, { latencies, ratePerSecond, ...rest }: LoadReport) => [
    name,
    ratePerSecond.toFixed(1),
    percentile(latencies, 0.5).toFixed(0),
    percentile(latencies, 0.99).toFixed(0),
    String(refusedBy({ latencies, ratePerSecond, ...rest })),
  ]
  const loads = formatTable(
    ['load', 'requests/s', 'p50 ms', 'p99 ms', '503'],
    [latency('alone', alone), latency('beside an erasure', beside)],
  )
  return {
    text: `${formatTable(head, rows)}\n\n${loads}`,
    data: { erased, underLoad, load: { alone: summary(alone), beside: summary(beside) } },
  }
}

function summary({ latencies, ratePerSecond }: LoadReport) {
  return { ratePerSecond, p50Ms: percentile(latencies, 0.5), p99Ms: percentile(latencies, 0.99) }
}
