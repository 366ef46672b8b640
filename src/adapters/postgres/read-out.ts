import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { clientConfig, serviceUrl } from './connect.ts'
import { nameTenant } from './sql.ts'

export interface ReadOutOptions {
  /** `application_name`, seen in pg_stat_activity. */
  name: string
  /** Milliseconds that one statement may take. */
  statementTimeoutMs: number
  /** Whose rows are seen. Absent: those of all tenants. */
  tenantId?: string
}

/**
 * Reads much, all of it as it stands at one moment (REPEATABLE READ, read only), on a connection of its own, with times in UTC and ISO
 * 8601. @param signal ends the connection, and with it the statement under way.
 */
export async function readOut<T>(
  databaseUrl: string,
  { name, statementTimeoutMs, tenantId }: ReadOutOptions,
  signal: AbortSignal,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({
    ...clientConfig(tenantId === undefined ? serviceUrl(databaseUrl) : databaseUrl, { name, statementTimeoutMs }),
    query_timeout: 0,
    idle_in_transaction_session_timeout: 60_000,
  })
  client.on('error', () => undefined)
  const end = () => void client.end().catch(() => undefined)
  await client.connect()
  signal.addEventListener('abort', end, { once: true })
  try {
    signal.throwIfAborted()
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    await client.query(`SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, MDY'`)
    if (tenantId !== undefined) await client.query(nameTenant(tenantId).text)
    return await work(client)
  } finally {
    signal.removeEventListener('abort', end)
    await client.end().catch(() => undefined)
  }
}

/** Writes what a query gives as CSV (mode 0600). Gives its rows and bytes. */
export async function copyToFile(
  client: pg.Client,
  query: string,
  path: string,
): Promise<{ rows: number; bytes: number }> {
  const stream = client.query(copyTo(`COPY (${query}) TO STDOUT (FORMAT csv)`))
  const file = createWriteStream(path, { mode: 0o600, highWaterMark: 1 << 20 })
  await pipeline(stream, file)
  return { rows: stream.rowCount, bytes: file.bytesWritten }
}
