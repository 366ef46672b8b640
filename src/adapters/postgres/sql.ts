import pg from 'pg'
import type postgres from 'postgres'

/** A row by its columns. */
export type Row = postgres.Row

/** Text that becomes part of the statement as it is: column lists and their like, never a value. */
export class SqlText {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** Runs a statement whose values are parameters, prepared once a connection. */
export interface Query {
  <T extends readonly object[] = Row[]>(
    strings: TemplateStringsArray,
    ...values: readonly unknown[]
  ): Promise<T & { count: number }>
  unsafe(text: string): SqlText
}

/** Statements of one transaction, on one connection. They may be sent without waiting for each other. */
export type TransactionSql = Query

/** Statements, each in a transaction of its own, and transactions of several. */
export interface Transactions extends Query {
  /**
   * Runs `work` in one transaction. It is committed when `work` resolves and rolled back when it rejects. A connection
   * that is lost ends the transaction: no later statement of it is run anywhere else.
   */
  begin<T>(work: (transaction: TransactionSql) => Promise<T>): Promise<T>
}

export interface Sql extends Transactions {
  /**
   * Statements that see one tenant's rows: the database leaves out the others', whatever a statement asks for. Each statement, or each
   * transaction, names its tenant and is over with it: a connection that goes back to its pool carries none. A statement alone costs
   * one round trip, as it would without.
   */
  asTenant(tenantId: string): Transactions
  /** Waits for what is under way, at most `timeout` seconds, and closes all connections. */
  end(options?: { timeout: number }): Promise<void>
}

/** Thrown where the connection was lost or never came up. */
export class ConnectionLost extends Error {
  readonly code: string
  /** False: the statement never left. True: unknown whether it was run. */
  readonly sent: boolean

  constructor(cause: Error & { code?: unknown }, sent: boolean) {
    super('the connection to PostgreSQL was lost', { cause })
    this.name = 'ConnectionLost'
    this.code = typeof cause.code === 'string' ? cause.code : 'CONNECTION_LOST'
    this.sent = sent
  }
}

/** Whether an error means that the database is away, so that the same statement may succeed later. */
export function isConnectionFailure(error: unknown): error is Error {
  if (error instanceof ConnectionLost) return true
  const code = error instanceof pg.DatabaseError ? (error.code ?? '') : ''
  return code.startsWith('08') || code.startsWith('57P')
}

/** Whether a failed statement may have been run all the same. */
export function mayHaveRun(error: unknown): boolean {
  return error instanceof ConnectionLost ? error.sent : isConnectionFailure(error)
}

/**
 * The pools behind a `Sql`.
 * @param tenants connections that see no row before a tenant is named; opened when a tenant's are first asked for.
 */
export function createSql(config: pg.PoolConfig, tenants: pg.PoolConfig = config): Sql {
  const pool = openPool(config)
  let own: pg.Pool | null = null
  return Object.assign(queriesOf(pool, run), {
    begin: <T>(work: (transaction: TransactionSql) => Promise<T>) => transact(pool, [BEGIN], work),
    asTenant(tenantId: string) {
      own ??= openPool(tenants)
      return tenantIn(own, tenantId)
    },
    async end(options?: { timeout: number }) {
      await Promise.all([endPool(pool, options), ...(own ? [endPool(own, options)] : [])])
    },
  })
}

function tenantIn(pool: pg.Pool, tenantId: string): Transactions {
  const opening = [BEGIN, nameTenant(tenantId)]
  return Object.assign(
    queriesOf(pool, (client, statement) => alone(client, opening, statement)),
    { begin: <T>(work: (transaction: TransactionSql) => Promise<T>) => transact(pool, opening, work) },
  )
}

/**
 * Names the tenant whose rows a transaction sees. Utility statements take no parameters; a query in its place would fix what the
 * transaction sees before its first own.
 */
export function nameTenant(tenantId: string): Statement {
  if (tenantId === '' || tenantId.includes('\0')) throw new TypeError('a statement for a tenant has no tenant')
  return { text: `SET LOCAL palimpsest.tenant TO ${pg.escapeLiteral(tenantId)}`, name: '', values: [] }
}

function openPool(config: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool({ ...config, types: TYPES, ...PIPELINE })
  // A connection that is lost while no statement runs on it: the pool has dropped it, or its transaction hears of it
  // with its next statement. Without a listener the process would end.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  return pool
}

async function endPool(pool: pg.Pool, options?: { timeout: number }): Promise<void> {
  const over = new AbortController()
  await Promise.race([pool.end(), after((options?.timeout ?? 3600) * 1000, over.signal)])
  over.abort()
}

function queriesOf(pool: pg.Pool, execute: (client: pg.PoolClient, statement: Statement) => Promise<Result>): Query {
  return tagOf(async (statement) => {
    const client = await connect(pool)
    let broken: Error | undefined
    try {
      return await execute(client, statement)
    } catch (error) {
      // The server may say that it goes away before the connection does.
      if (isConnectionFailure(error)) broken = error
      throw error
    } finally {
      client.release(broken)
    }
  })
}

/** Statements of a transaction go out one behind the other; the type package does not know the option yet. */
const PIPELINE: object = { pipeline: true }

const INT8 = 20
const TYPES: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === INT8 && format !== 'binary' ? BigInt : pg.types.getTypeParser(oid, format as 'text'),
}

interface Statement {
  text: string
  name: string
  values: unknown[]
}

async function transact<T>(
  pool: pg.Pool,
  opening: readonly Statement[],
  work: (transaction: TransactionSql) => Promise<T>,
): Promise<T> {
  const client = await connect(pool)
  let broken: Error | undefined
  let first: unknown
  try {
    await Promise.all(opening.map((statement) => run(client, statement)))
    const tag = tagOf((statement) =>
      run(client, statement).catch((error: unknown) => {
        first ??= error
        throw error
      }),
    )
    const result = await work(tag)
    const { command } = await run(client, COMMIT)
    // The server answers a COMMIT of a transaction in which something failed by rolling it back.
    if (command !== 'COMMIT') throw new Error('the transaction was rolled back: a statement of it had failed')
    return result
  } catch (error) {
    await run(client, ROLLBACK).catch((cause: Error) => {
      broken = cause
    })
    // Of statements under way together, those behind the one that failed say only that one had failed.
    throw error instanceof pg.DatabaseError && error.code === IN_FAILED_TRANSACTION ? (first ?? error) : error
  } finally {
    client.release(broken)
  }
}

/** A transaction of one statement, sent at once. */
async function alone(client: pg.PoolClient, opening: readonly Statement[], statement: Statement): Promise<Result> {
  const opened = opening.map((one) => run(client, one))
  const answer = run(client, statement)
  const sent = await Promise.allSettled([...opened, answer, run(client, COMMIT)])
  const failed = sent.find((one) => one.status === 'rejected')
  if (failed) throw failed.reason
  return answer
}

const IN_FAILED_TRANSACTION = '25P02'
const BEGIN: Statement = { text: 'BEGIN', name: '', values: [] }
const COMMIT: Statement = { text: 'COMMIT', name: '', values: [] }
const ROLLBACK: Statement = { text: 'ROLLBACK', name: '', values: [] }

async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect()
  } catch (error) {
    throw error instanceof Error ? new ConnectionLost(error, false) : error
  }
}

type Result = Row[] & { count: number; command: string }

async function run(client: pg.PoolClient, { text, name, values }: Statement): Promise<Result> {
  try {
    const { rows, rowCount, command } = await client.query<Row>(name === '' ? { text } : { text, name, values })
    return Object.assign(rows, { count: rowCount ?? 0, command })
  } catch (error) {
    throw toldApart(error)
  }
}

/** What the server says has its own class; anything else is the connection. */
function toldApart(error: unknown): unknown {
  return error instanceof pg.DatabaseError || !(error instanceof Error) ? error : new ConnectionLost(error, true)
}

function tagOf(execute: (statement: Statement) => Promise<Row[] & { count: number }>): Query {
  const tag = (strings: TemplateStringsArray, ...values: readonly unknown[]) => execute(statementOf(strings, values))
  return Object.assign(tag as Omit<Query, 'unsafe'>, { unsafe: (text: string) => new SqlText(text) }) as Query
}

const texts = new WeakMap<TemplateStringsArray, string>()
const names = new Map<string, string>()

function statementOf(strings: TemplateStringsArray, values: readonly unknown[]): Statement {
  const parameters = values.filter((value) => !(value instanceof SqlText))
  if (parameters.includes(undefined)) throw new TypeError('a parameter of a statement is undefined')
  const text = textOf(strings, values)
  let name = names.get(text)
  if (name === undefined) {
    name = `s${names.size}`
    names.set(text, name)
  }
  return { text, name, values: parameters }
}

function textOf(strings: TemplateStringsArray, values: readonly unknown[]): string {
  const known = texts.get(strings)
  if (known !== undefined) return known
  let parameter = 0
  const text = strings.reduce((before, after, index) => {
    const value = values[index - 1]
    return `${before}${value instanceof SqlText ? value.text : `$${++parameter}`}${after}`
  })
  if (parameter === values.length) texts.set(strings, text)
  return text
}

/** Never resolves once the signal is aborted. */
function after(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
  })
}
