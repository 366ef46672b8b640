import pg from 'pg'
import type { DatabaseSettings } from '../../../domain/sql-guard/settings.ts'
import type { QueryOptions, QueryOutcome, QueryPlan, QueryRows, QueryValue } from '../../../ports/query-databases.ts'
import { isConnectionFailure } from '../connect.ts'
import { extended } from './connection.ts'
import { watchBytes } from './watch-bytes.ts'

/** Rows that are asked for at a time. */
const ROWS_AT_ONCE = 100

/** What happens to a statement while it runs. */
export interface Running {
  /** Its caller went away, its time is up (all its steps together), or it took too much memory. */
  stoppedBy: 'caller' | 'time' | 'memory' | null
  /** The connection does not answer any more, and must be closed. */
  isBroken: boolean
}

/** Runs one statement on a connection: read-only, as one tenant, behind EXPLAIN, through a cursor that stops. */
export async function runOn(
  client: pg.PoolClient,
  settings: DatabaseSettings,
  sql: string,
  { tenantId, explain = true }: Omit<QueryOptions, 'signal'>,
  running: Running,
): Promise<QueryOutcome> {
  let plan: QueryPlan | null = null
  let prefix = explain ? EXPLAIN : DECLARE
  const bytes = watchBytes(client, settings.limits.maxBytes)
  try {
    // Both in one round trip: nothing of them is the statement's author's.
    await client.query(
      `BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL palimpsest.tenant TO ${pg.escapeLiteral(tenantId)}`,
    )
    if (explain) {
      plan = await planOf(client, sql)
      const over = aboveCeiling(plan, settings)
      if (over) return { kind: 'refused', code: 'sql_too_expensive', message: over, position: null, plan }
    }
    prefix = DECLARE
    // Where this is no single SELECT the grammar of DECLARE refuses it.
    await client.query(extended(`${DECLARE}${sql}`))
    return { kind: 'answered', rows: await readRows(client, settings, running), plan }
  } catch (error) {
    if (bytes.exceeded) return { kind: 'refused', ...TOO_LARGE, plan }
    running.isBroken = !(error instanceof pg.DatabaseError || error instanceof Stopped)
    if (running.stoppedBy === 'caller') return { kind: 'failed', code: 'sql_cancelled', plan }
    if (running.stoppedBy === 'memory') return { kind: 'refused', ...TOO_MUCH, plan }
    if (running.stoppedBy === 'time') return { kind: 'refused', ...TOO_LATE, plan }
    return outcomeOf(error, plan, prefix)
  } finally {
    bytes.stop()
  }
}

const CURSOR = 'palimpsest_rows'
const DECLARE = `DECLARE ${CURSOR} NO SCROLL CURSOR FOR\n`
const EXPLAIN = 'EXPLAIN (FORMAT JSON)\n'
const TOO_LARGE = {
  code: 'sql_too_large',
  message: 'One row is larger than may be given: select less.',
  position: null,
}

const TOO_LATE = {
  code: 'sql_timeout',
  message: 'It took too long and was stopped: filter earlier, or read fewer rows.',
  position: null,
}

const TOO_MUCH = {
  code: 'sql_too_large',
  message: 'It needs more room than it may have: read less.',
  position: null,
}

/** Between two steps there is nothing that could be cancelled. */
class Stopped extends Error {}

async function planOf(client: pg.PoolClient, sql: string): Promise<QueryPlan> {
  const { rows } = await client.query<[string | object]>(extended(`${EXPLAIN}${sql}`))
  const [text] = rows[0] ?? ['[]']
  const [explained] = (typeof text === 'string' ? JSON.parse(text) : text) as { Plan: PlanNode }[]
  if (!explained) throw new Error('EXPLAIN gave no plan')
  return { cost: explained.Plan['Total Cost'], rows: mostRows(explained.Plan) }
}

interface PlanNode {
  'Total Cost': number
  'Plan Rows': number
  Plans?: PlanNode[]
}

function mostRows(node: PlanNode): number {
  return Math.max(node['Plan Rows'], ...(node.Plans ?? []).map(mostRows))
}

function aboveCeiling({ cost, rows }: QueryPlan, { limits }: DatabaseSettings): string | null {
  if (cost > limits.maxCost) {
    return `The database expects a cost of ${Math.round(cost)}, and ${limits.maxCost} is allowed: join on keys, filter earlier, or read fewer rows.`
  }
  if (rows <= limits.maxPlanRows) return null
  return `The database expects ${rows} rows in one step, and ${limits.maxPlanRows} are allowed: join on keys or filter earlier.`
}

async function readRows(client: pg.PoolClient, { limits }: DatabaseSettings, running: Running): Promise<QueryRows> {
  const rows: QueryValue[][] = []
  let bytes = 0
  let columns: QueryRows['columns'] = []
  for (;;) {
    if (running.stoppedBy !== null) throw new Stopped()
    const wanted = Math.min(ROWS_AT_ONCE, limits.maxRows + 1 - rows.length)
    const page = await client.query<QueryValue[]>(extended(`FETCH FORWARD ${wanted} FROM ${CURSOR}`))
    columns = page.fields.map(({ name, dataTypeID }) => ({ name, type: TYPE_NAMES[dataTypeID] ?? 'other' }))
    for (const row of page.rows) {
      bytes += Buffer.byteLength(JSON.stringify(row), 'utf8')
      if (rows.length >= limits.maxRows || bytes > limits.maxBytes) return { columns, rows, bytes, truncated: true }
      rows.push(row)
    }
    if (page.rows.length < wanted) return { columns, rows, bytes, truncated: false }
  }
}

const TYPE_NAMES: Record<number, string> = {
  16: 'boolean',
  20: 'bigint',
  21: 'smallint',
  23: 'integer',
  25: 'text',
  114: 'json',
  700: 'real',
  701: 'double precision',
  1042: 'character',
  1043: 'character varying',
  1082: 'date',
  1083: 'time',
  1114: 'timestamp',
  1184: 'timestamptz',
  1186: 'interval',
  1700: 'numeric',
  2950: 'uuid',
  3802: 'jsonb',
}

/** What the server said, as something that the statement's author can act on; of values, nothing. */
function outcomeOf(error: unknown, plan: QueryPlan | null, prefix: string): QueryOutcome {
  if (!(error instanceof pg.DatabaseError) || isConnectionFailure(error)) {
    return { kind: 'failed', code: 'database_unavailable', plan }
  }
  return { kind: 'refused', ...wordsOf(error), position: placeOf(error, prefix), plan }
}

function wordsOf(error: pg.DatabaseError): { code: string; message: string } {
  const state = error.code ?? ''
  const hint = error.hint === undefined ? '' : ` ${error.hint}`
  // Messages of this class name what stands in the statement, and no value of a row.
  if (state === '42501')
    return { code: 'sql_not_permitted', message: 'The database does not let this be read: read a listed view.' }
  if (/^42|^0A/.test(state))
    return { code: 'sql_invalid', message: `The database refused it: ${error.message}.${hint}` }
  if (state === '57014' || state === '55P03') {
    return TOO_LATE
  }
  if (state === '25006') return { code: 'sql_not_reading', message: 'The database refused it because it writes.' }
  if (/^5[34]/.test(state)) return TOO_MUCH
  if (state.startsWith('22')) {
    return {
      code: 'sql_value',
      message: `A value does not fit what is done with it (SQLSTATE ${state}): check casts and divisions.`,
    }
  }
  return { code: 'sql_failed', message: `The database gave it up (SQLSTATE ${state}).` }
}

/** In the statement itself: the words before it are ASCII. */
function placeOf({ position }: pg.DatabaseError, prefix: string): number | null {
  const place = Number(position ?? 0) - prefix.length
  return place > 0 ? place : null
}
