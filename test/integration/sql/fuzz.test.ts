import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSqlParser } from '../../../src/adapters/pg-parser/sql-parser.ts'
import { createQueryDatabase } from '../../../src/adapters/postgres/query/query-database.ts'
import { policyOf } from '../../../src/adapters/sql/guarded-queries.ts'
import { guardSql } from '../../../src/domain/sql-guard/guard.ts'
import type { QueryDatabase } from '../../../src/ports/query-databases.ts'
import { CASTING } from '../../support/sql/attacks/casting.ts'
import { NO_STATEMENT } from '../../support/sql/attacks/eating.ts'
import { FUNCTIONS } from '../../support/sql/attacks/functions.ts'
import { LENGTHENING } from '../../support/sql/attacks/lengthening.ts'
import { REACHING } from '../../support/sql/attacks/reaching.ts'
import { SPELLING } from '../../support/sql/attacks/spelling.ts'
import { WRITING } from '../../support/sql/attacks/writing.ts'
import { fingerprintOf } from '../../support/sql/fingerprint.ts'
import { HONEST } from '../../support/sql/honest.ts'
import { mutate, randomOf } from '../../support/sql/mutate.ts'
import { createShop, type Shop } from '../../support/sql/shop.ts'

/** Another seed tries other statements: SQL_FUZZ_SEED. */
const SEED = Number(process.env.SQL_FUZZ_SEED ?? 20261128)
const TRIES = Number(process.env.SQL_FUZZ_TRIES ?? 6_000)

describe('mutated statements', { timeout: 300_000 }, () => {
  let shop: Shop
  let database: QueryDatabase
  beforeAll(async () => {
    shop = await createShop({ statementTimeoutMs: 300, maxRows: 20 })
    // As a superuser: what the guard lets through may do everything.
    const settings = { ...shop.settings, url: shop.adminUrl }
    database = createQueryDatabase(settings, { now: Date.now, checkRole: false })
  }, 120_000)
  afterAll(async () => {
    await database?.close()
    await shop?.drop()
  })

  it(`${TRIES} of them: none crashes the guard, and what it lets through changes nothing and shows nothing, even to a superuser`, async () => {
    const parser = await openSqlParser()
    const policy = policyOf(shop.settings, await database.describe())
    const random = randomOf(SEED)
    const statements = [
      ...HONEST,
      ...HONEST,
      ...WRITING,
      ...FUNCTIONS,
      ...REACHING,
      ...CASTING,
      ...SPELLING,
      ...LENGTHENING,
      ...NO_STATEMENT,
    ]
    const since = new Date()
    const before = await fingerprintOf(shop, since)
    const [passed, odd]: [string[], unknown[]] = [[], []]
    for (let n = 0; n < TRIES; n++) {
      const sql = mutate(random, statements)
      const verdict = guardSql(sql, policy, parser)
      if (verdict.kind === 'passed') passed.push(verdict.sql)
      else if (verdict.refusal.message === '') odd.push(sql)
    }
    // Mutations of honest statements often stay honest: a test that lets none through tries nothing.
    expect(passed.length).toBeGreaterThan(TRIES / 50)
    const { signal } = new AbortController()
    for (const sql of passed.slice(0, 600)) {
      const outcome = await database.run(sql, { tenantId: 'acme', signal })
      const shown = JSON.stringify(outcome)
      if (
        /top-secret-value|root:x:|SCRAM-SHA/.test(shown) ||
        (outcome.kind === 'failed' && outcome.code !== 'sql_cancelled')
      ) {
        odd.push({ sql, shown: shown.slice(0, 300) })
      }
    }
    expect(odd).toEqual([])
    expect(await fingerprintOf(shop, since)).toEqual(before)
    expect(await database.run('SELECT 1', { tenantId: 'acme', signal })).toMatchObject({ kind: 'answered' })
  })
})
