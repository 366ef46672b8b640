import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectErased } from '../../support/erasure/check.ts'
import { type ErasureStack, startErasureStack } from '../../support/erasure/stack.ts'
import { TEST_KEYS } from '../../support/gateway.ts'
import { type OpenAiDouble, startOpenAiDouble } from '../../support/vendors/openai.ts'

const OTHER_APP = 'pk_other_app_0123456789abcdef'
const SECOND_APP = 'pk_second_app_0123456789abcdef'
const CONFIG = `
tenants:
  - id: acme
    region: us
    keys:
      - { key: "\${APP_KEY}", role: app, app: helpdesk }
      - { key: "${SECOND_APP}", role: app, app: second }
      - { key: "\${AUDITOR_KEY}", role: auditor }
      - { key: "\${PRIVACY_KEY}", role: privacy }
    tools:
      coach: { purpose: coaching, lawful_basis: consent }
      mentor: { purpose: coaching, lawful_basis: consent, interactive: false }
      mood: { purpose: wellbeing, lawful_basis: contract, special_category_basis: explicit_consent }
      payroll: { purpose: payroll, lawful_basis: contract }
  - id: other
    region: us
    keys: [{ key: "${OTHER_APP}", role: app }]
`

let stack: ErasureStack
let openai: OpenAiDouble
beforeAll(async () => {
  openai = await startOpenAiDouble()
  stack = await startErasureStack({
    config: CONFIG,
    env: { OPENAI_API_KEY: openai.apiKey, OPENAI_BASE_URL: openai.baseUrl },
  })
}, 120_000)
afterAll(async () => {
  await stack?.close()
  await openai?.close()
})

interface Consent {
  id: string
  state: string
  subject: string
  [field: string]: unknown
}

async function give(body: Record<string, unknown>, key = TEST_KEYS.app): Promise<Consent> {
  const answer = await stack.gateway.call('/v1/consents', { key, body })
  expect(answer.status, await answer.clone().text()).toBe(201)
  return (await answer.json()) as Consent
}

function withdraw(id: string, key = TEST_KEYS.app): Promise<Response> {
  return stack.gateway.call(`/v1/consents/${id}`, { key, method: 'DELETE' })
}

interface Asked {
  tool: string
  user?: string
  consent?: string
  model?: string
}

function ask({ tool, user, consent, model = 'simulated/echo' }: Asked): Promise<Response> {
  return stack.gateway.call('/v1/chat/completions', {
    headers: { 'x-tool-name': tool, ...(consent && { 'x-consent-id': consent }) },
    body: { model, messages: [{ role: 'user', content: 'hello' }], ...(user && { user }) },
  })
}

async function outcome(asked: Asked): Promise<[status: number, code: string | null]> {
  const answer = await ask(asked)
  const body = (await answer.json()) as { error?: { code: string } }
  return [answer.status, body.error?.code ?? null]
}

async function entryOf(answer: Response) {
  const id = answer.headers.get('x-palimpsest-request-id')
  const read = async () => (await stack.sql`SELECT * FROM ledger_entry WHERE id = ${id}`)[0]
  await expect.poll(read, { timeout: 10_000, interval: 20 }).toBeDefined()
  return (await read()) as Record<string, unknown>
}

describe('a tool that rests on consent', { timeout: 60_000 }, () => {
  it('is answered with the consent of its user, and the entry says purpose and basis', async () => {
    const { id } = await give({ user: 'ann', tools: ['coach'] })
    const answer = await ask({ tool: 'coach', user: 'ann', consent: id })
    expect(answer.status).toBe(200)
    expect(await entryOf(answer)).toMatchObject({
      kind: 'interaction',
      purpose: 'coaching',
      lawful_basis: 'consent',
      consent_pseudonym: expect.stringMatching(/^con_[0-9a-f]{32}$/),
    })
  })

  it('takes a consent for its purpose as well, and one of Art. 9 asks for one whatever the basis of Art. 6', async () => {
    const { id } = await give({ user: 'ann', purpose: 'coaching' })
    expect(await outcome({ tool: 'coach', user: 'ann', consent: id })).toEqual([200, null])
    expect(await outcome({ tool: 'mentor', user: 'ann', consent: id })).toEqual([200, null])
    expect(await outcome({ tool: 'mood', user: 'ann' })).toEqual([403, 'consent_required'])
    const own = await give({ user: 'ann', tools: ['mood'] })
    const answer = await ask({ tool: 'mood', user: 'ann', consent: own.id })
    expect(await entryOf(answer)).toMatchObject({ lawful_basis: 'contract+explicit_consent', status: 'answered' })
  })

  it('is refused without one, with one of somebody or something else, and the refusal is recorded before anything is sent', async () => {
    const ofAnn = await give({ user: 'ann', tools: ['coach'] })
    const ofBen = await give({ user: 'ben', tools: ['coach'] })
    const forOther = await give({ user: 'ann', purpose: 'wellbeing' })
    expect(await outcome({ tool: 'coach', user: 'ann' })).toEqual([403, 'consent_required'])
    for (const asked of [
      { user: 'ann', consent: ofBen.id },
      { user: 'ann', consent: forOther.id },
      { user: 'ann', consent: 'made up' },
      { user: 'ann', consent: '00000000-0000-7000-8000-000000000000' },
      { consent: ofAnn.id },
    ]) {
      expect(await outcome({ tool: 'coach', ...asked }), JSON.stringify(asked)).toEqual([403, 'consent_unknown'])
    }
    expect(await outcome({ tool: 'mentor', user: 'ann', consent: ofAnn.id })).toEqual([403, 'consent_unknown'])
    const refused = await ask({ tool: 'coach', user: 'ann', consent: ofBen.id })
    expect(await entryOf(refused)).toMatchObject({
      kind: 'refusal',
      status: 'refused',
      error_code: 'consent_unknown',
      purpose: 'coaching',
      lawful_basis: 'consent',
      attempt_count: 0,
      policy_version: expect.stringMatching(/^sha256:/),
    })
    expect(await outcome({ tool: 'payroll', user: 'ann' })).toEqual([200, null])
  })

  it('is refused once the consent is withdrawn or over, and whatever the reason the refusal is an entry', async () => {
    const { id } = await give({ user: 'cleo', tools: ['coach'] })
    expect(await outcome({ tool: 'coach', user: 'cleo', consent: id })).toEqual([200, null])
    expect(await (await withdraw(id)).json()).toMatchObject({ id, state: 'withdrawn' })
    expect(await outcome({ tool: 'coach', user: 'cleo', consent: id })).toEqual([403, 'consent_withdrawn'])
    expect((await withdraw(id)).status).toBe(200)
    const end = Date.now() + 1_500
    const short = await give({ user: 'cleo', tools: ['coach'], expires_at: new Date(end).toISOString() })
    await expect
      .poll(() => outcome({ tool: 'coach', user: 'cleo', consent: short.id }), { timeout: 10_000, interval: 100 })
      .toEqual([403, 'consent_expired'])
    expect(Date.now()).toBeGreaterThan(end)
    for (const [consent, code] of [
      [undefined, 'consent_required'],
      ['made up', 'consent_unknown'],
      [id, 'consent_withdrawn'],
      [short.id, 'consent_expired'],
    ] as const) {
      const refused = await ask({ tool: 'coach', user: 'cleo', ...(consent && { consent }) })
      expect(await entryOf(refused)).toMatchObject({
        kind: 'refusal',
        error_code: code,
        attempt_count: 0,
        app: 'helpdesk',
      })
    }
  })

  it('asks no provider again for a request under way whose consent is withdrawn', async () => {
    const { id } = await give({ user: 'dora', tools: ['mentor'] })
    openai.script({ status: 429, headers: { 'retry-after': '3' } })
    const before = openai.requests.length
    const waiting = ask({ tool: 'mentor', user: 'dora', consent: id, model: 'gpt-4o' })
    await expect.poll(() => openai.requests.length, { timeout: 10_000, interval: 20 }).toBe(before + 1)
    await withdraw(id)
    const answer = await waiting
    expect(answer.status).toBe(429)
    expect(openai.requests.length).toBe(before + 1)
    expect(await entryOf(answer)).toMatchObject({ status: 'failed', attempt_count: 1 })
  })
})

describe('a consent', { timeout: 60_000 }, () => {
  it('is an entry, and so is its withdrawal; neither they nor the table name the user or the evidence', async () => {
    const evidence = 'Emil Krause ticked the box on the form'
    const given = await give({ user: 'emil-4711', purpose: 'coaching', evidence })
    expect(given).toMatchObject({ state: 'in_force', purpose: 'coaching', tools: null, expires_at: null })
    await withdraw(given.id, TEST_KEYS.privacy)
    const entries = await stack.sql`
      SELECT * FROM ledger_entry WHERE id = ${given.id} OR related_entry = ${given.id} ORDER BY id`
    expect(entries.map(({ kind, status, subject_pseudonym }) => [kind, status, subject_pseudonym])).toEqual([
      ['administration', 'consent_given', given.subject],
      ['administration', 'consent_withdrawn', given.subject],
    ])
    const rows = await stack.sql`SELECT * FROM consent WHERE id = ${given.id}`
    const [content] = await stack.sql`SELECT sealed_prompt FROM content WHERE entry_id = ${given.id}`
    const stored = JSON.stringify([entries, rows]) + String(content?.sealed_prompt)
    expect(stored).not.toMatch(/emil|krause|ticked/i)
    expect(content?.sealed_prompt.length).toBeGreaterThan(evidence.length)
  })

  it('is seen by the app that put it on record and by officers, and by nobody else', async () => {
    const { id } = await give({ user: 'fay', tools: ['coach'] })
    const status = async (key: string, method = 'GET') =>
      (await stack.gateway.call(`/v1/consents/${id}`, { key, method })).status
    expect(await status(TEST_KEYS.app)).toBe(200)
    expect(await status(TEST_KEYS.auditor)).toBe(200)
    expect(await status(TEST_KEYS.auditor, 'DELETE')).toBe(403)
    for (const key of [SECOND_APP, OTHER_APP]) {
      expect(await status(key)).toBe(404)
      expect(await status(key, 'DELETE')).toBe(404)
    }
    expect((await stack.gateway.call('/v1/consents/nothing')).status).toBe(404)
  })

  it('that does not say who, what for, or until a time to come is refused', async () => {
    for (const [body, param] of [
      [{ tools: ['coach'] }, 'user'],
      [{ user: 'ann' }, 'tools'],
      [{ user: 'ann', tools: ['coach'], purpose: 'coaching' }, 'tools'],
      [{ user: 'ann', tools: [] }, 'tools'],
      [{ user: 'ann', purpose: 'no spaces here' }, 'purpose'],
      [{ user: 'ann', tools: ['coach'], expires_at: '2020-01-01T00:00:00Z' }, 'expires_at'],
      [{ user: 'ann', tools: ['coach'], expires_at: 'tomorrow' }, 'expires_at'],
      [{ user: 'ann', tools: ['coach'], extra: 1 }, null],
    ] as const) {
      const answer = await stack.gateway.call('/v1/consents', { body })
      const { error } = (await answer.json()) as { error: { code: string; param: string | null } }
      expect([answer.status, error.code, error.param], JSON.stringify(body)).toEqual([400, 'invalid_consent', param])
    }
  })

  it('goes with the erasure of its person and of nobody else, and is not there for who comes back', async () => {
    const own = await give({ user: 'gail', tools: ['coach'], evidence: 'signed' })
    const others = await give({ user: 'hugo', tools: ['coach'] })
    const id = await stack.erase({ user: 'gail', reason: 'she asked' })
    const view = await stack.awaitState(id, 'completed', 'failed')
    expect(view.state).toBe('completed')
    expect(view.residue).toContainEqual({ store: 'consents', looked: expect.any(Number), found: 0 })
    await expectErased(stack, id)
    expect(await stack.sql`SELECT 1 FROM consent WHERE id = ${own.id}`).toHaveLength(0)
    expect((await stack.gateway.call(`/v1/consents/${own.id}`)).status).toBe(404)
    expect(await outcome({ tool: 'coach', user: 'gail', consent: own.id })).toEqual([403, 'consent_unknown'])
    expect(await outcome({ tool: 'coach', user: 'hugo', consent: others.id })).toEqual([200, null])
  })
})
