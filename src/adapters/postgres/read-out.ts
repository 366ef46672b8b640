import { type FileHandle, open } from 'node:fs/promises'
import pg from 'pg'
import { sideBySide } from '../side-by-side.ts'
import { clientConfig, serviceUrl } from './connect.ts'
import { type Copied, copyOut } from './copy-out.ts'
import { nameTenant } from './sql.ts'

export interface ReadOutOptions {
  /** `application_name`, seen in pg_stat_activity. */
  name: string
  /** Milliseconds that one statement may take. */
  statementTimeoutMs: number
  /** Whose rows are seen. Absent: those of all tenants. */
  tenantId?: string
}

/** Milliseconds that a connection may hold its moment and do nothing. */
const IDLE_MS = 60_000

/**
 * Reads much, all of it as it stands at one moment (REPEATABLE READ, read only), on a connection of its own, with times in UTC and ISO
 * 8601. @param signal ends the connection, and with it the statement under way.
 */
export async function readOut<T>(
  databaseUrl: string,
  options: ReadOutOptions,
  signal: AbortSignal,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  return connected(databaseUrl, options, signal, async (client) => {
    await begin(client, options)
    return work(client)
  })
}

/** The same with two connections that see the same moment; each is ended when its own work is done. */
export async function readOutTogether<A, B>(
  databaseUrl: string,
  options: ReadOutOptions,
  signal: AbortSignal,
  works: readonly [(client: pg.Client) => Promise<A>, (client: pg.Client) => Promise<B>],
): Promise<[A, B]> {
  return connected(databaseUrl, options, signal, async (first) => {
    await begin(first, options)
    const { rows } = await first.query<{ moment: string }>('SELECT pg_export_snapshot() AS moment')
    return connected(databaseUrl, options, signal, async (second) => {
      await begin(second, options, rows[0]?.moment)
      return sideBySide<[A, B]>(signal, [
        (either) => whileOpen(first, either, works[0]),
        (either) => whileOpen(second, either, works[1]),
      ])
    })
  })
}

async function connected<T>(
  databaseUrl: string,
  { name, statementTimeoutMs, tenantId }: ReadOutOptions,
  signal: AbortSignal,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({
    ...clientConfig(tenantId === undefined ? serviceUrl(databaseUrl) : databaseUrl, { name, statementTimeoutMs }),
    query_timeout: 0,
    idle_in_transaction_session_timeout: IDLE_MS,
  })
  client.on('error', () => undefined)
  await client.connect()
  return whileOpen(client, signal, work)
}

async function whileOpen<T>(
  client: pg.Client,
  signal: AbortSignal,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const end = () => void client.end().catch(() => undefined)
  signal.addEventListener('abort', end, { once: true })
  try {
    signal.throwIfAborted()
    return await work(client)
  } finally {
    signal.removeEventListener('abort', end)
    await client.end().catch(() => undefined)
  }
}

/** @param moment what another transaction has exported, to see what it sees. */
async function begin(client: pg.Client, { tenantId }: ReadOutOptions, moment?: string): Promise<void> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
  if (moment !== undefined) await client.query(`SET TRANSACTION SNAPSHOT ${pg.escapeLiteral(moment)}`)
  await client.query(`SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, MDY'`)
  if (tenantId !== undefined) await client.query(nameTenant(tenantId).text)
}

/** Writes what a query gives as CSV (mode 0600). */
export async function copyToFile(client: pg.Client, query: string, path: string): Promise<Copied> {
  const file = await open(path, 'w', 0o600)
  try {
    return await copyOut(client, `COPY (${query}) TO STDOUT (FORMAT csv)`, (bytes) => writeAll(file, bytes))
  } finally {
    await file.close()
  }
}

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at, bytes.length - at)).bytesWritten
}
