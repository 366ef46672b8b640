import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { MockActivityEnvironment } from '@temporalio/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createFindDue } from '../../../activities/archive/find-due.ts'
import { watchPolicies } from '../../../src/compose/policies.ts'
import { openStores } from '../../../src/compose/stores.ts'
import { ConfigInForce } from '../../../src/config/in-force.ts'
import { TEST_KEYS } from '../../support/gateway.ts'
import {
  anotherGateway,
  askModel,
  POLICY_CONFIG,
  putPolicy,
  setPolicy,
  shownBy,
  versionOf,
} from '../../support/policies.ts'
import { usePolicyGateway } from '../../support/use-policy-gateway.ts'

const setup = usePolicyGateway()

const admin = { key: TEST_KEYS.admin }

describe('a policy set by the API and the gateways of a deployment: it', { timeout: 120_000 }, () => {
  it('is in force in every gateway, and after a start; a file that changes under it has no effect until it is given up', async () => {
    const second = await anotherGateway(setup, POLICY_CONFIG, '2')
    onTestFinished(() => second.stop())
    const { version } = await setPolicy(setup.gateway, { tools: { summary: { models: ['simulated/chat'] } } })
    await expect
      .poll(async () => (await askModel(second, 'hello', { tool: 'summary' })).status, {
        timeout: 5_000,
        interval: 50,
      })
      .toBe(403)
    const changed = POLICY_CONFIG.replace('entities: [EMAIL_ADDRESS]', 'entities: [IBAN_CODE]')
    const third = await anotherGateway(setup, changed, '3')
    onTestFinished(() => third.stop())
    const there = await shownBy(third)
    expect(there).toMatchObject({ version, managed_by: 'api', file_changed_since: true })
    expect(third.logLines.join('\n')).toContain('has no effect until DELETE /v1/policy')
    const given = await third.call('/v1/policy', { ...admin, method: 'DELETE', headers: { 'if-match': version } })
    expect(await given.json()).toMatchObject({ managed_by: 'file', policy: { redaction: { entities: ['IBAN_CODE'] } } })
  })

  it('decides how long what is recorded from then on is kept, and the rounds of a gateway follow: what is due, and the rules of the store', async () => {
    const { settings } = setup.gateway
    const inForce = new ConfigInForce(settings.config, { hasPresidio: false })
    const stores = await openStores({ ...settings, config: inForce.config })
    onTestFinished(() => stores.close())
    const watch = await watchPolicies({ ...settings, ...stores, inForce })
    onTestFinished(() => watch.close())
    await setPolicy(setup.gateway, {})
    const before = await classOf(await askModel(setup.gateway, 'hello'))
    await setPolicy(setup.gateway, { retention: { hot_days: 10, cold_after_days: 11, delete_after_days: 12 } })
    const after = await classOf(await askModel(setup.gateway, 'hello'))
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
    await setPolicy(setup.gateway, {})
  })

  it('refuses the start where it no longer holds beside the file, by its path', async () => {
    const withRegion = POLICY_CONFIG.concat('residency: { ch: [ollama-local] }\n')
    const third = await anotherGateway(setup, withRegion, '4')
    const { version } = await shownBy(third)
    const answer = await putPolicy(third, { region: 'us', tools: { summary: { region: 'ch' } } }, version)
    expect(answer.status).toBe(200)
    await third.stop()
    const start = anotherGateway(setup, POLICY_CONFIG, '5')
    await expect(start).rejects.toMatchObject({
      code: 'policy_does_not_hold',
      message: expect.stringContaining('tools.summary.region is a region that residency does not list'),
    })
  })
})

/** Of a request's entry: the class that says how long it is kept, and its day. */
async function classOf(answer: Response) {
  await versionOf(setup.database, answer)
  const [row] = await setup.database`
    SELECT retention_class, to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day FROM ledger_entry
    WHERE id = ${answer.headers.get('x-palimpsest-request-id')}`
  return row as { retention_class: string; day: string }
}
