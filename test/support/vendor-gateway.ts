import postgres from 'postgres'
import { expect } from 'vitest'
import { type CallOptions, startTestGateway, type TestGateway, type TestGatewayOptions } from './gateway.ts'
import { type OpenAiDouble, startOpenAiDouble } from './vendors/openai.ts'

export const KEYS_YAML = `
      - { key: "\${APP_KEY}", role: app, app: helpdesk, id: test-app }
      - { key: "\${AUDITOR_KEY}", role: auditor, id: test-auditor }
      - { key: "\${PRIVACY_KEY}", role: privacy, id: test-privacy }
      - { key: "\${ADMIN_KEY}", role: admin, id: test-admin }`

/** Milliseconds without a byte after which a test's provider is given up. */
export const IDLE_TIMEOUT_MS = 3_000

/** One tenant whose tool `nightly` has nobody waiting, and an OpenAI that is given up soon. */
export const VENDOR_CONFIG = `
tenants:
  - id: dev
    region: us
    keys:${KEYS_YAML}
    tools:
      nightly: { interactive: false }
providers:
  openai: { idle_timeout_ms: ${IDLE_TIMEOUT_MS} }
`

export interface VendorGateway {
  gateway: TestGateway
  openai: OpenAiDouble
  /** As the superuser, on the ledger's database. */
  sql: postgres.Sql
  /** A chat completion of `gpt-4o` with one user message; `body` adds to it or replaces it. */
  chat(content: string, options?: ChatOptions): Promise<Response>
  close(): Promise<void>
}

export interface ChatOptions extends Omit<CallOptions, 'body'> {
  body?: Record<string, unknown>
}

/** A gateway with OpenAI's double behind it. */
export async function startVendorGateway(options: TestGatewayOptions = {}): Promise<VendorGateway> {
  const openai = await startOpenAiDouble()
  const gateway = await startTestGateway({
    config: VENDOR_CONFIG,
    ...options,
    env: { OPENAI_API_KEY: openai.apiKey, OPENAI_BASE_URL: openai.baseUrl, ...options.env },
  })
  const sql = postgres(gateway.databases.admin, { max: 2, onnotice: () => undefined })
  return {
    gateway,
    openai,
    sql,
    chat: (content, { body, ...call } = {}) =>
      gateway.call('/v1/chat/completions', {
        ...call,
        body: { model: 'gpt-4o', messages: [{ role: 'user', content }], ...body },
      }),
    async close() {
      await sql.end({ timeout: 5 })
      await gateway.remove()
      await openai.close()
    },
  }
}

export interface ErrorBody {
  error: { message: string; type: string; code: string; param: string | null }
}

/** The contract's error: its exact shape, a plain sentence, and nothing of a stack, a path or a library. */
export function expectErrorShape(body: unknown): ErrorBody['error'] {
  expect(Object.keys(body as object)).toEqual(['error'])
  const { error } = body as ErrorBody
  expect(Object.keys(error).sort()).toEqual(['code', 'message', 'param', 'type'])
  expect(error.code).toMatch(/^[a-z][a-z0-9_]{2,63}$/)
  expect(error.type).toMatch(/^[a-z_]+_error$/)
  expect(error.message).toMatch(/^\S.{9,}$/)
  expect(error.message).not.toMatch(/node_modules|\.ts\b|\bat \S+ \(|Error:|undefined|\[object|\/work|\/tmp/)
  expect(error.param === null || typeof error.param === 'string').toBe(true)
  return error
}

/** The response is one error of this status and code. */
export async function expectError(response: Response, status: number, code: string): Promise<ErrorBody['error']> {
  const text = await response.text()
  expect(`${response.status} ${text.slice(0, 500)}`).toMatch(new RegExp(`^${status} `))
  expect(response.headers.get('content-type')).toMatch(/^application\/json/)
  const error = expectErrorShape(JSON.parse(text))
  expect(error.code).toBe(code)
  return error
}

/** The ledger's entry of a request, once it is there. */
export async function awaitEntry(sql: postgres.Sql, id: string): Promise<postgres.Row> {
  for (let tries = 0; tries < 200; tries++) {
    const [row] = await sql`SELECT * FROM ledger_entry WHERE id = ${id}`
    if (row) return row
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`no ledger entry of ${id} after 10 s`)
}

export function requestIdOf(response: Response): string {
  const id = response.headers.get('x-palimpsest-request-id') ?? ''
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  return id
}

/** Entries, requests in flight and attempts: what a request leaves behind. */
export async function countRows(sql: postgres.Sql): Promise<{ entries: number; inbox: number; attempts: number }> {
  const [row] = await sql`
    SELECT (SELECT count(*) FROM ledger_entry WHERE kind IN ('interaction', 'refusal'))::integer AS entries,
           (SELECT count(*) FROM inbox)::integer AS inbox, (SELECT count(*) FROM attempt)::integer AS attempts`
  return { entries: row?.entries, inbox: row?.inbox, attempts: row?.attempts }
}

/** Waits until nothing is in flight. */
export async function settle(sql: postgres.Sql): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const { inbox } = await countRows(sql)
    if (inbox === 0) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('requests are still in flight after 10 s')
}
