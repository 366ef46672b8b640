import { gzipSync } from 'node:zlib'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApiKeys } from '../../../src/adapters/postgres/access/api-keys.ts'
import { createArchiveObjects } from '../../../src/adapters/postgres/archive/objects.ts'
import { createBenchmarks } from '../../../src/adapters/postgres/benchmarks/benchmarks.ts'
import { createBudgets } from '../../../src/adapters/postgres/budgets/budgets.ts'
import { connectService, type Sql } from '../../../src/adapters/postgres/connect.ts'
import { createConsents } from '../../../src/adapters/postgres/consents.ts'
import { createErasureCases } from '../../../src/adapters/postgres/erasure/cases.ts'
import { createLegalHolds } from '../../../src/adapters/postgres/erasure/holds.ts'
import { createSubjectExports } from '../../../src/adapters/postgres/exports/subject-exports.ts'
import { createHistoryArchive } from '../../../src/adapters/postgres/histories/history-archive.ts'
import { createDisclosureAccounts } from '../../../src/adapters/postgres/ledger/disclosure-accounts.ts'
import type { Logs } from '../../../src/adapters/postgres/ledger/logs.ts'
import { createLedgerReader } from '../../../src/adapters/postgres/ledger/reader.ts'
import { createTenantPolicies } from '../../../src/adapters/postgres/policies/policies.ts'
import { createReports } from '../../../src/adapters/postgres/reports/reports.ts'
import { createRequestStore } from '../../../src/adapters/postgres/requests/request-store.ts'
import { createSubjectDirectory } from '../../../src/adapters/postgres/subjects/subject-directory.ts'
import type { KeyService } from '../../../src/ports/key-service.ts'
import { createDatabases, type TestDatabases } from '../../support/databases.ts'
import { conditionsTakenOut, forgetful } from '../../support/tenant-line/forgetful.ts'
import { type PlantedTenant, plantEverywhere, plantedTenant } from '../../support/tenant-line/plant.ts'

const today = new Date().toISOString().slice(0, 10)

/** What the API asks for a caller: whose it is, and which object. */
type Ask = (asked: PlantedTenant, object: PlantedTenant) => Promise<unknown>

function questions(sql: Sql, keys: KeyService, logs: Logs): Record<string, Ask> {
  const entries = createLedgerReader(sql, logs)
  const exports = createSubjectExports(sql)
  const reports = createReports(sql)
  const cases = createErasureCases({ sql, keys })
  const holds = createLegalHolds(sql)
  const benchmarks = createBenchmarks(sql)
  const subjects = createSubjectDirectory({ sql, keys })
  const apiKeys = createApiKeys(sql, undefined as never)
  const store = createRequestStore(sql, '00000000-0000-4000-8000-000000000000')
  const consents = createConsents(sql)
  const policies = createTenantPolicies(sql)
  const budgets = createBudgets(sql)
  const periods = createArchiveObjects(sql, undefined as never)
  return {
    'an entry': (by, of) => entries.entry(by.tenantId, of.id),
    'its content': (by, of) => entries.content(by.tenantId, of.id),
    'its values': (by, of) => entries.values(by.tenantId, of.id),
    'its cuts': (by, of) => entries.cuts(by.tenantId, of.id),
    'its histories': (by, of) => createHistoryArchive(sql).find(by.tenantId, of.id),
    "a person's disclosures": (by, of) =>
      createDisclosureAccounts(sql).ofSubject(by.tenantId, of.text, { after: null, from: null, to: null, limit: 9 }),
    "a person's entries": (by, of) => exports.entries(by.tenantId, of.text, null, 9),
    'an export': (by, of) => exports.find(by.tenantId, of.id),
    'a report': (by, of) => reports.find(by.tenantId, of.id),
    'an erasure': (by, of) => cases.find(by.tenantId, of.id),
    'its certificate': (by, of) => cases.certificate(by.tenantId, of.id),
    'a hold': (by, of) => holds.find(by.tenantId, of.id),
    'what a hold covers': async (by, of) => [...(await holds.covering(by.tenantId, [of.id]))],
    'a benchmark': (by, of) => benchmarks.ofRun(by.tenantId, of.id),
    'calls of a benchmark': async (by, of) => [...(await benchmarks.calls(by.tenantId, [of.id]))],
    'a key': (by, of) => apiKeys.find(by.tenantId, of.id),
    'a person': (by, of) => subjects.byPseudonym(by.tenantId, of.text),
    'a request in flight': (by, of) => store.ofTenant(by.tenantId).findInbox(of.id),
    'its attempts': (by, of) => store.ofTenant(by.tenantId).attempts(of.id),
    'the request behind an idempotency key': (by, of) =>
      store.findIdempotent({ tenantId: by.tenantId, keyIndex: of.bytes, bodyIndex: of.bytes }),
    'a consent': (by, of) => consents.find(by.tenantId, of.id),
    "a person's consent": (by, of) => consents.ofPerson(by.tenantId, of.text, of.text),
    'a version of a policy': (by, of) => policies.find(by.tenantId, of.text),
    'how a budget stands': (by, of) => budgets.standing(by.tenantId, [{ name: of.text, start: today }]),
    'archived periods': async (by, of) => (await periods.page(by.tenantId, null, 9)).filter(({ id }) => id === of.id),
    holds: async (by, of) =>
      (await holds.list(by.tenantId, { inForce: false, before: null, limit: 9 })).filter(({ id }) => id === of.id),
    erasures: async (by, of) => (await cases.list(by.tenantId, null, 9)).filter(({ id }) => id === of.id),
    reports: async (by, of) => (await reports.list(by.tenantId, null, 9)).filter(({ id }) => id === of.id),
    benchmarks: async (by, of) => (await benchmarks.list(by.tenantId, null, 9)).filter(({ id }) => id === of.id),
    keys: async (by, of) =>
      (await apiKeys.list(by.tenantId, { inForce: false, before: null, limit: 9 })).filter(({ id }) => id === of.id),
  }
}

describe('whatever is read for a caller, by a statement that forgets the tenant,', () => {
  const [acme, globex] = [plantedTenant('acme'), plantedTenant('globex')]
  let databases: TestDatabases
  let sql: Sql
  let asks: Record<string, Ask>

  beforeAll(async () => {
    databases = await createDatabases()
    const admin = postgres(databases.admin, { max: 1, onnotice: () => undefined })
    await admin`SELECT ledger_ensure_partitions(current_date, 1)`
    await plantEverywhere(admin, [acme, globex])
    // The accounting is of disclosures, benchmarks and exports are of calls.
    await admin`ALTER TABLE ledger_entry DISABLE TRIGGER USER`
    await admin`UPDATE ledger_entry SET kind = 'interaction' WHERE kind LIKE '{%'`
    await admin`UPDATE inbox SET state = 'accepted'`
    await admin`UPDATE legal_hold SET released_at = NULL`
    await admin`UPDATE workflow_history SET history = ${gzipSync('{}')}`
    await admin`UPDATE idempotency SET expires_at = now() + interval '1 hour'`
    await admin.end({ timeout: 5 })
    sql = connectService(databases.app, { max: 2, name: 'forgetful' })
    const keys = { onForget: () => undefined } as unknown as KeyService
    asks = questions(forgetful(sql), keys, undefined as never)
  })
  afterAll(async () => {
    await sql.end({ timeout: 5 })
    await databases.drop()
  })

  const isNothing = (answer: unknown) => answer === undefined || (Array.isArray(answer) && answer.length === 0)

  it.each(Object.keys(questions(undefined as never, { onForget: () => undefined } as never, undefined as never)))(
    '%s is found by its tenant, and is not there for another one',
    async (what) => {
      const ask = asks[what] as Ask
      const entryKind = what === "a person's disclosures" ? 'disclosure' : 'interaction'
      const admin = postgres(databases.admin, { max: 1 })
      await admin`UPDATE ledger_entry SET kind = ${entryKind}`
      await admin.end({ timeout: 5 })
      for (const [one, other] of [
        [acme, globex],
        [globex, acme],
      ] as const) {
        expect(isNothing(await ask(one, one)), 'its own').toBe(false)
        expect(isNothing(await ask(one, other)), "the other's").toBe(true)
      }
    },
  )

  it('was asked without the condition: to one who sees all tenants the same statements give the other one away', async () => {
    expect(conditionsTakenOut()).toBeGreaterThan(20)
    const keys = { onForget: () => undefined } as unknown as KeyService
    const begin = <T>(work: Parameters<typeof sql.begin<T>>[0]) => sql.begin(work)
    const tag = (strings: TemplateStringsArray, ...values: unknown[]) => sql(strings, ...values)
    const all = Object.assign(tag, { unsafe: sql.unsafe, begin, asTenant: () => all }) as unknown as Sql
    const given = []
    for (const [what, ask] of Object.entries(questions(forgetful(all), keys, undefined as never))) {
      if (!isNothing(await ask(acme, globex))) given.push(what)
    }
    // The accounting asks for entries of another kind than the others do.
    expect(given).toEqual(Object.keys(asks).filter((what) => what !== "a person's disclosures"))
  })
})
