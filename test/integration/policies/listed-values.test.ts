import { describe, expect, it, onTestFinished } from 'vitest'
import { watchPolicies } from '../../../src/compose/policies.ts'
import { recordPolicies } from '../../../src/compose/record-policies.ts'
import { openStores } from '../../../src/compose/stores.ts'
import { parseConfig } from '../../../src/config/file.ts'
import { ConfigInForce } from '../../../src/config/in-force.ts'
import { CanaryScanner } from '../../support/canary-scanner.ts'
import { TEST_KEYS } from '../../support/gateway.ts'
import {
  askModel,
  entriesOf,
  POLICY_CONFIG,
  POLICY_KEYS,
  putPolicy,
  setPolicy,
  shownBy,
} from '../../support/policies.ts'
import { scanAll } from '../../support/scan-database.ts'
import { usePolicyGateway } from '../../support/use-policy-gateway.ts'

const setup = usePolicyGateway()

const admin = { key: TEST_KEYS.admin }

async function version(id: string): Promise<string> {
  return (await setup.gateway.call(`/v1/policy/versions/${id}`, admin)).text()
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
    const { version: id, policy, effective } = await setPolicy(setup.gateway, { redaction: LISTED })
    const answer = await askModel(setup.gateway, 'Quastenflossler GmbH has EQuastenflossler-17')
    expect(answer.headers.get('x-palimpsest-redactions')).toBe('2')
    expect(
      await (await setup.gateway.call('/v1/policy/diff', { ...admin, body: { region: 'us' } })).json(),
    ).toMatchObject({
      changes: [{ op: 'remove', path: '/redaction' }],
    })
    const scanner = new CanaryScanner(CANARIES)
    for (const url of [setup.gateway.databases.admin, setup.gateway.databases.keystoreAdmin]) {
      expect(await scanAll(url, scanner)).toEqual([])
    }
    const said = [policy, effective, await version(id), await shownBy(setup.gateway), setup.gateway.logLines]
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
    const before = await setPolicy(setup.gateway, { redaction: LISTED })
    const redaction = before.policy.redaction as typeof LISTED
    const again = await setPolicy(setup.gateway, { redaction })
    expect(again.version).toBe(before.version)
    const more = { value: 'Quastenflossler AG', entity_type: 'ORGANIZATION' }
    const longer = { ...LISTED, deny: [...redaction.deny, more] }
    const sent = { region: 'us', redaction: longer }
    const told = (await (await setup.gateway.call('/v1/policy/diff', { ...admin, body: sent })).json()) as {
      changes: unknown
    }
    expect(told.changes).toEqual([{ op: 'add', path: '/redaction/deny/1', value: { ...more, value: 'sealed:' } }])
    const after = await setPolicy(setup.gateway, { redaction: longer })
    expect(after.version).not.toBe(before.version)
    const { changes } = JSON.parse(await version(after.version))
    const added = { value: LABEL, entityType: 'ORGANIZATION' }
    expect(changes).toEqual([{ op: 'add', path: '/tenant/redaction/recognition/deny/1', value: added }])
    expect((await askModel(setup.gateway, 'of the Quastenflossler AG')).headers.get('x-palimpsest-redactions')).toBe(
      '1',
    )
    const unknown = { ...LISTED, allow: [`sealed:${'0'.repeat(32)}`] }
    const refused = await putPolicy(setup.gateway, { region: 'us', redaction: unknown }, after.version)
    const { error } = (await refused.json()) as { error: { code: string; param: string } }
    expect([refused.status, error.code, error.param]).toEqual([400, 'invalid_policy', 'redaction.allow[0]'])
  })

  it('is shown to privacy officers alone, as a disclosure, and is what the entry commits to', async () => {
    await setPolicy(setup.gateway, { redaction: LISTED })
    const id = (await entriesOf(setup.database, 'policy')).at(-1)?.id
    const path = `/v1/requests/${id}/disclosures`
    const purpose = { purpose: 'to look the lists over' }
    expect((await setup.gateway.call(path, { ...admin, body: purpose })).status).toBe(403)
    const answer = await setup.gateway.call(path, { key: TEST_KEYS.privacy, body: purpose })
    const { prompt } = (await answer.json()) as { prompt: { values: Record<string, string> } }
    expect(Object.values(prompt.values).sort()).toEqual([
      'EQuastenflossler-[0-9]+',
      'Erika Quastenflossler',
      'Quastenflossler',
      'Quastenflossler GmbH',
    ])
    const shownIt = (await entriesOf(setup.database, 'disclosure')).at(-1)
    expect(shownIt?.related_entry).toBe(id)
  })

  it('in the file has the same labels in gateways that start at once, and after a start', async () => {
    const { version: current } = await shownBy(setup.gateway)
    await setup.gateway.call('/v1/policy', { ...admin, method: 'DELETE', headers: { 'if-match': current } })
    const count = (await entriesOf(setup.database, 'policy')).length
    const { settings } = setup.gateway
    const listed = POLICY_CONFIG.replace(
      'redaction: { entities: [EMAIL_ADDRESS] }',
      'redaction: { allow: [Quastenflossler] }',
    )
    const stores = await openStores(settings)
    onTestFinished(() => stores.close())
    await stores.watch.check()
    const begin = async () => {
      const inForce = new ConfigInForce(parseConfig(listed, 'p.yaml', POLICY_KEYS), { hasPresidio: false })
      const watch = await watchPolicies({ ...settings, ...stores, inForce })
      onTestFinished(() => watch.close())
      return { inForce, watch, version: () => inForce.config.tenants.get('acme')?.policyVersion }
    }
    const both = [await begin(), await begin()]
    expect(both[0]?.version()).not.toBe(both[1]?.version())
    await Promise.all(both.map((one) => recordPolicies(one, stores, Date.now())))
    const newest = (await entriesOf(setup.database, 'policy')).at(-1)?.policy_version
    expect([...both, await begin()].map((one) => one.version())).toEqual([newest, newest, newest])
    expect(await entriesOf(setup.database, 'policy')).toHaveLength(count + 1)
  })

  it('and names somebody who is erased is told to the officer: it stays until it is changed, and earlier entries lose it', async () => {
    await setPolicy(setup.gateway, { redaction: LISTED })
    const id = (await entriesOf(setup.database, 'policy')).at(-1)?.id
    const erase = async () => {
      const identifiers = [{ type: 'PERSON', value: 'Erika Quastenflossler' }]
      const asked = await setup.gateway.call('/v1/erasures', {
        key: TEST_KEYS.privacy,
        body: { identifiers, reason: 'asked' },
      })
      const path = `/v1/erasures/${((await asked.json()) as { id: string }).id}`
      const read = async () => (await (await setup.gateway.call(path, { key: TEST_KEYS.privacy })).json()) as Erased
      await expect.poll(async () => (await read()).state, { timeout: 60_000, interval: 100 }).toBe('completed')
      const listed = (await read()).residue.find(({ store }) => store === 'values listed in the policy')
      const paper = await setup.gateway.call(`${path}/certificate`, { key: TEST_KEYS.privacy })
      return { listed, certificate: await paper.text() }
    }
    const first = await erase()
    expect(first.listed).toMatchObject({ found: 0, toChange: 1 })
    expect(first.certificate).toContain('lists for redaction and in which the person is still named')
    const cut = await setup.gateway.call(`/v1/requests/${id}/disclosures`, {
      key: TEST_KEYS.privacy,
      body: { purpose: 'what is left' },
    })
    expect(await cut.text()).not.toContain('Erika')
    await setPolicy(setup.gateway, { redaction: { deny: LISTED.deny } })
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
