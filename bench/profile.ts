import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type postgres from 'postgres'
import { chatOrder, refusedBy } from './support/chat.ts'
import { summariseProfiles, type ThreadProfile } from './support/cpu-profile.ts'
import { startLoadGenerator } from './support/load.ts'
import type { BenchOptions, Measurement } from './support/measurement.ts'
import { cpuOfThreads } from './support/processes.ts'
import { type BenchStack, cpuBetween, cpuOfParts, startBenchStack, waitForRecords } from './support/stack.ts'
import { formatTable } from './support/table.ts'

const CONNECTIONS = 16
const WARM_UP_REQUESTS = 400
const COUNTED_REQUESTS = 50
const TOP_FUNCTIONS = 25
const TOP_GROUPS = 24

/** Where the time of a recorded call goes: by thread, by kind of code, by statement. */
export const profile: Measurement = {
  name: 'profile',
  about: 'where the CPU time of a recorded call goes: threads, kinds of code, SQL statements',
  async run(options: BenchOptions) {
    const seconds = options.seconds ?? 20
    const profiles = await startProfiledStack()
    const { stack, folder } = profiles
    const generator = startLoadGenerator()
    try {
      const order = (first: number, requests?: number) => ({
        ...chatOrder(stack, { tool: 'support_chat', connections: CONNECTIONS, seconds, first }),
        ...(requests !== undefined && { requests }),
      })
      let sent = (await generator.run({ ...order(1, WARM_UP_REQUESTS), seconds: 120 })).sent
      await waitForRecords(stack.sql)
      const databaseBefore = await databaseCounters(stack.sql)
      const before = {
        parts: cpuOfParts(stack),
        threads: cpuOfThreads(stack.pids.gateway),
        at: process.hrtime.bigint(),
      }
      const result = await generator.run(order(1 + sent))
      refusedBy(result)
      await waitForRecords(stack.sql)
      const until = process.hrtime.bigint()
      const requests = result.latencies.length
      const parts = cpuBetween(before.parts, cpuOfParts(stack))
      const threads = threadShares(before.threads, cpuOfThreads(stack.pids.gateway), requests)
      const database = perRequest(databaseBefore, await databaseCounters(stack.sql), requests)
      sent += result.sent
      options.say(`${requests} requests profiled`)
      const statements = await countStatements(stack, async () => {
        await generator.run({ ...order(1 + sent, COUNTED_REQUESTS), connections: 1, seconds: 60 })
      })
      generator.stop()
      await profiles.end()
      const found = { requests, seconds, parts, threads, database, statements }
      return report(found, summariseProfiles(folder, before.at, until))
    } finally {
      await profiles.remove()
    }
  },
}

/** The profiles are written when the gateway ends, into the stack's folder, which goes only afterwards. */
async function startProfiledStack() {
  const stack = await startBenchStack({
    nodeArguments: ['--cpu-prof', '--cpu-prof-dir=profiles', '--cpu-prof-interval=500'],
  })
  return { stack, folder: join(stack.folder, 'profiles'), end: () => stack.end(), remove: () => stack.stop() }
}

function threadShares(before: Map<string, number>, after: Map<string, number>, requests: number) {
  return [...after]
    .map(([name, ms]) => ({ name, msPerRequest: (ms - (before.get(name) ?? 0)) / requests }))
    .filter(({ msPerRequest }) => msPerRequest >= 0.005)
    .sort((a, b) => b.msPerRequest - a.msPerRequest)
}

async function databaseCounters(sql: postgres.Sql): Promise<Record<string, number>> {
  await sql`SELECT pg_stat_force_next_flush()`
  await sleep(1200)
  const [row] = await sql`
    SELECT (SELECT sum(xact_commit)::float8 FROM pg_stat_database) AS transactions,
           (SELECT wal_bytes::float8 / 1024 FROM pg_stat_wal) AS wal_kb,
           (SELECT sum(fsyncs)::float8 FROM pg_stat_io WHERE object = 'wal') AS wal_syncs`
  return { transactions: row?.transactions, walKb: row?.wal_kb, walSyncs: row?.wal_syncs }
}

function perRequest(before: Record<string, number>, after: Record<string, number>, requests: number) {
  return Object.fromEntries(
    Object.entries(after).map(([name, value]) => [name, (value - (before[name] ?? Number.NaN)) / requests]),
  )
}

/** Has PostgreSQL log every statement while `work` runs, and counts them per request. Parameters are not logged. */
async function countStatements(stack: BenchStack, work: () => Promise<void>) {
  const path = join(stack.folder, 'home', 'logs', 'postgres.log')
  await stack.sql`ALTER SYSTEM SET log_statement = 'all'`
  await stack.sql`SELECT pg_reload_conf()`
  await sleep(500)
  const start = statSync(path).size
  await work()
  await waitForRecords(stack.sql)
  await stack.sql`ALTER SYSTEM RESET log_statement`
  await stack.sql`SELECT pg_reload_conf()`
  const text = readFileSync(path).subarray(start).toString('utf8')
  const counts = new Map<string, number>()
  for (const entry of text.split(/\n(?=\d{4}-\d\d-\d\d )/)) {
    const statement = entry.match(/LOG: {2}(?:execute [^:]*|statement): ([\s\S]*)$/)?.[1]
    if (statement === undefined || /FROM inbox\s*$|ALTER SYSTEM|pg_reload_conf/.test(statement.trim())) continue
    const short = statement.replace(/\s+/g, ' ').trim().slice(0, 90)
    counts.set(short, (counts.get(short) ?? 0) + 1)
  }
  return [...counts]
    .map(([statement, count]) => ({ statement, perRequest: count / COUNTED_REQUESTS }))
    .sort((a, b) => b.perRequest - a.perRequest)
}

function report(
  found: {
    requests: number
    seconds: number
    parts: ReturnType<typeof cpuBetween>
    threads: ReturnType<typeof threadShares>
    database: Record<string, number>
    statements: Awaited<ReturnType<typeof countStatements>>
  },
  profiles: ThreadProfile[],
) {
  const { requests, parts, threads, database } = found
  const ms = (value: number | undefined) => (value ?? Number.NaN).toFixed(2)
  const text = [
    `${requests} requests in ${found.seconds} s at ${CONNECTIONS} connections, async tool; the profiler itself takes a part.`,
    '',
    `CPU ms a request: gateway ${ms(parts.gateway / requests)}, Temporal ${ms(parts.temporal / requests)}, ` +
      `PostgreSQL ${ms(parts.postgres / requests)}.`,
    '',
    formatTable(
      ["the gateway's threads", 'CPU ms a request'],
      threads.map(({ name, msPerRequest }) => [name, ms(msPerRequest)]),
    ),
    ...profiles.filter(({ busyMs }) => busyMs > 100).flatMap((thread) => ['', formatThread(thread, requests)]),
    '',
    `PostgreSQL a request: ${ms(database.transactions)} transactions, ${ms(database.walSyncs)} WAL syncs, ` +
      `${ms(database.walKb)} KB of WAL.`,
    '',
    formatTable(
      [`SQL statements (one connection, ${COUNTED_REQUESTS} requests)`, 'a request'],
      found.statements.map(({ statement, perRequest: count }) => [statement.replaceAll('|', '\\|'), ms(count)]),
    ),
  ].join('\n')
  const slim = profiles.map((thread) => ({ ...thread, functions: thread.functions.slice(0, 100) }))
  return { text, data: { ...found, profiles: slim } }
}

function formatThread({ name, busyMs, groups, functions }: ThreadProfile, requests: number): string {
  const share = (ms: number) => `${((100 * ms) / busyMs).toFixed(1)} %`
  const each = (ms: number) => (ms / requests).toFixed(2)
  return [
    `Thread ${name}: ${(busyMs / 1000).toFixed(1)} s not idle.`,
    '',
    formatTable(
      ['self time by kind of code', 'share', 'ms a request'],
      groups.slice(0, TOP_GROUPS).map(({ group, ms }) => [group, share(ms), each(ms)]),
    ),
    '',
    formatTable(
      ['self time by function', 'share', 'ms a request'],
      functions.slice(0, TOP_FUNCTIONS).map((one) => [`${one.name} (${one.group})`, share(one.ms), each(one.ms)]),
    ),
  ].join('\n')
}
