import { describe, expect, it } from 'vitest'
import { TEST_KEYS } from '../../support/gateway.ts'
import { askModel, codeOf, entriesOf, OTHER, putPolicy, setPolicy, shownBy, versionOf } from '../../support/policies.ts'
import { usePolicyGateway } from '../../support/use-policy-gateway.ts'

const setup = usePolicyGateway()

const admin = { key: TEST_KEYS.admin }

describe('a policy that is set by the API', { timeout: 60_000 }, () => {
  it("is the file's until somebody sets one, and shows no key", async () => {
    const before = await shownBy(setup.gateway)
    expect(before).toMatchObject({
      managed_by: 'file',
      policy: { region: 'us', redaction: { entities: ['EMAIL_ADDRESS'] } },
    })
    expect(JSON.stringify(before)).not.toContain('pk_')
    expect(before.policy).not.toHaveProperty('keys')
  })

  it('is an entry with the difference, and requests name its version', async () => {
    const before = await shownBy(setup.gateway)
    const after = await setPolicy(setup.gateway, {
      on_disconnect: 'cancel',
      redaction: { thresholds: { PERSON: 0.9 } },
    })
    expect(after.version).not.toBe(before.version)
    const answer = await askModel(setup.gateway, 'hello')
    expect(await versionOf(setup.database, answer)).toBe(after.version)
    const entry = (await entriesOf(setup.database, 'policy')).at(-1)
    expect(entry).toMatchObject({ policy_version: after.version })
    expect(entry?.api_key_id).toMatch(/^key_/)
    const detail = JSON.parse(entry?.detail)
    expect(detail).toMatchObject({ previous_version: before.version, source: 'api' })
    expect(detail.changes).toContainEqual({ op: 'replace', path: '/tenant/onDisconnect', value: 'cancel' })
    const version = await setup.gateway.call(`/v1/policy/versions/${after.version}`, admin)
    expect(await version.json()).toMatchObject({ version: after.version, changes: detail.changes, source: 'api' })
    const list = (await (await setup.gateway.call('/v1/policy/versions?limit=2', admin)).json()) as {
      versions: object[]
    }
    expect(list.versions[0]).toMatchObject({ version: after.version, previous_version: before.version })
    expect(list.versions).toHaveLength(2)
  })

  it('that does not hold is refused with every path at fault, and the old one stays in force', async () => {
    const before = await shownBy(setup.gateway)
    const count = (await entriesOf(setup.database, 'policy')).length
    const answer = await putPolicy(
      setup.gateway,
      { region: 'mars', tools: { hr: { recrod: 'sync' } }, limits: { burst: 3 } },
      before.version,
    )
    const { error } = (await answer.json()) as { error: { code: string; message: string; param: string } }
    expect([answer.status, error.code, error.param]).toEqual([400, 'invalid_policy', 'tools.hr.recrod'])
    expect(error.message).toContain('did you mean record?')
    const meaning = await putPolicy(setup.gateway, { region: 'mars', limits: { burst: 3 } }, before.version)
    const text = await meaning.text()
    expect(text).toContain('region is a region that residency does not list')
    expect(text).toContain('limits: burst needs requests_per_minute')
    expect(text).not.toContain('tenants[')
    for (const bad of [[], null, 'x', { region: 'us', keys: [] }, { region: 'us', id: 'other' }]) {
      expect((await putPolicy(setup.gateway, bad, before.version)).status).toBe(400)
    }
    expect((await shownBy(setup.gateway)).version).toBe(before.version)
    expect(await entriesOf(setup.database, 'policy')).toHaveLength(count)
  })

  it('takes the place of the version that was read: of two at once one gets 412, and without a version nobody sets one', async () => {
    const { version } = await shownBy(setup.gateway)
    const both = await Promise.all(
      [1, 2].map((n) => putPolicy(setup.gateway, { region: 'us', limits: { requests_per_minute: 500 + n } }, version)),
    )
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412])
    expect((await putPolicy(setup.gateway, { region: 'us' }, version)).status).toBe(412)
    const bare = await setup.gateway.call('/v1/policy', { ...admin, method: 'PUT', body: { region: 'us' } })
    expect([bare.status, await codeOf(bare)]).toEqual([428, 'precondition_required'])
  })

  it('is read by who audits and set by administrators alone', async () => {
    const { version } = await shownBy(setup.gateway, TEST_KEYS.auditor)
    for (const key of [TEST_KEYS.auditor, TEST_KEYS.privacy, TEST_KEYS.app]) {
      expect((await putPolicy(setup.gateway, { region: 'us' }, version, key)).status).toBe(403)
    }
    expect((await setup.gateway.call('/v1/policy', { key: TEST_KEYS.app })).status).toBe(403)
    expect((await setup.gateway.call(`/v1/policy/versions/${version}`, { key: OTHER.admin })).status).toBe(404)
  })
})
