import { randomBytes, randomUUID } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectService, type Sql } from '../../../src/adapters/postgres/connect.ts'
import { createRequestStore } from '../../../src/adapters/postgres/requests/request-store.ts'
import { uuidv7 } from '../../../src/domain/ids/uuidv7.ts'
import type { InboxRequest } from '../../../src/domain/requests/types.ts'
import type { IdempotencyClaim } from '../../../src/ports/request-store.ts'
import { createDatabases, type TestDatabases } from '../../support/databases.ts'
import { inboxOf } from '../../support/inbox-request.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

describe('a request of a gateway whose clock is not the database’s', () => {
  let databases: TestDatabases
  let admin: postgres.Sql
  let sql: Sql
  beforeAll(async () => {
    databases = await createDatabases()
    admin = postgres(databases.admin, { max: 1, onnotice: () => undefined })
    sql = connectService(databases.app, { max: 2, name: 'clock' })
  })
  afterAll(async () => {
    await sql.end({ timeout: 5 })
    await admin.end({ timeout: 5 })
    await databases.drop()
  })

  const claimOf = (): IdempotencyClaim => ({ tenantId: 't', keyIndex: randomBytes(32), bodyIndex: randomBytes(32) })
  const accept = async (byMs: number, claim: IdempotencyClaim | null) => {
    const inbox = inboxOf(uuidv7(Date.now() + byMs, randomBytes(10)))
    const result = createRequestStore(sql, randomUUID()).accept(inbox, MINUTE_MS, claim)
    return { inbox, outcome: await result.then(({ kind }) => kind).catch((error: { code?: string }) => error.code) }
  }
  const written = async ({ requestId }: InboxRequest) => {
    const [row] = await admin`
      SELECT (SELECT count(*) FROM inbox WHERE request_id = ${requestId})::integer
        + (SELECT count(*) FROM idempotency WHERE request_id = ${requestId})::integer AS n`
    return row?.n
  }

  it.each([
    ['six minutes ahead', 6 * MINUTE_MS],
    ['a day ahead', 24 * HOUR_MS],
    ['more than a day behind', -25 * HOUR_MS],
    ['a year behind', -365 * 24 * HOUR_MS],
  ])('%s is refused and leaves nothing, with an idempotency key as without', async (_what, byMs) => {
    for (const claim of [null, claimOf()]) {
      const { inbox, outcome } = await accept(byMs, claim)
      expect([outcome, await written(inbox)]).toEqual(['clock_skew', 0])
    }
  })

  it.each([
    ['four minutes ahead', 4 * MINUTE_MS],
    ['23 hours behind', -23 * HOUR_MS],
  ])('%s is taken, since its day is not sealed for two days more', async (_what, byMs) => {
    for (const claim of [null, claimOf()]) {
      const { inbox, outcome } = await accept(byMs, claim)
      expect([outcome, await written(inbox)]).toEqual(['accepted', claim === null ? 1 : 2])
    }
  })
})
