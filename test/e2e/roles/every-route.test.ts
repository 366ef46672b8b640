import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openApiDocument } from '../../../src/api/openapi.ts'
import { awaitEntry, settle } from '../../support/vendor-gateway.ts'
import { keyOf, ROLES, type Role, startTwoTenants, type TwoTenants } from './support.ts'

const NOWHERE = '0190b5a4-0000-7000-8000-000000000000'

interface Route {
  method: string
  path: string
  /** As the document says; null: everybody. */
  roles: Role[] | null
}

/** Every operation of the document that the gateway gives out. */
const ROUTES: Route[] = Object.entries(openApiDocument('0').paths as Record<string, Record<string, Operation>>).flatMap(
  ([path, operations]) =>
    Object.entries(operations).map(([method, { description, security }]) => ({
      method: method.toUpperCase(),
      path,
      roles: security ? null : rolesOf(description),
    })),
)
const GUARDED = ROUTES.flatMap((route) => (route.roles === null ? [] : [{ ...route, roles: route.roles }]))

interface Operation {
  description?: string
  security?: unknown[]
}

function rolesOf(description = ''): Role[] {
  const named = description.match(/^Roles: ([a-z, ]+)\./)?.[1]?.split(', ') ?? []
  return ROLES.filter((role) => named.includes(role))
}

/** Bodies that come as far as to the object. */
const BODIES: Record<string, object> = {
  'POST /v1/requests/{id}/disclosures': { purpose: 'a complaint of the person' },
  'POST /v1/ledger/entries/{id}/proof': { purpose: 'a complaint of the person', open: ['prompt'] },
}

/** What opens text, or names a person: for who is trusted with it, and for nobody else. */
const TEXT = /^\/v1\/(disclosures|erasures|holds|subjects)(\/|$)|\/disclosures$/

/** What apps do with what their users say: consents, and questions to a database. */
const OF_PERSONS = /^\/v1\/(consents|sql)(\/|$)/

describe('of every route', () => {
  it('the document names roles, or says that it is for everybody', () => {
    expect(GUARDED.length).toBeGreaterThan(30)
    for (const { method, path, roles } of GUARDED) expect(roles.length, `${method} ${path}`).toBeGreaterThan(0)
    const open = ROUTES.filter(({ roles }) => roles === null).map(({ path }) => path)
    expect(open.filter((path) => !/^\/(healthz|readyz|openapi\.json|auth\/[a-z]+)$/.test(path))).toEqual([])
  })

  it('the roles are those of the contract: text for privacy alone, all else for admin, too', () => {
    for (const { method, path, roles } of GUARDED) {
      const route = `${method} ${path}`
      const opensText = TEXT.test(path) || route === 'POST /v1/ledger/entries/{id}/proof'
      if (opensText) expect(roles, route).toEqual(['privacy'])
      else if (path === '/v1/chat/completions' || path === '/analyze') expect(roles, route).toEqual(['app'])
      else if (!OF_PERSONS.test(path)) expect(roles, route).toContain('admin')
      if (OF_PERSONS.test(path)) expect(roles, route).not.toContain('operator')
      if (/^\/v1\/(ledger|reports)(\/|$)/.test(path) && !opensText) {
        expect(roles, route).toEqual(expect.arrayContaining(['auditor', 'privacy']))
        expect(roles, route).not.toContain('operator')
      }
      if (path.startsWith('/v1/keys')) expect(roles, route).toEqual(['admin'])
    }
  })
})

describe('a role at every route', () => {
  let setup: TwoTenants
  beforeAll(async () => {
    setup = await startTwoTenants()
  })
  afterAll(() => setup.close())

  const ask = (tenant: 'acme' | 'globex', role: Role, { method, path }: Route, id: string) => {
    const body = BODIES[`${method} ${path}`] ?? {}
    const options = { method, ...(method !== 'GET' && method !== 'DELETE' && { body }) }
    return setup.ask(keyOf(tenant, role), path.replaceAll(/\{[a-z_]+\}/g, id), options)
  }

  const cases = GUARDED.flatMap((route) => ROLES.map((role) => ({ ...route, role, may: route.roles.includes(role) })))
  it.each(cases)('$method $path as $role: $may', async ({ role, may, ...route }) => {
    const { status, body } = await ask('acme', role, route, NOWHERE)
    const code = (body.error as { code?: string } | undefined)?.code
    if (may) expect([status, code]).not.toEqual([403, 'role_missing'])
    else expect([status, code]).toEqual([403, 'role_missing'])
    expect([401, 405, 500]).not.toContain(status)
    expect(code).not.toBe('unknown_url')
  })

  it("another tenant's object is the very same 404 as one that is nowhere, at every route that takes an id", {
    timeout: 120_000,
  }, async () => {
    const foreign = await objectsOf('globex')
    const taking = GUARDED.filter(({ path }) => path.includes('{'))
    const found: string[] = []
    for (const route of taking) {
      const [role] = route.roles
      if (!role) throw new Error('a route that nobody may')
      const nowhere = await ask('acme', role, route, NOWHERE)
      const there = await Promise.all(
        Object.entries(foreign).map(async ([kind, id]) => [kind, await ask('acme', role, route, id)] as const),
      )
      for (const [kind, answer] of there) {
        expect(answer, `${route.method} ${route.path} with a ${kind} of another tenant`).toEqual(nowhere)
      }
      if (nowhere.status === 404) found.push(route.path)
    }
    for (const path of [
      'requests/{id}',
      'ledger/entries/{id}/proof',
      'holds/{id}',
      'keys/{id}',
      'erasures/{id}',
      'reports/{id}',
      'consents/{id}',
    ]) {
      expect(found).toContain(`/v1/${path}`)
    }
    // They are there, for whoever they belong to.
    const own: [Role, string, string][] = [
      ['app', `/v1/requests/${foreign.request}`, 'GET'],
      ['admin', `/v1/keys/${foreign.key}`, 'GET'],
      ['privacy', `/v1/erasures/${foreign.erasure}`, 'GET'],
      ['privacy', `/v1/subjects/exports/${foreign.export}`, 'GET'],
      ['admin', `/v1/reports/${foreign.report}`, 'GET'],
      ['app', `/v1/consents/${foreign.consent}`, 'GET'],
      ['privacy', `/v1/holds/${foreign.hold}`, 'DELETE'],
    ]
    for (const [role, path, method] of own) {
      expect((await setup.ask(keyOf('globex', role), path, { method })).status, path).toBe(200)
    }
  })

  /** One object of each kind. */
  async function objectsOf(tenant: 'globex') {
    const { id: request } = await setup.say(keyOf(tenant, 'app'))
    await awaitEntry(setup.sql, request)
    await settle(setup.sql)
    const make = async (role: Role, path: string, body: object): Promise<string> => {
      const made = await setup.ask(keyOf(tenant, role), path, { body })
      expect([201, 202], `${path} ${JSON.stringify(made.body)}`).toContain(made.status)
      return made.body.id as string
    }
    const period = { from: '2020-01-01', to: '2020-01-31' }
    return {
      request,
      key: await make('admin', '/v1/keys', { roles: ['app'] }),
      report: await make('admin', '/v1/reports', { kind: 'erasures', ...period }),
      export: await make('privacy', '/v1/subjects/export', { user: 'ann' }),
      hold: await make('privacy', '/v1/holds', { ...period, reason: 'an audit of that month' }),
      consent: await make('app', '/v1/consents', { user: 'ann', tools: ['coach'] }),
      erasure: await make('privacy', '/v1/erasures', { user: 'nobody', reason: 'the person asked for it' }),
    }
  }
})
