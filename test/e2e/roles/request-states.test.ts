import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { awaitEntry, settle } from '../../support/vendor-gateway.ts'
import { type Json, keyOf, startTwoTenants, type TwoTenants } from './support.ts'

describe('GET /v1/requests/{id}', () => {
  let setup: TwoTenants
  beforeAll(async () => {
    setup = await startTwoTenants()
  })
  afterAll(() => setup.close())

  const app = keyOf('acme', 'app')
  const stateOf = async (id: string): Promise<Json> => {
    const { status, body } = await setup.ask(app, `/v1/requests/${id}`)
    expect(status).toBe(200)
    return body
  }
  const ended = async (options: Parameters<TwoTenants['say']>[1] = {}) => {
    const { id } = await setup.say(app, options)
    await awaitEntry(setup.sql, id)
    return stateOf(id)
  }

  it('says recorded, with route and reason, counts, coverage and cost', async () => {
    const body = { messages: [{ role: 'user', content: 'write to ann.lee@example.com' }] }
    expect(await ended({ body, headers: { 'X-Feature-Name': 'triage', 'X-Session-Id': 'morning' } })).toEqual({
      id: expect.any(String),
      state: 'recorded',
      status_code: 200,
      error_code: null,
      tool: 'default',
      feature: 'triage',
      region: 'us',
      route: 'openai/gpt-4o',
      reason: 'model_map',
      policy_version: expect.stringMatching(/^sha256:/),
      engine_version: expect.any(String),
      model_asked: 'gpt-4o',
      model_answered: 'gpt-4o',
      entity_counts: { EMAIL_ADDRESS: 1 },
      coverage: expect.objectContaining({ paths: expect.any(Array), notScanned: expect.any(Array) }),
      answer_coverage: expect.objectContaining({ policy: 'record', paths: expect.any(Array), notScanned: [] }),
      prompt_tokens: 3,
      response_tokens: 3,
      usage_estimated: false,
      cost_usd: expect.stringMatching(/^0\.\d+$/),
      attempts: [expect.objectContaining({ attempt: 1, provider: 'openai', state: 'answered', status: 200 })],
      flags: expect.any(Array),
      latency_ms: expect.any(Number),
      ttft_ms: null,
      accepted_at: expect.stringMatching(/^\d{4}-.*Z$/),
      archived: false,
      subject: expect.stringMatching(/^sub_/),
      session: expect.stringMatching(/^ses_/),
    })
  })

  it('says running while the model is asked, and accepted before', async () => {
    setup.openai.script({ delayMs: 2_000 })
    const sent = setup.say(app)
    let row: { request_id: string } | undefined
    while (!row) [row] = await setup.sql<{ request_id: string }[]>`SELECT request_id FROM attempt`
    const { request_id: id } = row
    expect(await stateOf(id)).toMatchObject({
      id,
      state: 'running',
      tool: 'default',
      model_asked: 'gpt-4o',
      attempts: [{ attempt: 1, provider: 'openai', model: 'gpt-4o', state: 'calling' }],
    })
    // The same request before its first attempt, for a moment.
    const twin = `${id.slice(0, -4)}abcd`
    await setup.sql`
      INSERT INTO inbox SELECT (json_populate_record(i, json_build_object('request_id', ${twin}::text))).* FROM inbox i`
    expect(await stateOf(twin)).toMatchObject({ state: 'accepted', attempts: [] })
    await setup.sql`DELETE FROM inbox WHERE request_id = ${twin}`
    for (const key of [keyOf('globex', 'admin'), keyOf('acme', 'crm')]) {
      expect((await setup.ask(key, `/v1/requests/${id}`)).status).toBe(404)
    }
    expect((await sent).id).toBe(id)
    await settle(setup.sql)
    expect(await stateOf(id)).toMatchObject({ state: 'recorded' })
  })

  it('says refused, and why, where nothing was sent', async () => {
    expect(await ended({ headers: { 'X-Data-Region': 'eu' } })).toMatchObject({
      state: 'refused',
      status_code: 403,
      error_code: 'residency_no_route',
      region: 'eu',
      route: null,
      attempts: [],
      cost_usd: null,
    })
  })

  it('says failed, with every attempt', async () => {
    setup.openai.script({ status: 500 }, { status: 503 }, { status: 500 })
    expect(await ended()).toMatchObject({
      state: 'failed',
      error_code: 'provider_unavailable',
      attempts: [{ status: 500 }, { status: 503 }, { status: 500 }],
    })
  })

  it('says interrupted, with what the model had said until then', async () => {
    setup.openai.script({ fault: 'half', text: 'one two three four five six seven' })
    expect(await ended({ body: { stream: true } })).toMatchObject({
      state: 'interrupted',
      error_code: 'provider_interrupted',
      usage_estimated: true,
      response_tokens: expect.any(Number),
      flags: expect.arrayContaining(['stream']),
    })
  })
})
