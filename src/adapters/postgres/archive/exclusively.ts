import pg from 'pg'
import { clientConfig, serviceUrl } from '../connect.ts'

/** Runs `work` under a lock of the whole database on a period: whoever holds it dies with it. `busy`: somebody holds it. */
export async function exclusively<T>(databaseUrl: string, id: string, work: () => Promise<T>): Promise<T | 'busy'> {
  const client = new pg.Client(clientConfig(serviceUrl(databaseUrl), { name: 'palimpsest-archive-lock' }))
  client.on('error', () => undefined)
  await client.connect()
  try {
    const { rows } = await client.query<{ taken: boolean }>(
      'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS taken',
      [`archive ${id}`],
    )
    return rows[0]?.taken === true ? await work() : 'busy'
  } finally {
    await client.end().catch(() => undefined)
  }
}
