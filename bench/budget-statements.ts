import { randomBytes, randomUUID } from 'node:crypto'
import { type LedgerStack, startLedgerStack } from '../drill/ledger-stack.ts'
import { connectService, type Sql } from '../src/adapters/postgres/connect.ts'
import { createRequestStore } from '../src/adapters/postgres/requests/request-store.ts'
import { createGenaiPriceTable } from '../src/adapters/prices/genai-prices.ts'
import { reservationOf } from '../src/api/chat-completions/reserve.ts'
import { parseConfig } from '../src/config/file.ts'
import type { ChatRequest } from '../src/domain/chat/types.ts'
import { uuidv7 } from '../src/domain/ids/uuidv7.ts'
import type { InboxRequest } from '../src/domain/requests/types.ts'
import type { RouteDecision } from '../src/domain/routing/types.ts'
import type { Reservation } from '../src/ports/budgets.ts'
import type { RequestStore } from '../src/ports/request-store.ts'
import { inboxOf } from '../test/support/inbox-request.ts'
import { cpuOfTree } from './support/processes.ts'
import { promptOf } from './support/prompt.ts'
import { percentile } from './support/statistics.ts'

/** Budgets that bind each call of a tenant, by how many they are. */
const BUDGETS = {
  none: '[]',
  one: '[{ period: year, hard_limit_usd: "1000000" }]',
  two: '[{ period: year, hard_limit_usd: "1000000" }, { period: day, user: any, hard_limit_usd: "100000" }]',
} as const
export type BudgetCount = keyof typeof BUDGETS
const COUNTS = Object.keys(BUDGETS) as BudgetCount[]

const ROUNDS = 12
const CALLS = 150
const AT_ONCE = [1, 64]
const CONNECTIONS = 16

export interface StatementCost {
  budgets: BudgetCount
  atOnce: number
  /** Of the acceptance, the worst case computed within. */
  acceptP50Ms: number
  acceptP99Ms: number
  /** Of both statements of a call. */
  callsPerSecond: number
  /** Of a call: this process and PostgreSQL. */
  nodeCpuMs: number
  postgresCpuMs: number
}

/**
 * What budgets add to the two transactions of a call, without anything else: its acceptance, and the end of its rows in the transaction
 * of its entry. Calls with none, one and two are made in turn, so that what the machine does meanwhile falls on all.
 */
export async function measureStatements(say: (line: string) => void): Promise<StatementCost[]> {
  const stack = await startLedgerStack()
  const sql = connectService(stack.databaseUrl, { max: CONNECTIONS, name: 'bench' })
  try {
    const rows: StatementCost[] = []
    for (const atOnce of AT_ONCE) {
      say(`${atOnce} calls at once`)
      rows.push(...(await measureAtOnce(stack, sql, atOnce)))
    }
    return rows
  } finally {
    await sql.end()
    await stack.stop()
  }
}

async function measureAtOnce(stack: LedgerStack, sql: Sql, atOnce: number): Promise<StatementCost[]> {
  const store = createRequestStore(sql, randomUUID())
  const found = new Map(COUNTS.map((name) => [name, { times: [] as number[], wallMs: 0, nodeMs: 0, postgresMs: 0 }]))
  for (let round = 0; round <= ROUNDS; round++) {
    for (const name of COUNTS) {
      const times: number[] = []
      const [from, node, server] = [performance.now(), process.cpuUsage(), cpuOfTree(stack.serverPid)]
      const worker = async () => {
        for (let call = 0; call < Math.ceil(CALLS / atOnce); call++) times.push(await makeCall(store, sql, name))
      }
      await Promise.all(Array.from({ length: atOnce }, worker))
      const { user, system } = process.cpuUsage(node)
      const one = found.get(name)
      // The first round makes connections and plans.
      if (round === 0 || !one) continue
      one.times.push(...times)
      one.wallMs += performance.now() - from
      one.nodeMs += (user + system) / 1000
      one.postgresMs += cpuOfTree(stack.serverPid) - server
    }
  }
  return [...found].map(([budgets, { times, wallMs, nodeMs, postgresMs }]) => ({
    ...{ budgets, atOnce, acceptP50Ms: percentile(times, 0.5), acceptP99Ms: percentile(times, 0.99) },
    callsPerSecond: (times.length / wallMs) * 1000,
    nodeCpuMs: nodeMs / times.length,
    postgresCpuMs: postgresMs / times.length,
  }))
}

/** Gives the milliseconds of the acceptance. */
async function makeCall(store: RequestStore, sql: Sql, name: BudgetCount): Promise<number> {
  const requestId = uuidv7(Date.now(), randomBytes(10))
  const inbox = inboxOf(requestId)
  const from = performance.now()
  const reservation = reservationFor(name, inbox)
  await store.accept(inbox, 60_000, null, reservation)
  const took = performance.now() - from
  await sql.begin((transaction) =>
    Promise.all([
      transaction`DELETE FROM inbox WHERE request_id = ${requestId}`,
      reservation && transaction`SELECT budget_settle(${[requestId]}::uuid[], ${['0.0012345678']}::numeric[])`,
    ]),
  )
  return took
}

const config = parseConfig(
  `tenants:${COUNTS.map(
    (name) => `
  - id: ${name}
    region: us
    keys: [{ key: "pk_bench_${name}_0123456789abcdef", role: app }]
    budgets: ${BUDGETS[name]}`,
  ).join('')}`,
  'bench.yaml',
  {},
)
const prices = createGenaiPriceTable()
const planned = {
  ...{ kind: 'route', target: { provider: 'openai', model: 'gpt-4o' }, fallbacks: [] },
} as unknown as RouteDecision
const body = JSON.parse(promptOf(1).body) as ChatRequest

function reservationFor(name: BudgetCount, { context }: InboxRequest): Reservation | null {
  const call = { context: { ...context, tenantId: name }, subjectPseudonym: 's', body, planned }
  return reservationOf({ config, prices }, call)
}
