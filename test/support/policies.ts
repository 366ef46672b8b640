import { dirname } from 'node:path'
import { expect } from 'vitest'
import { connectPostgres, type Sql } from '../../src/adapters/postgres/connect.ts'
import { startTestGateway, TEST_KEYS, type TestGateway } from './gateway.ts'

export const OTHER = { admin: 'pk_other_admin_0123456789abcdef', app: 'pk_other_app_0123456789abcdef' }

/** What `${…}` in the file stands for. */
export const POLICY_KEYS = {
  ...{ APP_KEY: TEST_KEYS.app, AUDITOR_KEY: TEST_KEYS.auditor },
  ...{ PRIVACY_KEY: TEST_KEYS.privacy, ADMIN_KEY: TEST_KEYS.admin },
}

/** Two tenants; that of the test's keys has a policy in the file. */
export const POLICY_CONFIG = `
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
    keys: [{ key: "${OTHER.admin}", role: admin }, { key: ${OTHER.app}, role: app }]
`

/** What `GET /v1/policy` and a change of it answer. */
export interface ShownPolicy {
  version: string
  managed_by: string
  file_changed_since?: boolean
  policy: Record<string, unknown>
  effective: { tenant: Record<string, unknown> }
}

export interface PolicyGateway {
  gateway: TestGateway
  /** As the superuser, on the ledger's database. */
  database: Sql
  close(): Promise<void>
}

export async function startPolicyGateway(): Promise<PolicyGateway> {
  const gateway = await startTestGateway({ config: POLICY_CONFIG })
  const database = connectPostgres(gateway.databases.admin, { max: 2, name: 'test' })
  return {
    gateway,
    database,
    async close() {
      await database.end()
      await gateway.remove()
    },
  }
}

/** Another gateway on the same data. */
export function anotherGateway(
  { gateway }: Pick<PolicyGateway, 'gateway'>,
  config: string,
  name: string,
): Promise<TestGateway> {
  const { databases, taskQueue, settings } = gateway
  const folder = dirname(settings.kmsFolder)
  return startTestGateway({ config, databases, folder, taskQueue: `${taskQueue}-${name}` })
}

export async function shownBy(gateway: TestGateway, key = TEST_KEYS.admin): Promise<ShownPolicy> {
  const answer = await gateway.call('/v1/policy', { key })
  expect(answer.status).toBe(200)
  const body = (await answer.json()) as ShownPolicy
  expect(answer.headers.get('etag')).toBe(`"${body.version}"`)
  return body
}

/** Puts a policy in the place of a version, whatever comes of it. */
export function putPolicy(
  gateway: TestGateway,
  policy: unknown,
  version: string,
  key = TEST_KEYS.admin,
): Promise<Response> {
  return gateway.call('/v1/policy', { key, method: 'PUT', body: policy, headers: { 'if-match': `"${version}"` } })
}

/** Sets a policy in the place of the one in force. */
export async function setPolicy(gateway: TestGateway, policy: Record<string, unknown>): Promise<ShownPolicy> {
  const answer = await putPolicy(gateway, { region: 'us', ...policy }, (await shownBy(gateway)).version)
  expect(answer.status, await answer.clone().text()).toBe(200)
  return (await answer.json()) as ShownPolicy
}

export function askModel(
  gateway: TestGateway,
  text: string,
  { tool, model = 'simulated/echo', headers }: { tool?: string; model?: string; headers?: Record<string, string> } = {},
): Promise<Response> {
  return gateway.call('/v1/chat/completions', {
    headers: { ...(tool && { 'x-tool-name': tool }), ...headers },
    body: { model, messages: [{ role: 'user', content: text }] },
  })
}

export async function codeOf(answer: Response): Promise<string> {
  return ((await answer.json()) as { error: { code: string } }).error.code
}

/** The entries of the tenant of the test's keys that are of this kind, oldest first. */
export function entriesOf(database: Sql, kind: string) {
  return database`
    SELECT id, policy_version, api_key_id, related_entry, detail FROM ledger_entry
    WHERE tenant_id = 'acme' AND kind = ${kind} ORDER BY id`
}

/** The version that a request's entry names, once it is there. */
export async function versionOf(database: Sql, answer: Response): Promise<string> {
  const id = answer.headers.get('x-palimpsest-request-id')
  const read = async () => (await database`SELECT policy_version FROM ledger_entry WHERE id = ${id}`)[0]?.policy_version
  await expect.poll(read, { timeout: 10_000, interval: 20 }).toBeTypeOf('string')
  return read()
}
