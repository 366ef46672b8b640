import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSqlParser } from '../../../src/adapters/pg-parser/sql-parser.ts'
import { createQueryDatabase } from '../../../src/adapters/postgres/query/query-database.ts'
import { policyOf } from '../../../src/adapters/sql/guarded-queries.ts'
import { guardSql } from '../../../src/domain/sql-guard/guard.ts'
import type { QueryDatabase } from '../../../src/ports/query-databases.ts'
import { HONEST } from '../../support/sql/honest.ts'
import { createShop, type Shop } from '../../support/sql/shop.ts'

describe('honest questions', { timeout: 120_000 }, () => {
  let shop: Shop
  let database: QueryDatabase
  beforeAll(async () => {
    shop = await createShop()
    database = createQueryDatabase(shop.settings, { now: Date.now })
  }, 120_000)
  afterAll(async () => {
    await database?.close()
    await shop?.drop()
  })

  it(`pass the guard and run, all ${HONEST.length} of them`, async () => {
    expect(HONEST.length).toBeGreaterThanOrEqual(200)
    const parser = await openSqlParser()
    const policy = policyOf(shop.settings, await database.describe())
    const failed: unknown[] = []
    for (const sql of HONEST) {
      const verdict = guardSql(sql, policy, parser)
      if (verdict.kind === 'refused') failed.push({ sql, ...verdict.refusal })
      else {
        const { signal } = new AbortController()
        const outcome = await database.run(verdict.sql, { tenantId: 'acme', signal })
        if (outcome.kind !== 'answered') failed.push({ sql, outcome })
      }
    }
    expect(failed).toEqual([])
  })
})
