import { createHash } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { startTestGateway, TEST_KEYS, type TestGateway } from '../../support/gateway.ts'

const SECOND = 'pk_second_test_0123456789abcdef'
const OTHERS = 'pk_others_test_0123456789abcdef'
const ADMIN = `      - { key: "\${ADMIN_KEY}", role: admin, id: desk-admin }`
const APP = `      - { key: "\${APP_KEY}", role: app, app: helpdesk, team: people, limits: { requests_per_minute: 60 } }`
const acme = (...keys: string[]) => `tenants:\n  - id: acme\n    region: us\n    keys:\n${keys.join('\n')}\n`
const OTHER = `  - { id: other, region: us, keys: [{ key: "${OTHERS}", role: app, id: others }] }\n`

describe('the keys that the configuration file brings', { timeout: 120_000 }, () => {
  let gateway: TestGateway
  let sql: postgres.Sql
  beforeAll(async () => {
    gateway = await startTestGateway({ config: acme(ADMIN, APP) + OTHER })
    sql = postgres(gateway.databases.admin, { max: 1, onnotice: () => undefined })
  }, 120_000)
  afterAll(async () => {
    await sql?.end({ timeout: 5 })
    await gateway?.remove()
  })

  const entries = async (tenant = 'acme') => {
    const rows = await sql`
      SELECT id, kind, api_key_id, related_entry, detail FROM ledger_entry
      WHERE tenant_id = ${tenant} AND status = 'configured_keys' ORDER BY id`
    return rows.map((row) => ({ ...row, detail: JSON.parse(row.detail) }) as unknown as KeysEntry)
  }
  const start = async (config: string) => {
    const { databases } = gateway
    const another = await startTestGateway({
      config,
      databases,
      taskQueue: gateway.taskQueue,
      folder: folderOf(gateway),
    })
    onTestFinished(() => another.stop())
    return another
  }

  it('are an entry of the first start, by id and what each is for, and never by the key or a hash of it', async () => {
    const [first, ...more] = await entries()
    expect(more).toEqual([])
    expect(first).toMatchObject({ kind: 'administration', api_key_id: null, related_entry: null })
    const { keys, changes } = first?.detail ?? {}
    const app = Object.keys(keys ?? {}).find((id) => id !== 'desk-admin') ?? ''
    expect(app).toMatch(/^key_[0-9a-f]{16}$/)
    const mark = expect.stringMatching(/^[0-9a-f]{16}$/)
    expect(keys).toEqual({
      'desk-admin': { roles: ['admin'], app: 'default', team: null, limits: null, mark },
      [app]: { roles: ['app'], app: 'helpdesk', team: 'people', limits: { ...LIMITS, requests_per_minute: 60 }, mark },
    })
    expect(changes?.map(({ op, path }) => [op, path])).toEqual([
      ['add', '/desk-admin'],
      ['add', `/${app}`],
    ])
    const text = JSON.stringify(first)
    for (const key of [TEST_KEYS.admin, TEST_KEYS.app]) {
      expect(text).not.toContain(key)
      expect(text).not.toContain(createHash('sha256').update(key).digest('hex').slice(0, 12))
    }
    const [held] = await sql`SELECT entry_id, keys FROM configured_keys WHERE tenant_id = 'acme'`
    expect({ ...held }).toEqual({ entry_id: first?.id, keys })
  })

  it('are no entry of a start with the same keys', async () => {
    await start(acme(APP, ADMIN) + OTHER)
    expect(await entries()).toHaveLength(1)
    expect(await entries('other')).toHaveLength(1)
  })

  it('are one entry of several gateways that start at once with others: what came, what went, and a key that is another one', async () => {
    const [first] = await entries()
    const another = ADMIN.replace(`\${ADMIN_KEY}`, SECOND)
    const auditor = `      - { key: "\${AUDITOR_KEY}", role: [auditor, privacy], id: reader }`
    await Promise.all(Array.from({ length: 3 }, () => start(acme(another, auditor) + OTHER)))
    const [, second, ...more] = await entries()
    expect(more).toEqual([])
    expect(second?.related_entry).toBe(first?.id)
    expect(second?.detail.changes).toEqual([
      { op: 'remove', path: expect.stringMatching(/^\/key_/) },
      { op: 'replace', path: '/desk-admin/mark', value: second?.detail.keys['desk-admin']?.mark },
      { op: 'add', path: '/reader', value: second?.detail.keys.reader },
    ])
    expect(second?.detail.keys.reader).toMatchObject({ roles: ['auditor', 'privacy'] })
  })

  it('of a tenant that is configured no longer are taken off the record, once', async () => {
    const config = acme(ADMIN)
    await start(config)
    await start(config)
    const [, gone, ...more] = await entries('other')
    expect(more).toEqual([])
    expect(gone?.detail).toEqual({ keys: {}, changes: [{ op: 'remove', path: '/others' }] })
  })

  it('refuse nothing but requests where they cannot be put on record, and are when that is possible', async () => {
    const keystore = postgres(gateway.databases.keystoreAdmin, { max: 1, onnotice: () => undefined })
    onTestFinished(() => keystore.end({ timeout: 5 }))
    await keystore`REVOKE SELECT ON keystore.tenant_secret FROM palimpsest_keys`
    const another = await start(acme(ADMIN, APP))
    const ask = () =>
      another.call('/v1/chat/completions', {
        body: { model: 'simulated/echo', messages: [{ role: 'user', content: 'hello' }] },
      })
    const refused = await ask()
    expect(refused.status).toBe(503)
    expect(await refused.json()).toMatchObject({ error: { code: 'ledger_unchecked' } })
    const before = await entries()
    await keystore`GRANT SELECT ON keystore.tenant_secret TO palimpsest_keys`
    await expect.poll(async () => (await ask()).status, { timeout: 30_000, interval: 200 }).toBe(200)
    expect(await entries()).toHaveLength(before.length + 1)
  })

  it('are written down by the entry alone: the gateway’s login may not do it', async () => {
    const login = postgres(gateway.databases.app, { max: 1, onnotice: () => undefined })
    onTestFinished(() => login.end({ timeout: 5 }))
    const write = login.begin(async (transaction) => {
      await transaction`SET LOCAL ROLE palimpsest_service`
      await transaction`UPDATE configured_keys SET keys = '{}'`
    })
    await expect(write).rejects.toMatchObject({ code: '42501' })
  })
})

interface KeysEntry {
  id: string
  kind: string
  api_key_id: string | null
  related_entry: string | null
  detail: { keys: Record<string, { mark: string }>; changes: { op: string; path: string }[] }
}

const LIMITS = { requests_per_minute: null, burst: null, tokens_per_minute: null, token_burst: null }

/** Where its KMS keeps its keys: another gateway of the deployment has the same. */
function folderOf({ settings }: TestGateway): string {
  return settings.kmsFolder.replace(/\/keys$/, '')
}
