import postgres from 'postgres'
import { inject } from 'vitest'
import type { GatewayAccess } from '../../../examples/support/find-gateway.ts'
import { startTestGateway, TEST_KEYS, type TestGateway } from '../../support/gateway.ts'

export interface ExampleSetup {
  gateway: TestGateway
  access: GatewayAccess
  /** As the superuser, on the ledger's database. */
  sql: postgres.Sql
  close(): Promise<void>
}

/** A gateway with the simulated model, and what an example is told of it. */
export async function startExampleSetup(): Promise<ExampleSetup> {
  const gateway = await startTestGateway()
  const sql = postgres(gateway.databases.admin, { max: 2, onnotice: () => undefined })
  const { app: appKey, privacy: officerKey } = TEST_KEYS
  return {
    gateway,
    access: { url: gateway.url, appKey, officerKey, temporalAddress: inject('stack').temporalAddress },
    sql,
    async close() {
      await sql.end({ timeout: 5 })
      await gateway.remove()
    },
  }
}
