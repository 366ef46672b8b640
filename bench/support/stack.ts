import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import postgres from 'postgres'
import { LEAN_ENV, LEAN_FLAGS, STRIPPED_FLAG, V8_FLAGS } from '../../bootstrap/lean.mjs'
import { homeLayout, type RunInfo, readRunFile } from '../../src/config/home.ts'
import { childrenOf, cpuOf, cpuOfTree, type Memory, memoryOf, sharedMemoryOfTree } from './processes.ts'
import { startScript, stopProcess } from './run-node.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const READY_WITHIN_MS = 240_000

export interface BenchStack {
  run: RunInfo
  double: { baseUrl: string; apiKey: string; pid: number }
  pids: { gateway: number; temporal: number; postgres: number }
  folder: string
  /** The embedded database as its superuser. */
  sql: postgres.Sql
  /** Ends all of it; the folder stays, with what the processes wrote at their end. */
  end(): Promise<void>
  /** Ends all of it and removes the folder. Safe to call twice and after `end`. */
  stop(): Promise<void>
}

export interface BenchStackOptions {
  /** Arguments of the double's process. */
  double?: readonly string[]
  /** Arguments of Node before the gateway's own. */
  nodeArguments?: readonly string[]
  env?: Readonly<Record<string, string>>
}

/**
 * The whole stack in a fresh folder, as a user starts it: OpenAI's double, the gateway as its own process with embedded
 * PostgreSQL and Temporal below it. `stop` ends all of it and removes the folder.
 */
export async function startBenchStack(options: BenchStackOptions = {}): Promise<BenchStack> {
  const folder = mkdtempSync(join(tmpdir(), 'palimpsest-bench-'))
  const doubleScript = fileURLToPath(new URL('./double-process.ts', import.meta.url))
  const double = await startScript<{ baseUrl: string; apiKey: string }>(doubleScript, options.double ?? [])
  let gateway: ChildProcess | null = null
  try {
    gateway = startGateway(folder, double.said, options)
    const run = await readiness(gateway, folder)
    const sql = postgres(run.adminDatabaseUrl ?? run.databaseUrl, { max: 2, onnotice: () => undefined })
    const running = gateway
    const end = async () => {
      await sql.end({ timeout: 5 })
      await stopProcess(running)
      await stopProcess(double.child)
    }
    return {
      run,
      double: { ...double.said, pid: double.child.pid ?? 0 },
      pids: findParts(run.pid),
      folder,
      sql,
      end,
      async stop() {
        await end()
        rmSync(folder, { recursive: true, force: true })
      },
    }
  } catch (error) {
    if (gateway) await stopProcess(gateway)
    await stopProcess(double.child)
    throw error
  }
}

function startGateway(
  folder: string,
  double: { baseUrl: string; apiKey: string },
  options: BenchStackOptions,
): ChildProcess {
  const log = openSync(join(folder, 'gateway.log'), 'a')
  const { PATH = '/usr/bin:/bin', HOME = folder, XDG_CACHE_HOME } = process.env
  execFileSync(process.execPath, [join(ROOT, 'bootstrap/strip-types.mjs')], { stdio: 'ignore' })
  const flags = [...LEAN_FLAGS, ...V8_FLAGS, STRIPPED_FLAG, ...(options.nodeArguments ?? [])]
  const child = spawn(process.execPath, [...flags, join(ROOT, 'src/main.ts')], {
    cwd: folder,
    env: {
      PATH,
      HOME,
      ...LEAN_ENV,
      ...(XDG_CACHE_HOME && { XDG_CACHE_HOME }),
      PORT: '0',
      PALIMPSEST_HOME: join(folder, 'home'),
      OPENAI_BASE_URL: double.baseUrl,
      OPENAI_API_KEY: double.apiKey,
      ...options.env,
    },
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  return child
}

async function readiness(gateway: ChildProcess, folder: string): Promise<RunInfo> {
  const home = homeLayout({ PALIMPSEST_HOME: join(folder, 'home') }, folder)
  const giveUpAt = Date.now() + READY_WITHIN_MS
  while (gateway.exitCode === null && gateway.signalCode === null && Date.now() < giveUpAt) {
    // The log names the gateway's address before the first example request; the run file comes earlier.
    const run = existsSync(home.runFile) ? readRunFile(home) : null
    if (run && (await fetch(`${run.apiUrl}/readyz`).catch(() => null))?.ok) return run
    await sleep(100)
  }
  const log = readFileSync(join(folder, 'gateway.log'), 'utf8').slice(-2000)
  throw new Error(`The gateway did not become ready; its log ends with:\n${log}`)
}

function findParts(gateway: number): BenchStack['pids'] {
  const children = childrenOf(gateway)
  const find = (pattern: RegExp) => children.find(({ name }) => pattern.test(name))?.pid ?? 0
  return { gateway, temporal: find(/temporal/), postgres: find(/postgres/) }
}

/** CPU milliseconds so far of each part. */
export interface PartsCpu {
  gateway: number
  temporal: number
  postgres: number
  double: number
}

export function cpuOfParts({ pids, double }: BenchStack): PartsCpu {
  return {
    gateway: cpuOf(pids.gateway),
    temporal: cpuOfTree(pids.temporal),
    postgres: cpuOfTree(pids.postgres),
    double: cpuOf(double.pid),
  }
}

export function cpuBetween(before: PartsCpu, after: PartsCpu): PartsCpu {
  return {
    gateway: after.gateway - before.gateway,
    temporal: after.temporal - before.temporal,
    postgres: after.postgres - before.postgres,
    double: after.double - before.double,
  }
}

export interface PartsMemory {
  gateway: Memory
  temporal: Memory
  /** Shared pages counted once. */
  postgresMb: number
}

export function memoryOfParts({ pids }: BenchStack): PartsMemory {
  return {
    gateway: memoryOf(pids.gateway),
    temporal: memoryOf(pids.temporal),
    postgresMb: sharedMemoryOfTree(pids.postgres),
  }
}

/** Waits until everything accepted is recorded; gives the milliseconds that took, infinite after half a minute. */
export async function waitForRecords(sql: postgres.Sql): Promise<number> {
  const startedAt = performance.now()
  while (performance.now() - startedAt < 30_000) {
    const [row] = await sql`SELECT count(*)::integer AS waiting FROM inbox`
    if (row?.waiting === 0) return performance.now() - startedAt
    await sleep(20)
  }
  return Number.POSITIVE_INFINITY
}

export async function countEntries(sql: postgres.Sql): Promise<number> {
  const [row] = await sql`SELECT count(*)::integer AS entries FROM ledger_entry WHERE kind = 'interaction'`
  return row?.entries ?? 0
}
