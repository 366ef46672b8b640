import type postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { KEYS_YAML, startVendorGateway, type VendorGateway } from '../../support/vendor-gateway.ts'

const CONFIG = `
tenants:
  - id: dev
    region: us
    keys:${KEYS_YAML}
    tools:
      plain: {}
      kept: { restore_arguments: false }
      brief: { max_answer_tokens: 50 }
      quick: { risk: high, record: async, redaction: { answers: record } }
      careful: { risk: standard, record: sync }
      european: { region: eu, purpose: support, lawful_basis: legitimate_interests }
      clinical: { hipaa: true }
      narrow: { redaction: { entities: [EMAIL_ADDRESS], thresholds: { EMAIL_ADDRESS: 0.1 } } }
      short: { retention: { hot_days: 7, cold_after_days: 7, delete_after_days: 30 } }
`

let setup: VendorGateway
let sql: postgres.Sql
beforeAll(async () => {
  setup = await startVendorGateway({ config: CONFIG })
  sql = setup.sql
}, 120_000)
afterAll(() => setup?.close())

const chat = (
  tool: string,
  content = 'hello',
  body: Record<string, unknown> = {},
  headers: Record<string, string> = {},
) => setup.chat(content, { headers: { 'x-tool-name': tool, ...headers }, body })

async function entryOf(answer: Response) {
  const id = answer.headers.get('x-palimpsest-request-id')
  const read = async () => (await sql`SELECT * FROM ledger_entry WHERE id = ${id}`)[0]
  await expect.poll(read, { timeout: 10_000, interval: 20 }).toBeDefined()
  return (await read()) as Record<string, unknown>
}

describe("a tool's policy", { timeout: 60_000 }, () => {
  const call = { toolCalls: [{ name: 'send_mail', arguments: '{"to":"[EMAIL_ADDRESS_1]"}' }] }
  const text = 'write to ann@example.com'

  it('keeps placeholders in the arguments of tool calls where it says so: at once, streamed, and asked for again', async () => {
    setup.openai.script(call, call, call)
    expect(await (await chat('plain', text)).text()).toContain('{\\"to\\":\\"ann@example.com\\"}')
    const kept = await chat('kept', text, {}, { 'idempotency-key': 'kept-1' })
    expect(await kept.clone().text()).toContain('{\\"to\\":\\"[EMAIL_ADDRESS_1]\\"}')
    expect((await entryOf(kept)).flags).toContain('arguments_not_restored')
    const again = await chat('kept', text, {}, { 'idempotency-key': 'kept-1' })
    expect(await again.text()).toContain('[EMAIL_ADDRESS_1]')
    const streamed = await (await chat('kept', text, { stream: true })).text()
    const pieces = [...streamed.matchAll(/"arguments":"((?:[^"\\]|\\.)*)"/g)].map(([, piece]) =>
      JSON.parse(`"${piece}"`),
    )
    expect(pieces.join('')).toBe('{"to":"[EMAIL_ADDRESS_1]"}')
    setup.openai.script({ text: 'I wrote to [EMAIL_ADDRESS_1]' })
    expect(await (await chat('kept', text)).text()).toContain('I wrote to ann@example.com')
  })

  it('asks no model for a longer answer than it lets, and knows the same call again by what the app sent', async () => {
    const asked = () => {
      const { max_completion_tokens, max_tokens } = JSON.parse(String(setup.openai.requests.at(-1)?.body))
      return { max_completion_tokens, max_tokens }
    }
    const key = { 'idempotency-key': 'brief-1' }
    const first = await chat('brief', 'hello', {}, key)
    expect([first.status, asked()]).toEqual([200, { max_completion_tokens: 50 }])
    expect(await (await chat('brief', 'hello', {}, key)).json()).toEqual(await first.json())
    await (await chat('brief', 'hello', { max_tokens: 500 })).text()
    expect(asked()).toEqual({ max_tokens: 50 })
    await (await chat('brief', 'hello', { max_completion_tokens: 7 })).text()
    expect(asked()).toEqual({ max_completion_tokens: 7 })
  })

  it('says when the answer comes: behind its record where it is sync, before it where it is async', async () => {
    const careful = await chat('careful')
    const id = careful.headers.get('x-palimpsest-request-id')
    expect(await sql`SELECT 1 FROM ledger_entry WHERE id = ${id}`).toHaveLength(1)
    // Nothing can be recorded meanwhile: what comes all the same did not wait for it.
    const blocker = await sql.reserve()
    await blocker`BEGIN`
    try {
      setup.openai.script({ delayMs: 2_000 })
      const quick = chat('quick')
      await expect
        .poll(async () => (await sql`SELECT 1 FROM attempt`).length, { timeout: 10_000, interval: 20 })
        .toBe(1)
      await blocker`LOCK TABLE ledger_batch IN ACCESS EXCLUSIVE MODE`
      expect((await quick).status).toBe(200)
    } finally {
      await blocker`ROLLBACK`
      blocker.release()
    }
    await expect.poll(async () => (await sql`SELECT 1 FROM attempt`).length, { timeout: 30_000, interval: 50 }).toBe(0)
  })

  it('names region, purpose and basis, which the entry states, and where data of that region may go', async () => {
    const answer = await chat('european')
    expect(answer.status).toBe(403)
    expect(await entryOf(answer)).toMatchObject({
      region: 'eu',
      purpose: 'support',
      lawful_basis: 'legitimate_interests',
      error_code: 'residency_no_route',
    })
  })

  it('lets nobody answer who is not covered where it is under HIPAA', async () => {
    const answer = await chat('clinical')
    expect(await entryOf(answer)).toMatchObject({ status: 'refused', error_code: 'hipaa_no_route' })
    expect(answer.status).toBe(403)
  })

  it('changes what is redacted, and how long entries are kept', async () => {
    const both = 'ann@example.com, +1 212 555 0187'
    expect((await chat('plain', both)).headers.get('x-palimpsest-redactions')).toBe('2')
    expect((await chat('narrow', both)).headers.get('x-palimpsest-redactions')).toBe('1')
    expect((await entryOf(await chat('short'))).retention_class).toBe('7-7-30')
    expect((await entryOf(await chat('plain'))).retention_class).toBe('60-90-365')
  })
})
