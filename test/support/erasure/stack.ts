import { Client } from '@temporalio/client'
import { MockActivityEnvironment } from '@temporalio/testing'
import postgres from 'postgres'
import { expect, inject } from 'vitest'
import type { ErasureActivities } from '../../../activities/erasure/types.ts'
import { connectTemporal } from '../../../src/adapters/temporal/connect.ts'
import { buildErasureActivities } from '../../../src/compose/erasure.ts'
import { startLedgerRounds } from '../../../src/compose/ledger-rounds.ts'
import type { GatewaySettings } from '../../../src/compose/settings.ts'
import { openStores, type Stores } from '../../../src/compose/stores.ts'
import { ConfigInForce } from '../../../src/config/in-force.ts'
import { startTestGateway, TEST_KEYS, type TestGateway, type TestGatewayOptions } from '../gateway.ts'
import { awaitEntry, KEYS_YAML, requestIdOf } from '../vendor-gateway.ts'

/** A second officer of the tenant `dev`, and the officer of the other tenant. */
export const SECOND_OFFICER = 'pk_privacy_second_0123456789abcdef'
export const OTHER_OFFICER = 'pk_privacy_other_0123456789abcdef'
export const OTHER_APP = 'pk_app_other_0123456789abcdef'

/** Counts nothing. */
export const NO_METRICS = { approvalMissing: () => undefined }

/** Tenants `dev` and `other`; with `approval`, erasures of `dev` need a second officer. */
export function erasureConfig({ approval = false }: { approval?: boolean } = {}): string {
  return `
tenants:
  - id: dev
    region: us
    keys:${KEYS_YAML}
      - { key: "${SECOND_OFFICER}", role: privacy, id: test-privacy-2 }
    erasure: { approval: ${approval} }
  - id: other
    region: us
    keys:
      - { key: "${OTHER_OFFICER}", role: privacy, id: other-privacy }
      - { key: "${OTHER_APP}", role: app, app: helpdesk, id: other-app }
`
}

export interface Person {
  user?: string
  identifiers?: { type: string; value: string }[]
  identifier?: { type: string; value: string }
  reason?: string
}

export interface ErasureView {
  id: string
  state: string
  workflowId: string
  receipt: number | null
  error_code: string | null
  found: boolean | null
  counts: Record<string, number> | null
  residue: { store: string; looked: number; found: number }[] | null
  entries: string[]
  certificate: string | null
  [member: string]: unknown
}

export interface ErasureStack {
  gateway: TestGateway
  /** As the superuser, on the ledger's database. */
  sql: postgres.Sql
  /** Stores like the gateway's own, for what a test does in its place. */
  stores: Stores
  /** Of the Temporal that the gateway's workflows run on. */
  client: Client
  /** A chat of a user with the echoing model; gives the request's id once it is in the ledger. */
  say(
    user: string | null,
    content: string,
    options?: { key?: string; headers?: Record<string, string> },
  ): Promise<string>
  /** Calls the API as the tenant's officer unless told otherwise. */
  officer(path: string, body?: unknown, key?: string): Promise<{ status: number; body: unknown; headers: Headers }>
  /** Opens a case without starting its workflow. */
  openCase(person: Person): Promise<{ id: string; reference: string }>
  /** Asks for an erasure by HTTP; gives its id. */
  erase(person: Person): Promise<string>
  /** Waits until a case is in one of these states. */
  awaitState(id: string, ...states: string[]): Promise<ErasureView>
  /** Runs one step of `eraseSubject` as a worker would. */
  step<K extends keyof ErasureActivities>(
    name: K,
    ...input: Parameters<ErasureActivities[K]>
  ): Promise<Awaited<ReturnType<ErasureActivities[K]>>>
  close(): Promise<void>
}

/** The file's policies, as a gateway that hears of no other has them. */
export function policiesOf({ config }: Pick<GatewaySettings, 'config'>): Parameters<typeof startLedgerRounds>[1] {
  return { inForce: new ConfigInForce(config, { hasPresidio: false }), watch: { refresh: async () => undefined } }
}

/** A gateway with the simulated model, its officers, and the steps of an erasure one by one. */
export async function startErasureStack(
  options: TestGatewayOptions & { approval?: boolean } = {},
): Promise<ErasureStack> {
  const { approval = false, ...rest } = options
  const gateway = await startTestGateway({ config: erasureConfig({ approval }), ...rest })
  const sql = postgres(gateway.databases.admin, { max: 2, onnotice: () => undefined })
  const { settings } = gateway
  const stores = await openStores(settings)
  await startLedgerRounds(stores, policiesOf(settings), settings.log)
  const connection = await connectTemporal({ address: inject('stack').temporalAddress })
  const client = new Client({ connection })
  const activities = buildErasureActivities({ ...settings, stores, client, metrics: NO_METRICS }) as ErasureActivities
  const environment = (workflowId: string) =>
    new MockActivityEnvironment({ workflowExecution: { workflowId, runId: 'one-step' } })

  const officer: ErasureStack['officer'] = async (path, body, key = TEST_KEYS.privacy) => {
    const response = await gateway.call(path, { key, ...(body !== undefined && { body }) })
    const text = await response.text()
    return { status: response.status, body: text === '' ? null : JSON.parse(text), headers: response.headers }
  }
  return {
    gateway,
    sql,
    stores,
    client,
    officer,
    async say(user, content, { key = TEST_KEYS.app, headers = {} } = {}) {
      const response = await gateway.call('/v1/chat/completions', {
        key,
        headers,
        body: { model: 'simulated/echo', messages: [{ role: 'user', content }], ...(user !== null && { user }) },
      })
      expect(response.status, await response.clone().text()).toBe(200)
      const id = requestIdOf(response)
      await awaitEntry(sql, id)
      return id
    },
    async openCase(person) {
      const { status, body } = await officer('/v1/erasures/references', person)
      expect(status, JSON.stringify(body)).toBe(201)
      return body as { id: string; reference: string }
    },
    async erase(person) {
      const { status, body } = await officer('/v1/erasures', person)
      expect(status, JSON.stringify(body)).toBe(202)
      return (body as { id: string }).id
    },
    async awaitState(id, ...states) {
      for (let tries = 0; ; tries++) {
        const { body } = await officer(`/v1/erasures/${id}`)
        const view = body as ErasureView
        if (states.includes(view.state)) return view
        if (tries > 600) throw new Error(`the erasure is ${JSON.stringify(view)} after a minute and more`)
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    },
    step: (name, ...input) =>
      environment(`one-step/${name}`).run(activities[name] as (...input: unknown[]) => Promise<never>, ...input),
    async close() {
      await stores.close()
      await connection.close()
      await sql.end({ timeout: 5 })
      await gateway.remove()
    },
  }
}
