import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isApiKey } from '../../../src/domain/access/api-key.ts'
import { callApi, TEST_KEYS } from '../../support/gateway.ts'
import {
  awaitEntry,
  expectError,
  KEYS_YAML,
  requestIdOf,
  startVendorGateway,
  type VendorGateway,
} from '../../support/vendor-gateway.ts'

const OTHER_ADMIN = 'pk_other_admin_0123456789'
const OFFICER = 'pk_admin_and_privacy_0123456789'
const CONFIG = `
tenants:
  - id: dev
    region: us
    keys:${KEYS_YAML}
      - { key: ${OFFICER}, role: [admin, privacy], id: test-officer }
  - id: other
    region: us
    keys: [{ key: ${OTHER_ADMIN}, role: admin, id: other-admin }]
`

interface Key {
  id: string
  key: string
  state: string
  [field: string]: unknown
}

describe('API keys', () => {
  let vendor: VendorGateway
  beforeAll(async () => {
    vendor = await startVendorGateway({ config: CONFIG })
  })
  afterAll(() => vendor.close())

  const admin = (path: string, options: Parameters<typeof callApi>[2] = {}) =>
    vendor.gateway.call(path, { key: TEST_KEYS.admin, ...options })
  const make = async (body: object = { roles: ['app'] }): Promise<Key> => {
    const response = await admin('/v1/keys', { body })
    expect(response.status).toBe(201)
    return (await response.json()) as Key
  }
  const rotate = (id: string, body: object = {}) => admin(`/v1/keys/${id}/rotation`, { body })
  const show = async (id: string) => (await (await admin(`/v1/keys/${id}`)).json()) as Key
  const chat = (key: string, options: object = {}) => vendor.chat('hello', { key, ...options })

  it('are made with what they are for, shown once, and hold at once', async () => {
    const limits = { requests_per_minute: 60 }
    const body = { roles: ['app', 'auditor'], app: 'crm', team: 'sales', tools: ['crm_*'], models: ['gpt-4o'], limits }
    const made = await make(body)
    expect(isApiKey(made.key)).toBe(true)
    expect(made).toMatchObject({
      state: 'active',
      source: 'api',
      roles: ['app', 'auditor'],
      app: 'crm',
      team: 'sales',
      tools: ['crm_*'],
      models: ['gpt-4o'],
      regions: null,
      limits: { requests_per_minute: 60, burst: null, tokens_per_minute: null, token_burst: null },
      created_by: 'test-admin',
      expires_at: null,
      revoked_at: null,
    })
    const answer = await chat(made.key, { headers: { 'X-Tool-Name': 'crm_mail' } })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('x-ratelimit-limit-requests')).toBe('60')
    const entry = await awaitEntry(vendor.sql, requestIdOf(answer))
    expect(entry).toMatchObject({ api_key_id: made.id, app: 'crm', team: 'sales', tenant_id: 'dev' })
    const { key: _, ...shown } = made
    expect(await show(made.id)).toEqual(shown)
    const listed = (await (await admin('/v1/keys')).json()) as { keys: Key[]; configured: Key[] }
    expect(listed.keys).toContainEqual(shown)
    expect(listed.configured.map(({ id }) => id)).toContain('test-app')
    expect(JSON.stringify(listed)).not.toContain(made.key)
  })

  it('rest as hashes: nowhere in the database and the log is one in clear', async () => {
    const { id, key } = await make()
    const [row] =
      await vendor.sql`SELECT a::text AS key_row, e::text AS entry FROM api_key a JOIN ledger_entry e USING (id) WHERE id = ${id}`
    expect(row?.key_row).toContain(id)
    expect(`${row?.key_row}${row?.entry}${vendor.gateway.logLines.join()}`).not.toContain(key.slice(4, 40))
  })

  it('are made, rotated and revoked by entries that say who did it, and what to', async () => {
    const { id } = await make({ roles: ['app'], app: 'crm' })
    const next = (await (await rotate(id)).json()) as Key
    await admin(`/v1/keys/${next.id}`, { method: 'DELETE' })
    const entries = await vendor.sql`
      SELECT id, kind, status, api_key_id, related_entry, detail::jsonb AS detail FROM ledger_entry
      WHERE id IN (${id}, ${next.id}) OR related_entry = ${next.id} ORDER BY id`
    expect(entries).toMatchObject([
      { id, kind: 'administration', status: 'api_key_created', api_key_id: 'test-admin', related_entry: null },
      { id: next.id, kind: 'administration', status: 'api_key_rotated', api_key_id: 'test-admin', related_entry: id },
      { kind: 'administration', status: 'api_key_revoked', api_key_id: 'test-admin', related_entry: next.id },
    ])
    expect(entries[0]?.detail).toMatchObject({
      key: { roles: ['app'], app: 'crm' },
      key_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
  })

  it('have no effect that no entry tells: nobody who serves requests can write the table', async () => {
    const app = (await import('postgres')).default(vendor.gateway.databases.app, { max: 1, onnotice: () => undefined })
    const { id } = await make()
    for (const statement of [
      `UPDATE api_key SET revoked_at = NULL`,
      `DELETE FROM api_key WHERE id = '${id}'`,
      `INSERT INTO api_key SELECT * FROM api_key`,
      `UPDATE api_key_version SET version = 0`,
    ]) {
      await expect(app.unsafe(statement), statement).rejects.toMatchObject({ code: '42501' })
    }
    await app.end()
  })

  it('that are rotated hold on for the overlap, and no longer', async () => {
    const first = await make({ roles: ['app'], app: 'crm', models: ['gpt-*'] })
    const response = await rotate(first.id, { overlap_seconds: 3600 })
    expect(response.status).toBe(201)
    const second = (await response.json()) as Key
    expect(second).toMatchObject({
      replaces: first.id,
      app: 'crm',
      models: ['gpt-*'],
      roles: ['app'],
      expires_at: null,
    })
    for (const { key } of [first, second]) expect((await chat(key)).status).toBe(200)
    const old = await show(first.id)
    expect(old).toMatchObject({ replaced_by: second.id, state: 'active' })
    const left = Date.parse(old.expires_at as string) - Date.parse(second.created_at as string)
    expect(left).toBe(3_600_000)
    // Once the overlap is over.
    const third = (await (await rotate(second.id, { overlap_seconds: 0 })).json()) as Key
    await expectError(await chat(second.key), 401, 'key_expired')
    expect((await chat(third.key)).status).toBe(200)
    await expectError(await rotate(second.id), 409, 'key_not_in_force')
  })

  it('are rotated once, however many ask at a time', async () => {
    const { id } = await make()
    const asked = await Promise.all(Array.from({ length: 8 }, () => rotate(id)))
    expect(asked.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(409)])
    const rows = await vendor.sql`SELECT id FROM ledger_entry WHERE related_entry = ${id}`
    expect(rows).toHaveLength(1)
  })

  it('are revoked once, however many ask at a time, and are taken no more', async () => {
    const { id, key } = await make()
    expect((await chat(key)).status).toBe(200)
    const asked = await Promise.all(Array.from({ length: 8 }, () => admin(`/v1/keys/${id}`, { method: 'DELETE' })))
    for (const response of asked)
      expect(await response.json()).toMatchObject({ id, state: 'revoked', revoked_by: 'test-admin' })
    await expectError(await chat(key), 401, 'key_revoked')
    expect(await vendor.sql`SELECT id FROM ledger_entry WHERE related_entry = ${id}`).toHaveLength(1)
    await expectError(await rotate(id), 409, 'key_not_in_force')
  })

  it('that have an end are refused behind it', async () => {
    const soon = await make({ roles: ['app'], expires_at: new Date(Date.now() + 1_500).toISOString() })
    expect((await chat(soon.key)).status).toBe(200)
    while (Date.now() < Date.parse(soon.expires_at as string)) await new Promise((resolve) => setTimeout(resolve, 50))
    await expectError(await chat(soon.key), 401, 'key_expired')
    expect(await show(soon.id)).toMatchObject({ state: 'expired' })
    const inForce = (await (await admin('/v1/keys?in_force=true')).json()) as { keys: Key[] }
    expect(inForce.keys.map(({ id }) => id)).not.toContain(soon.id)
  })

  it('of the configuration are shown, and changed there only', async () => {
    expect(await show('test-app')).toMatchObject({ id: 'test-app', source: 'configuration', app: 'helpdesk' })
    await expectError(await rotate('test-app'), 409, 'key_in_configuration')
    await expectError(await admin('/v1/keys/test-app', { method: 'DELETE' }), 409, 'key_in_configuration')
  })

  it('of another tenant are the 404 of a key that is nowhere', async () => {
    const { id } = await make()
    const asOther = (path: string, method?: string) =>
      vendor.gateway.call(path, { key: OTHER_ADMIN, ...(method && { method }), ...(method === 'POST' && { body: {} }) })
    const nowhere = '0190b5a4-0000-7000-8000-000000000000'
    for (const [path, method] of [
      ['', undefined],
      ['', 'DELETE'],
      ['/rotation', 'POST'],
    ] as const) {
      const [foreign, missing] = await Promise.all([id, nowhere].map((it) => asOther(`/v1/keys/${it}${path}`, method)))
      expect([foreign?.status, await foreign?.json()]).toEqual([404, await missing?.json()])
    }
    expect(((await (await asOther('/v1/keys')).json()) as { keys: Key[] }).keys).toEqual([])
    expect(await show(id)).toMatchObject({ state: 'active' })
  })

  it('that open stored text are given by those alone who may open it', async () => {
    await expectError(await admin('/v1/keys', { body: { roles: ['admin', 'privacy'] } }), 403, 'role_not_grantable')
    const given = await admin('/v1/keys', { key: OFFICER, body: { roles: ['privacy'] } })
    expect(given.status).toBe(201)
    const { id } = (await given.json()) as Key
    await expectError(await rotate(id), 403, 'role_not_grantable')
    expect((await admin(`/v1/keys/${id}`, { method: 'DELETE' })).status).toBe(200)
  })

  it.each([
    [{}, 'roles'],
    [{ roles: [] }, 'roles'],
    [{ roles: ['root'] }, 'roles.0'],
    [{ roles: ['app'], app: 'a b' }, 'app'],
    [{ roles: ['app'], models: [] }, 'models'],
    [{ roles: ['app'], limits: { requests_per_minute: 0 } }, 'limits.requests_per_minute'],
    [{ roles: ['app'], expires_at: '2020-01-01T00:00:00Z' }, 'expires_at'],
    [{ roles: ['app'], expires_at: 'tomorrow' }, 'expires_at'],
    [{ roles: ['app'], colour: 'red' }, null],
    [[], null],
  ])('are not made from %j', async (body, param) => {
    const error = await expectError(await admin('/v1/keys', { body }), 400, 'invalid_key')
    expect(error.param).toBe(param)
  })

  it('have no names with personal data in them, and regions that are configured', async () => {
    const named = { roles: ['app'], app: '4111111111111111' }
    await expectError(await admin('/v1/keys', { body: named }), 400, 'personal_data_in_name')
    await expectError(await admin('/v1/keys', { body: { roles: ['app'], regions: ['moon'] } }), 400, 'region_unknown')
    const { id } = await make()
    await expectError(await rotate(id, { overlap_seconds: -1 }), 400, 'invalid_rotation')
  })

  it("that were mistyped are nobody's", async () => {
    const { key } = await make()
    const wrong = `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`
    await expectError(await chat(wrong), 401, 'invalid_api_key')
  })

  it('outlive a restart of the gateway', async () => {
    const { id, key } = await make()
    const revoked = await make()
    await admin(`/v1/keys/${revoked.id}`, { method: 'DELETE' })
    vendor.gateway = await vendor.gateway.restart()
    expect((await callApi(vendor.gateway.url, '/v1/models', { key })).status).toBe(200)
    await expectError(await callApi(vendor.gateway.url, '/v1/models', { key: revoked.key }), 401, 'key_revoked')
    expect(await show(id)).toMatchObject({ state: 'active' })
  })
})
