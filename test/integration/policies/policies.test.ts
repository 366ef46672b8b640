import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { MockActivityEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createFindDue } from '../../../activities/archive/find-due.ts'
import { connectPostgres, type Sql } from '../../../src/adapters/postgres/connect.ts'
import { watchPolicies } from '../../../src/compose/policies.ts'
import { recordPolicies } from '../../../src/compose/record-policies.ts'
import { openStores } from '../../../src/compose/stores.ts'
import { parseConfig } from '../../../src/config/file.ts'
import { ConfigInForce } from '../../../src/config/in-force.ts'
import { CanaryScanner } from '../../support/canary-scanner.ts'
import { startTestGateway, TEST_KEYS, type TestGateway } from '../../support/gateway.ts'
import { scanAll } from '../../support/scan-database.ts'

const OTHER_ADMIN = 'pk_other_admin_0123456789abcdef'
const KEYS = {
  ...{ APP_KEY: TEST_KEYS.app, AUDITOR_KEY: TEST_KEYS.auditor },
  ...{ PRIVACY_KEY: TEST_KEYS.privacy, ADMIN_KEY: TEST_KEYS.admin },
}
const CONFIG = `
tenants:
  - id: acme
    region: us
    keys:
      - { key: "\${APP_KEY}", role: app, app: helpdesk }
      - { key: "\${AUDITOR_KEY}", role: auditor }
      - { key: "\${PRIVACY_KEY}", role: privacy }
      - { key: "\${ADMIN_KEY}", role: admin }
    redaction: { entities: [EMAIL_ADDRESS] }
    tools: { summary: { models: [simulated/echo] } }
  - id: other
    region: us
    keys: [{ key: "${OTHER_ADMIN}", role: admin }, { key: pk_other_app_0123456789abcdef, role: app }]
`

let gateway: TestGateway
let database: Sql
beforeAll(async () => {
  gateway = await startTestGateway({ config: CONFIG })
  database = connectPostgres(gateway.databases.admin, { max: 2, name: 'test' })
}, 120_000)
afterAll(async () => {
  await database?.end()
  await gateway?.remove()
})

/** Another gateway on the same data. */
function another(config: string, name: string): Promise<TestGateway> {
  const { databases, taskQueue, settings } = gateway
  const folder = dirname(settings.kmsFolder)
  return startTestGateway({ config, databases, folder, taskQueue: `${taskQueue}-${name}` })
}

interface Shown {
  version: string
  managed_by: string
  file_changed_since?: boolean
  policy: Record<string, unknown>
  effective: { tenant: Record<string, unknown> }
}

const admin = { key: TEST_KEYS.admin }

async function shown(from = gateway, key = TEST_KEYS.admin): Promise<Shown> {
  const answer = await from.call('/v1/policy', { key })
  expect(answer.status).toBe(200)
  const body = (await answer.json()) as Shown
  expect(answer.headers.get('etag')).toBe(`"${body.version}"`)
  return body
}

function put(policy: unknown, version: string, key = TEST_KEYS.admin, to = gateway): Promise<Response> {
  return to.call('/v1/policy', { key, method: 'PUT', body: policy, headers: { 'if-match': `"${version}"` } })
}

/** Sets a policy in the place of the one in force. */
async function set(policy: Record<string, unknown>): Promise<Shown> {
  const answer = await put({ region: 'us', ...policy }, (await shown()).version)
  expect(answer.status, await answer.clone().text()).toBe(200)
  return (await answer.json()) as Shown
}

function ask(text: string, headers: Record<string, string> = {}, to = gateway, model = 'simulated/echo') {
  return to.call('/v1/chat/completions', { headers, body: { model, messages: [{ role: 'user', content: text }] } })
}

async function codeOf(answer: Response): Promise<string> {
  return ((await answer.json()) as { error: { code: string } }).error.code
}

async function entries(kind: string) {
  return database`
    SELECT id, policy_version, api_key_id, related_entry, detail FROM ledger_entry
    WHERE tenant_id = 'acme' AND kind = ${kind} ORDER BY id`
}

describe('a policy set by the API', () => {
  it("is the file's until somebody sets one, and shows no key", async () => {
    const before = await shown()
    expect(before).toMatchObject({
      managed_by: 'file',
      policy: { region: 'us', redaction: { entities: ['EMAIL_ADDRESS'] } },
    })
    expect(JSON.stringify(before)).not.toContain('pk_')
    expect(before.policy).not.toHaveProperty('keys')
  })

  it('decides the next request: what is redacted, a limit, a route, what a tool may ask', async () => {
    const text = 'Ann is at +1 212 555 0187, ann@example.com'
    const first = await ask(text)
    expect(first.headers.get('x-palimpsest-redactions')).toBe('1')
    await set({ redaction: { entities: ['EMAIL_ADDRESS', 'PHONE_NUMBER'] } })
    expect((await ask(text)).headers.get('x-palimpsest-redactions')).toBe('2')

    await set({ tools: { summary: { models: ['simulated/chat'] } } })
    const refused = await ask('hello', { 'x-tool-name': 'summary' })
    expect([refused.status, await codeOf(refused)]).toEqual([403, 'model_not_allowed'])

    await set({
      routes: [{ when: { model: 'house-model' }, use: [{ provider: 'simulator', model: 'simulated/chat' }] }],
    })
    const routed = await ask('hello', {}, gateway, 'house-model')
    expect(routed.headers.get('x-palimpsest-route')).toBe('simulator/simulated/chat')

    await set({ limits: { requests_per_minute: 1, burst: 1 } })
    expect((await ask('one')).status).toBe(200)
    expect((await ask('two')).status).toBe(429)
    await set({})
    expect((await ask('three')).status).toBe(200)
  })

  it('keeps routes and limits of one tenant from another', async () => {
    await set({
      routes: [{ when: { model: 'house-model' }, use: [{ provider: 'simulator', model: 'simulated/chat' }] }],
    })
    const other = await gateway.call('/v1/chat/completions', {
      key: 'pk_other_app_0123456789abcdef',
      body: { model: 'house-model', messages: [{ role: 'user', content: 'hello' }] },
    })
    expect(other.status).toBe(404)
    expect(await shown(gateway, OTHER_ADMIN)).toMatchObject({ managed_by: 'file' })
  })

  it('is an entry with the difference, and requests name its version', async () => {
    const before = await shown()
    const after = await set({ on_disconnect: 'cancel', redaction: { thresholds: { PERSON: 0.9 } } })
    expect(after.version).not.toBe(before.version)
    const answer = await ask('hello')
    expect(await versionOf(answer)).toBe(after.version)
    const entry = (await entries('policy')).at(-1)
    expect(entry).toMatchObject({ policy_version: after.version })
    expect(entry?.api_key_id).toMatch(/^key_/)
    const detail = JSON.parse(entry?.detail)
    expect(detail).toMatchObject({ previous_version: before.version, source: 'api' })
    expect(detail.changes).toContainEqual({ op: 'replace', path: '/tenant/onDisconnect', value: 'cancel' })
    const version = await gateway.call(`/v1/policy/versions/${after.version}`, admin)
    expect(await version.json()).toMatchObject({ version: after.version, changes: detail.changes, source: 'api' })
    const list = (await (await gateway.call('/v1/policy/versions?limit=2', admin)).json()) as { versions: object[] }
    expect(list.versions[0]).toMatchObject({ version: after.version, previous_version: before.version })
    expect(list.versions).toHaveLength(2)
  })

  it('that does not hold is refused with every path at fault, and the old one stays in force', async () => {
    const before = await shown()
    const count = (await entries('policy')).length
    const answer = await put(
      { region: 'mars', tools: { hr: { recrod: 'sync' } }, limits: { burst: 3 } },
      before.version,
    )
    const { error } = (await answer.json()) as { error: { code: string; message: string; param: string } }
    expect([answer.status, error.code, error.param]).toEqual([400, 'invalid_policy', 'tools.hr.recrod'])
    expect(error.message).toContain('did you mean record?')
    const meaning = await put({ region: 'mars', limits: { burst: 3 } }, before.version)
    const text = await meaning.text()
    expect(text).toContain('region is a region that residency does not list')
    expect(text).toContain('limits: burst needs requests_per_minute')
    expect(text).not.toContain('tenants[')
    for (const bad of [[], null, 'x', { region: 'us', keys: [] }, { region: 'us', id: 'other' }]) {
      expect((await put(bad, before.version)).status).toBe(400)
    }
    expect((await shown()).version).toBe(before.version)
    expect(await entries('policy')).toHaveLength(count)
  })

  it('takes the place of the version that was read: of two at once one gets 412, and without a version nobody sets one', async () => {
    const { version } = await shown()
    const both = await Promise.all(
      [1, 2].map((n) => put({ region: 'us', limits: { requests_per_minute: 500 + n } }, version)),
    )
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412])
    expect((await put({ region: 'us' }, version)).status).toBe(412)
    const bare = await gateway.call('/v1/policy', { ...admin, method: 'PUT', body: { region: 'us' } })
    expect([bare.status, await codeOf(bare)]).toEqual([428, 'precondition_required'])
  })

  it('is read by who audits and set by administrators alone', async () => {
    const { version } = await shown(gateway, TEST_KEYS.auditor)
    for (const key of [TEST_KEYS.auditor, TEST_KEYS.privacy, TEST_KEYS.app]) {
      expect((await put({ region: 'us' }, version, key)).status).toBe(403)
    }
    expect((await gateway.call('/v1/policy', { key: TEST_KEYS.app })).status).toBe(403)
    expect((await gateway.call(`/v1/policy/versions/${version}`, { key: OTHER_ADMIN })).status).toBe(404)
  })

  it('does not reach a request that is prepared: it ends under the version that it began with', async () => {
    const before = await set({ tools: { slow: { restore_arguments: true } } })
    const slow = ask('hello', { 'x-tool-name': 'slow', 'x-simulate': '{"delay_ms":1500}' })
    await prepared()
    const after = await set({ tools: { slow: { models: ['none'] } } })
    const answer = await slow
    expect(answer.status).toBe(200)
    expect(after.version).not.toBe(before.version)
    expect(await versionOf(answer)).toBe(before.version)
  })

  it('is in force in every gateway, and after a start; a file that changes under it has no effect until it is given up', {
    timeout: 120_000,
  }, async () => {
    const second = await another(CONFIG, '2')
    onTestFinished(() => second.stop())
    const { version } = await set({ tools: { summary: { models: ['simulated/chat'] } } })
    await expect
      .poll(async () => (await ask('hello', { 'x-tool-name': 'summary' }, second)).status, {
        timeout: 5_000,
        interval: 50,
      })
      .toBe(403)
    const changed = CONFIG.replace('entities: [EMAIL_ADDRESS]', 'entities: [IBAN_CODE]')
    const third = await another(changed, '3')
    onTestFinished(() => third.stop())
    const there = await shown(third)
    expect(there).toMatchObject({ version, managed_by: 'api', file_changed_since: true })
    expect(third.logLines.join('\n')).toContain('has no effect until DELETE /v1/policy')
    const given = await third.call('/v1/policy', { ...admin, method: 'DELETE', headers: { 'if-match': version } })
    expect(await given.json()).toMatchObject({ managed_by: 'file', policy: { redaction: { entities: ['IBAN_CODE'] } } })
  })

  it('decides how long what is recorded from then on is kept, and the rounds of a gateway follow: what is due, and the rules of the store', async () => {
    const { settings } = gateway
    const inForce = new ConfigInForce(settings.config, { hasPresidio: false })
    const stores = await openStores({ ...settings, config: inForce.config })
    onTestFinished(() => stores.close())
    const watch = await watchPolicies({ ...settings, ...stores, inForce })
    onTestFinished(() => watch.close())
    await set({})
    const before = await classOf(await ask('hello'))
    await set({ retention: { hot_days: 10, cold_after_days: 11, delete_after_days: 12 } })
    const after = await classOf(await ask('hello'))
    expect([before.retention_class, after.retention_class]).toEqual(['60-90-365', '10-11-12'])
    const standard = () => stores.archiveEnds.policyOf('acme', 'standard')?.hotDays
    await expect.poll(standard, { timeout: 10_000, interval: 20 }).toBe(10)
    // The day as it will be sealed, three weeks on.
    const sealedDays = async () => ({ days: [after.day], nowMs: Date.parse(after.day) + 21 * 86_400_000 })
    const periods = { ...stores.archiveEnds.periods, sealedDays }
    const findDue = createFindDue({ ...stores.archiveEnds, periods })
    const due = (await new MockActivityEnvironment().run(findDue, { after: null })) as Awaited<
      ReturnType<typeof findDue>
    >
    const classes = due.periods.filter(({ tenant }) => tenant === 'acme').map((one) => one.retentionClass)
    expect(classes).toContain('10-11-12')
    expect(classes).not.toContain('60-90-365')
    expect(await stores.keepLifecycle()).toEqual([])
    const rules = JSON.parse(readFileSync(join(settings.env.home, 'archive', '@lifecycle.json'), 'utf8'))
    expect(rules).toContainEqual(expect.objectContaining({ prefix: 'archive/10-11-12/facts/' }))
    await set({})
  })

  it('that no longer holds beside the file refuses the start, by its path', { timeout: 120_000 }, async () => {
    const withRegion = CONFIG.concat('residency: { ch: [ollama-local] }\n')
    const third = await another(withRegion, '4')
    const { version } = await shown(third)
    const answer = await put({ region: 'us', tools: { summary: { region: 'ch' } } }, version, TEST_KEYS.admin, third)
    expect(answer.status).toBe(200)
    await third.stop()
    const start = another(CONFIG, '5')
    await expect(start).rejects.toMatchObject({
      code: 'policy_does_not_hold',
      message: expect.stringContaining('tools.summary.region is a region that residency does not list'),
    })
  })
})

async function version(id: string): Promise<string> {
  return (await gateway.call(`/v1/policy/versions/${id}`, admin)).text()
}

describe('what a policy lists', { timeout: 120_000 }, () => {
  const LISTED = {
    allow: ['Erika Quastenflossler'],
    deny: [{ value: 'Quastenflossler GmbH', entity_type: 'ORGANIZATION' }],
    recognisers: [
      { name: 'staff', entity_type: 'STAFF_NUMBER', pattern: 'EQuastenflossler-[0-9]+', context: ['Quastenflossler'] },
    ],
  }
  const CANARIES = [{ label: 'listed', value: 'Quastenflossler' }]

  it('decides what is redacted, and stands nowhere: in no table, no entry, no answer and no log', async () => {
    const { version: id, policy, effective } = await set({ redaction: LISTED })
    const answer = await ask('Quastenflossler GmbH has EQuastenflossler-17')
    expect(answer.headers.get('x-palimpsest-redactions')).toBe('2')
    expect(await (await gateway.call('/v1/policy/diff', { ...admin, body: { region: 'us' } })).json()).toMatchObject({
      changes: [{ op: 'remove', path: '/redaction' }],
    })
    const scanner = new CanaryScanner(CANARIES)
    for (const url of [gateway.databases.admin, gateway.databases.keystoreAdmin]) {
      expect(await scanAll(url, scanner)).toEqual([])
    }
    const said = [policy, effective, await version(id), await shown(), gateway.logLines]
    expect(scanner.scanText(JSON.stringify(said), 'answers and logs')).toEqual([])
    expect(policy).toMatchObject({
      redaction: {
        allow: [LABEL],
        deny: [{ value: LABEL, entity_type: 'ORGANIZATION' }],
        recognisers: [{ name: 'staff' }],
      },
    })
  })

  it('is changed by labels: what is sent back stays, what is new is all of the difference, and an unknown label is refused', async () => {
    const before = await set({ redaction: LISTED })
    const redaction = before.policy.redaction as typeof LISTED
    const again = await set({ redaction })
    expect(again.version).toBe(before.version)
    const more = { value: 'Quastenflossler AG', entity_type: 'ORGANIZATION' }
    const longer = { ...LISTED, deny: [...redaction.deny, more] }
    const sent = { region: 'us', redaction: longer }
    const told = (await (await gateway.call('/v1/policy/diff', { ...admin, body: sent })).json()) as {
      changes: unknown
    }
    expect(told.changes).toEqual([{ op: 'add', path: '/redaction/deny/1', value: { ...more, value: 'sealed:' } }])
    const after = await set({ redaction: longer })
    expect(after.version).not.toBe(before.version)
    const { changes } = JSON.parse(await version(after.version))
    const added = { value: LABEL, entityType: 'ORGANIZATION' }
    expect(changes).toEqual([{ op: 'add', path: '/tenant/redaction/recognition/deny/1', value: added }])
    expect((await ask('of the Quastenflossler AG')).headers.get('x-palimpsest-redactions')).toBe('1')
    const unknown = { ...LISTED, allow: [`sealed:${'0'.repeat(32)}`] }
    const refused = await put({ region: 'us', redaction: unknown }, after.version)
    const { error } = (await refused.json()) as { error: { code: string; param: string } }
    expect([refused.status, error.code, error.param]).toEqual([400, 'invalid_policy', 'redaction.allow[0]'])
  })

  it('is shown to privacy officers alone, as a disclosure, and is what the entry commits to', async () => {
    await set({ redaction: LISTED })
    const id = (await entries('policy')).at(-1)?.id
    const path = `/v1/requests/${id}/disclosures`
    const purpose = { purpose: 'to look the lists over' }
    expect((await gateway.call(path, { ...admin, body: purpose })).status).toBe(403)
    const answer = await gateway.call(path, { key: TEST_KEYS.privacy, body: purpose })
    const { prompt } = (await answer.json()) as { prompt: { values: Record<string, string> } }
    expect(Object.values(prompt.values).sort()).toEqual([
      'EQuastenflossler-[0-9]+',
      'Erika Quastenflossler',
      'Quastenflossler',
      'Quastenflossler GmbH',
    ])
    const shownIt = (await entries('disclosure')).at(-1)
    expect(shownIt?.related_entry).toBe(id)
  })

  it('in the file has the same labels in gateways that start at once, and after a start', async () => {
    const { version: current } = await shown()
    await gateway.call('/v1/policy', { ...admin, method: 'DELETE', headers: { 'if-match': current } })
    const count = (await entries('policy')).length
    const { settings } = gateway
    const listed = CONFIG.replace('redaction: { entities: [EMAIL_ADDRESS] }', 'redaction: { allow: [Quastenflossler] }')
    const stores = await openStores(settings)
    onTestFinished(() => stores.close())
    await stores.watch.check()
    const begin = async () => {
      const inForce = new ConfigInForce(parseConfig(listed, 'p.yaml', KEYS), { hasPresidio: false })
      const watch = await watchPolicies({ ...settings, ...stores, inForce })
      onTestFinished(() => watch.close())
      return { inForce, watch, version: () => inForce.config.tenants.get('acme')?.policyVersion }
    }
    const both = [await begin(), await begin()]
    expect(both[0]?.version()).not.toBe(both[1]?.version())
    await Promise.all(both.map((one) => recordPolicies(one, stores, Date.now())))
    const newest = (await entries('policy')).at(-1)?.policy_version
    expect([...both, await begin()].map((one) => one.version())).toEqual([newest, newest, newest])
    expect(await entries('policy')).toHaveLength(count + 1)
  })

  it('and names somebody who is erased is told to the officer: it stays until it is changed, and earlier entries lose it', async () => {
    await set({ redaction: LISTED })
    const id = (await entries('policy')).at(-1)?.id
    const erase = async () => {
      const identifiers = [{ type: 'PERSON', value: 'Erika Quastenflossler' }]
      const asked = await gateway.call('/v1/erasures', {
        key: TEST_KEYS.privacy,
        body: { identifiers, reason: 'asked' },
      })
      const path = `/v1/erasures/${((await asked.json()) as { id: string }).id}`
      const read = async () => (await (await gateway.call(path, { key: TEST_KEYS.privacy })).json()) as Erased
      await expect.poll(async () => (await read()).state, { timeout: 60_000, interval: 100 }).toBe('completed')
      const listed = (await read()).residue.find(({ store }) => store === 'values listed in the policy')
      const paper = await gateway.call(`${path}/certificate`, { key: TEST_KEYS.privacy })
      return { listed, certificate: await paper.text() }
    }
    const first = await erase()
    expect(first.listed).toMatchObject({ found: 0, toChange: 1 })
    expect(first.certificate).toContain('lists for redaction and in which the person is still named')
    const cut = await gateway.call(`/v1/requests/${id}/disclosures`, {
      key: TEST_KEYS.privacy,
      body: { purpose: 'what is left' },
    })
    expect(await cut.text()).not.toContain('Erika')
    await set({ redaction: { deny: LISTED.deny } })
    const second = await erase()
    expect(second.listed).toMatchObject({ found: 0, looked: 1 })
    expect(second.listed?.toChange ?? 0).toBe(0)
    expect(second.certificate).not.toContain('lists for redaction')
  }, 150_000)
})

interface Erased {
  state: string
  residue: { store: string; found: number; toChange?: number }[]
}

const LABEL = expect.stringMatching(/^sealed:[0-9a-f]{32}$/)

async function prepared(): Promise<void> {
  await expect
    .poll(async () => (await database`SELECT 1 FROM attempt`).length, { timeout: 10_000, interval: 20 })
    .toBe(1)
}

/** Of a request's entry: the class that says how long it is kept, and its day. */
async function classOf(answer: Response) {
  await versionOf(answer)
  const [row] = await database`
    SELECT retention_class, to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day FROM ledger_entry
    WHERE id = ${answer.headers.get('x-palimpsest-request-id')}`
  return row as { retention_class: string; day: string }
}

/** The version that a request's entry names. */
async function versionOf(answer: Response): Promise<string> {
  const id = answer.headers.get('x-palimpsest-request-id')
  const read = async () => (await database`SELECT policy_version FROM ledger_entry WHERE id = ${id}`)[0]?.policy_version
  await expect.poll(read, { timeout: 10_000, interval: 20 }).toBeTypeOf('string')
  return read()
}
