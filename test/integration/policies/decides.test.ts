import { describe, expect, it } from 'vitest'
import { askModel, codeOf, OTHER, setPolicy, shownBy, versionOf } from '../../support/policies.ts'
import { usePolicyGateway } from '../../support/use-policy-gateway.ts'

const setup = usePolicyGateway()

describe('a policy set by the API', { timeout: 60_000 }, () => {
  it('decides the next request: what is redacted, a limit, a route, what a tool may ask', async () => {
    const text = 'Ann is at +1 212 555 0187, ann@example.com'
    const first = await askModel(setup.gateway, text)
    expect(first.headers.get('x-palimpsest-redactions')).toBe('1')
    await setPolicy(setup.gateway, { redaction: { entities: ['EMAIL_ADDRESS', 'PHONE_NUMBER'] } })
    expect((await askModel(setup.gateway, text)).headers.get('x-palimpsest-redactions')).toBe('2')

    await setPolicy(setup.gateway, { tools: { summary: { models: ['simulated/chat'] } } })
    const refused = await askModel(setup.gateway, 'hello', { tool: 'summary' })
    expect([refused.status, await codeOf(refused)]).toEqual([403, 'model_not_allowed'])

    await setPolicy(setup.gateway, {
      routes: [{ when: { model: 'house-model' }, use: [{ provider: 'simulator', model: 'simulated/chat' }] }],
    })
    const routed = await askModel(setup.gateway, 'hello', { model: 'house-model' })
    expect(routed.headers.get('x-palimpsest-route')).toBe('simulator/simulated/chat')

    await setPolicy(setup.gateway, { limits: { requests_per_minute: 1, burst: 1 } })
    expect((await askModel(setup.gateway, 'one')).status).toBe(200)
    expect((await askModel(setup.gateway, 'two')).status).toBe(429)
    await setPolicy(setup.gateway, {})
    expect((await askModel(setup.gateway, 'three')).status).toBe(200)
  })

  it('keeps routes and limits of one tenant from another', async () => {
    await setPolicy(setup.gateway, {
      routes: [{ when: { model: 'house-model' }, use: [{ provider: 'simulator', model: 'simulated/chat' }] }],
    })
    const other = await setup.gateway.call('/v1/chat/completions', {
      key: OTHER.app,
      body: { model: 'house-model', messages: [{ role: 'user', content: 'hello' }] },
    })
    expect(other.status).toBe(404)
    expect(await shownBy(setup.gateway, OTHER.admin)).toMatchObject({ managed_by: 'file' })
  })

  it('does not reach a request that is prepared: it ends under the version that it began with', async () => {
    const before = await setPolicy(setup.gateway, { tools: { slow: { restore_arguments: true } } })
    const slow = askModel(setup.gateway, 'hello', { tool: 'slow', headers: { 'x-simulate': '{"delay_ms":1500}' } })
    await prepared()
    const after = await setPolicy(setup.gateway, { tools: { slow: { models: ['none'] } } })
    const answer = await slow
    expect(answer.status).toBe(200)
    expect(after.version).not.toBe(before.version)
    expect(await versionOf(setup.database, answer)).toBe(before.version)
  })
})

async function prepared(): Promise<void> {
  await expect
    .poll(async () => (await setup.database`SELECT 1 FROM attempt`).length, { timeout: 10_000, interval: 20 })
    .toBe(1)
}
