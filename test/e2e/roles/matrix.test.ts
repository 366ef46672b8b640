import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { awaitEntry, settle } from '../../support/vendor-gateway.ts'
import { keyOf, ROLES, type Role, startTwoTenants, type TwoTenants } from './support.ts'

const chat = { body: { model: 'gpt-4o', messages: [{ role: 'user', content: 'hello' }] } }
const readers: Role[] = ['auditor', 'privacy', 'admin']
const NOWHERE = '0190b5a4-0000-7000-8000-000000000000'

/** Who may, and what they then get where it is not 200; `{id}` is a request of the key's own app. */
const MATRIX: [
  path: string,
  allowed: readonly Role[],
  options?: { body?: unknown; method?: string; status?: number },
][] = [
  ['/v1/chat/completions', ['app'], chat],
  ['/v1/models', ['app', 'admin']],
  ['/v1/models/gpt-4o', ['app', 'admin']],
  ['/v1/requests/{id}', ROLES],
  ['/v1/requests/{id}/history', ['auditor', 'privacy', 'operator', 'admin']],
  ['/v1/requests/{id}/disclosures', ['privacy'], { body: { purpose: 'a complaint of the person' } }],
  ['/v1/ledger/checkpoint', readers],
  ['/v1/ledger/entries', readers],
  ['/v1/ledger/entries/{id}/proof', ['app', ...readers]],
  [
    '/v1/ledger/entries/{id}/proof',
    ['privacy'],
    { body: { purpose: 'a complaint of the person', open: ['response'] } },
  ],
  ['/v1/ledger/consistency?from=0', readers],
  [
    '/v1/holds',
    ['privacy'],
    { body: { from: '2020-01-01', to: '2020-01-31', reason: 'an audit of that month' }, status: 201 },
  ],
  ['/v1/archives', ['auditor', 'operator', 'admin']],
  ['/v1/archives/lifecycle', ['operator', 'admin'], { method: 'POST' }],
  ['/v1/archives/runs', ['operator', 'admin'], { method: 'POST', status: 202 }],
  ['/v1/holds', ['privacy']],
  [`/v1/holds/${NOWHERE}`, ['privacy'], { method: 'DELETE', status: 404 }],
  ['/v1/erasures', ['privacy']],
  [`/v1/erasures/${NOWHERE}/certificate`, ['privacy'], { status: 404 }],
  [`/v1/erasures/${NOWHERE}/certificate.pdf`, ['privacy'], { status: 404 }],
  ['/v1/subjects/export', ['privacy'], { body: { user: 'nobody' }, status: 202 }],
  [`/v1/subjects/exports/${NOWHERE}`, ['privacy'], { status: 404 }],
  [`/v1/subjects/exports/${NOWHERE}/data`, ['privacy'], { status: 404 }],
  ['/v1/disclosures?user=ann', ['privacy']],
  ['/v1/reports', readers, { body: { kind: 'erasures', from: '2020-01-01', to: '2020-01-31' }, status: 202 }],
  ['/v1/reports', readers],
  [`/v1/reports/${NOWHERE}`, readers, { status: 404 }],
  [`/v1/reports/${NOWHERE}/pack`, readers, { status: 404 }],
  ['/v1/benchmarks', ['operator', 'admin'], { body: {}, status: 400 }],
  ['/v1/benchmarks', ['operator', 'auditor', 'admin']],
  ['/v1/sql/databases', ['app']],
  ['/v1/sql/databases/nowhere', ['app'], { status: 404 }],
  ['/v1/sql/run', ['app'], { body: {}, status: 400 }],
  ['/v1/sql/ask', ['app'], { body: {}, status: 400 }],
  [`/v1/sql/questions/${NOWHERE}`, ['app'], { status: 404 }],
  ['/v1/costs?from=2020-01-01&to=2020-01-31', ['operator', 'auditor', 'admin']],
  ['/v1/costs/focus?from=2020-01-01&to=2020-01-31', ['operator', 'auditor', 'admin']],
  ['/v1/costs/reconciliation', ['operator', 'auditor', 'admin'], { body: {}, status: 400 }],
  ['/metrics', ['operator', 'admin']],
]

describe('a role', () => {
  let setup: TwoTenants
  let id: string
  beforeAll(async () => {
    setup = await startTwoTenants()
    id = (await setup.say(keyOf('acme', 'app'))).id
    await awaitEntry(setup.sql, id)
    await settle(setup.sql)
  })
  afterAll(() => setup.close())

  const cases = MATRIX.flatMap(([path, allowed, options]) =>
    ROLES.map((role) => ({ path, role, options, may: allowed.includes(role) })),
  )

  it.each(cases)('$role at $path: $may', async ({ path, role, options, may }) => {
    const { status, body } = await setup.ask(keyOf('acme', role), path.replace('{id}', id), options)
    if (may) expect(status).toBe(options?.status ?? 200)
    else {
      expect(status).toBe(403)
      expect(body).toMatchObject({ error: { code: 'role_missing', type: 'permission_error', param: null } })
    }
  })

  it.each(MATRIX)('nobody may without a key: %s', async (path, _, options) => {
    const { status, body } = await setup.ask(null, path.replace('{id}', id), options)
    expect(status).toBe(401)
    expect(body).toMatchObject({ error: { code: 'invalid_api_key' } })
  })

  it.each(['/healthz', '/readyz', '/openapi.json'])('none is needed for %s', async (path) => {
    expect((await setup.ask(null, path)).status).toBe(200)
  })

  it('that is refused has left nothing: no call, no entry, no disclosure', async () => {
    const before = await setup.sql`SELECT count(*)::integer AS entries FROM ledger_entry`
    setup.openai.reset()
    for (const role of ['auditor', 'privacy', 'operator', 'admin'] as const) {
      await setup.ask(keyOf('acme', role), '/v1/chat/completions', chat)
    }
    for (const role of ['app', 'auditor', 'operator', 'admin'] as const) {
      await setup.ask(keyOf('acme', role), `/v1/requests/${id}/disclosures`, { body: { purpose: 'curiosity' } })
      const opening = { purpose: 'curiosity', open: ['prompt'] }
      await setup.ask(keyOf('acme', role), `/v1/ledger/entries/${id}/proof`, { body: opening })
    }
    expect(setup.openai.count).toBe(0)
    expect(await setup.sql`SELECT count(*)::integer AS entries FROM ledger_entry`).toEqual(before)
  })

  it('can stand beside another in one key', async () => {
    const key = keyOf('acme', 'auditing-app')
    expect((await setup.say(key)).status).toBe(200)
    expect((await setup.ask(key, '/v1/ledger/checkpoint')).status).toBe(200)
    expect((await setup.ask(key, `/v1/requests/${id}`)).status).toBe(200)
    expect((await setup.ask(key, '/metrics')).status).toBe(403)
  })

  it('of the operator sees a request without its subject, the others with it', async () => {
    for (const role of ROLES) {
      const { body } = await setup.ask(keyOf('acme', role), `/v1/requests/${id}`)
      expect('subject' in body, role).toBe(role !== 'operator')
      expect('session' in body, role).toBe(role !== 'operator')
      expect(JSON.stringify(body)).not.toContain('user-4711')
    }
  })
})
