import { setTimeout as sleep } from 'node:timers/promises'
import { Client, Connection } from '@temporalio/client'
import type postgres from 'postgres'

const POLL_MS = 500

export interface Remaining {
  inFlight: number
  attempts: number
  pending: number
  workflows: number
}

/**
 * Waits until nothing is in flight: no row in the inbox, no attempt, no entry without a leaf, no workflow running. Gives
 * what is left at the end of the time, all zero where everything came to its end.
 */
export async function waitUntilSettled(
  sql: postgres.Sql,
  temporalAddress: string,
  withinMs: number,
): Promise<Remaining> {
  const connection = await Connection.connect({ address: temporalAddress })
  const client = new Client({ connection })
  try {
    const giveUpAt = Date.now() + withinMs
    for (;;) {
      const left = { ...(await rowsLeft(sql)), workflows: await runningWorkflows(client) }
      const settled = Object.values(left).every((count) => count === 0)
      if (settled || Date.now() > giveUpAt) return left
      await sleep(POLL_MS)
    }
  } finally {
    await connection.close()
  }
}

async function rowsLeft(sql: postgres.Sql): Promise<Omit<Remaining, 'workflows'>> {
  const [row] = await sql`
    SELECT (SELECT count(*) FROM inbox)::integer AS in_flight, (SELECT count(*) FROM attempt)::integer AS attempts,
           (SELECT count(*) FROM ledger_pending)::integer AS pending`
  return { inFlight: row?.in_flight, attempts: row?.attempts, pending: row?.pending }
}

async function runningWorkflows(client: Client): Promise<number> {
  const { count } = await client.workflow.count("ExecutionStatus = 'Running'")
  return count
}
