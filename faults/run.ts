import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { checkInvariants, type InvariantReport } from './check-invariants.ts'
import { discloserOf } from './disclose.ts'
import { installJournal, type JournalLine, readJournal } from './journal.ts'
import { exchange } from './load/exchange.ts'
import { type Kills, killAtRandom } from './load/kill.ts'
import { startLoad } from './load/load.ts'
import type { Asked } from './load/types.ts'
import { createRandom } from './random.ts'
import { type Remaining, waitUntilSettled } from './settle.ts'
import { type FaultStack, startFaultStack } from './stack/fault-stack.ts'

export interface RunOptions {
  home: string
  kills: number
  seed: string
  clients: number
  gateways: 1 | 2
  /** How likely a piece of an answer of PostgreSQL or Temporal is lost with its connection, from 0 to 1. */
  losses: number
  /** Milliseconds between two kills. */
  between: { least: number; most: number }
  /** Milliseconds after which there are no more kills, however few there were. */
  killWithinMs: number
  /** Milliseconds that the requests under way get to come to their end after the last kill. */
  settleWithinMs: number
  say(line: string): void
}

export interface RunResult {
  kills: Kills
  /** Answers of PostgreSQL and of Temporal that were lost. */
  lost: number[]
  gatewayStarts: number
  asked: readonly Asked[]
  journal: readonly JournalLine[]
  calls: ReadonlyMap<string, number>
  remaining: Remaining
  report: InvariantReport
  /** Of the load with its kills, of waiting for its end, and of the check. */
  seconds: { load: number; settle: number; check: number }
}

const WARM_UP_MS = 2_000
/** Of PostgreSQL and of Temporal, where all of a gateway's calls share one connection. */
const SHARE = [1, 0.2]
const PAUSE_MS = 1_500

/** One run: a stack, a live load, kills at random, the end of everything under way, and the check of all of it. */
export async function runFaults(options: RunOptions): Promise<RunResult> {
  const { say } = options
  const { next: draw } = createRandom(`${options.seed}/losses`)
  const { home, gateways, losses } = options
  const stack = await startFaultStack({ home, gateways, ...(losses > 0 && { draw }) })
  const sql = postgres(stack.adminUrl, { max: 4, onnotice: () => undefined, backoff: () => 0.2 })
  try {
    await installJournal(stack.adminUrl)
    say(`the stack is up: ${options.gateways} gateway(s), ${options.clients} clients, seed ${options.seed}`)
    return await runOn(stack, sql, options)
  } finally {
    await sql.end({ timeout: 5 })
    await stack.stop()
  }
}

async function runOn(stack: FaultStack, sql: postgres.Sql, options: RunOptions): Promise<RunResult> {
  const { say, clients } = options
  const random = createRandom(options.seed)
  const watch = stopwatch()
  const urls = stack.gateways.map(({ url }) => url)
  const load = startLoad(
    { urls, isRecorded: (id) => isRecorded(sql, id) },
    { clients, pauseMs: PAUSE_MS, random: random.fork('load'), run: Date.now().toString(36).slice(-5) },
  )
  await sleep(WARM_UP_MS)
  for (const [index, proxy] of stack.proxies.entries()) proxy.lose(options.losses * (SHARE[index] ?? 1))
  if (options.kills === 0 && options.losses > 0) await sleep(options.killWithinMs)
  const kills = await killAtRandom(stack, { ...options, random: random.fork('kills') })
  for (const proxy of stack.proxies) proxy.lose(0)
  await Promise.all(stack.gateways.map((gateway) => gateway.ready()))
  const loadSeconds = watch()
  say(`the kills are done after ${loadSeconds} s; waiting for what is under way`)
  await load.finish()
  const remaining = await waitUntilSettled(sql, stack.temporalAddress, options.settleWithinMs)
  const settleSeconds = watch()
  say('everything has come to its end or its time is over; checking')
  const journal = await readJournal(sql)
  const calls = stack.double.calls()
  const report = await checkInvariants(stack.adminUrl, {
    asked: load.asked,
    calls,
    journal,
    ask: ({ ask }) => exchange(urls[0] ?? '', ask, AbortSignal.timeout(30_000)),
    disclose: discloserOf(urls[0] ?? ''),
  })
  const more = differences(calls, stack.double.calls())
  for (const marker of more) report.violations.push(`${marker}: the provider was asked while the answers were checked`)
  const seconds = { load: loadSeconds, settle: settleSeconds, check: watch() }
  const gatewayStarts = stack.gateways.reduce((sum, { starts }) => sum + starts, 0)
  const lost = stack.proxies.map(({ cuts }) => cuts)
  return { kills, lost, gatewayStarts, asked: load.asked, journal, calls, remaining, report, seconds }
}

/** True or false for certain: a database that is away is asked again. */
async function isRecorded(sql: postgres.Sql, requestId: string): Promise<boolean> {
  for (;;) {
    try {
      const rows = await sql`SELECT 1 FROM ledger_entry WHERE id = ${requestId}`
      return rows.length > 0
    } catch {
      // Killed just now; what was committed before stays committed.
      await sleep(200)
    }
  }
}

function differences(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): string[] {
  return [...after].filter(([marker, calls]) => before.get(marker) !== calls).map(([marker]) => marker)
}

function stopwatch(): () => number {
  let last = performance.now()
  return () => {
    const now = performance.now()
    const seconds = Math.round((now - last) / 1000)
    last = now
    return seconds
  }
}
