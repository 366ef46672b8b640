import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import * as connecting from '../../../src/adapters/postgres/connect.ts'
import { conditionsTakenOut, forgetful } from '../../support/tenant-line/forgetful.ts'
import { awaitEntry } from '../../support/vendor-gateway.ts'
import { type Json, keyOf, ROLES, startTwoTenants, type Tenant, type TwoTenants } from './support.ts'

/** The gateway as it is, but for the tenant that its statements forget. */
function forgetTenants(): void {
  const connect = connecting.connectService
  vi.spyOn(connecting, 'connectService').mockImplementation((...given) => forgetful(connect(...given)))
}

const NOWHERE = '0190b5a4-0000-7000-8000-000000000000'

describe('two tenants on a gateway whose statements forget the tenant', () => {
  let setup: TwoTenants
  const ids = { request: '', hold: '', report: '', erasure: '', export: '', key: '' }

  beforeAll(async () => {
    forgetTenants()
    setup = await startTwoTenants()
    const make = async (key: string, path: string, body: object) => {
      const made = await setup.ask(key, path, { body })
      expect(made.status, `${path} ${JSON.stringify(made.body)}`).toBeLessThan(300)
      return made.body.id as string
    }
    const privacy = keyOf('globex', 'privacy')
    ids.request = (await setup.say(keyOf('globex', 'app'))).id
    await awaitEntry(setup.sql, ids.request)
    ids.hold = await make(privacy, '/v1/holds', { user: 'ann', reason: 'a claim' })
    const [from, to] = [new Date(Date.now() - 86_400_000), new Date()].map((at) => at.toISOString())
    ids.report = await make(keyOf('globex', 'auditor'), '/v1/reports', { kind: 'soc2', from, to })
    ids.erasure = await make(privacy, '/v1/erasures', { user: 'nobody', reason: 'asked for' })
    ids.export = await make(privacy, '/v1/subjects/export', { user: 'ann' })
    ids.key = await make(keyOf('globex', 'admin'), '/v1/keys', { roles: ['app'], app: 'helpdesk' })
  })
  afterAll(async () => {
    vi.restoreAllMocks()
    await setup.close()
  })

  const paths = (id: Record<keyof typeof ids, string>) => [
    `/v1/requests/${id.request}`,
    `/v1/requests/${id.request}/history`,
    `/v1/ledger/entries/${id.request}/proof`,
    `/v1/reports/${id.report}`,
    `/v1/erasures/${id.erasure}`,
    `/v1/erasures/${id.erasure}/certificate`,
    `/v1/subjects/exports/${id.export}`,
    `/v1/keys/${id.key}`,
  ]
  const nowhere = Object.fromEntries(Object.keys(ids).map((name) => [name, NOWHERE])) as typeof ids

  it.each(ROLES)("still do not see each other's objects: %s gets the answer of an id that is nowhere", async (role) => {
    for (const [index, path] of paths(ids).entries()) {
      const asked = await setup.ask(keyOf('acme', role), path)
      expect(asked, path).toEqual(await setup.ask(keyOf('acme', role), paths(nowhere)[index] ?? ''))
      expect([403, 404], path).toContain(asked.status)
    }
    const disclosed = await setup.ask(keyOf('acme', 'privacy'), `/v1/requests/${ids.request}/disclosures`, {
      body: { purpose: 'none of our business' },
    })
    const released = await setup.ask(keyOf('acme', 'privacy'), `/v1/holds/${ids.hold}`, { method: 'DELETE' })
    for (const refused of [disclosed, released]) {
      expect(refused).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } })
    }
  })

  it.each([
    ['/v1/holds', 'privacy', 'holds'],
    ['/v1/reports', 'auditor', 'reports'],
    ['/v1/erasures', 'privacy', 'data'],
    ['/v1/keys', 'admin', 'keys'],
  ] as const)('still list their own alone: %s', async (path, role, name) => {
    const listed = async (tenant: Tenant) => (await setup.ask(keyOf(tenant, role), path)).body[name] as Json[]
    expect((await listed('globex')).length).toBeGreaterThan(0)
    expect(await listed('acme')).toEqual([])
  })

  it('see their own as ever', async () => {
    for (const [path, role] of [
      [`/v1/requests/${ids.request}`, 'app'],
      [`/v1/reports/${ids.report}`, 'auditor'],
      [`/v1/erasures/${ids.erasure}`, 'privacy'],
      [`/v1/subjects/exports/${ids.export}`, 'privacy'],
      [`/v1/keys/${ids.key}`, 'admin'],
    ] as const) {
      expect((await setup.ask(keyOf('globex', role), path)).status, path).toBe(200)
    }
    expect(conditionsTakenOut()).toBeGreaterThan(5)
  })
})
