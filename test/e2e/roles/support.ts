import { callApi } from '../../support/gateway.ts'
import { startVendorGateway, type VendorGateway } from '../../support/vendor-gateway.ts'

export const ROLES = ['app', 'auditor', 'privacy', 'operator', 'admin'] as const
export type Role = (typeof ROLES)[number]
export type Tenant = 'acme' | 'globex'

/** A key of each role in each tenant; `crm` is a second app of acme. */
export const keyOf = (tenant: Tenant, name: Role | 'crm' | 'auditing-app') => `pk_${tenant}_${name}_0123456789`

const keys = (tenant: Tenant) =>
  [
    ...ROLES.map((role) => `{ key: "${keyOf(tenant, role)}", role: ${role}, app: helpdesk, id: ${tenant}-${role} }`),
    `{ key: "${keyOf(tenant, 'crm')}", role: app, app: crm, id: ${tenant}-crm }`,
    `{ key: "${keyOf(tenant, 'auditing-app')}", role: [app, auditor], app: crm, id: ${tenant}-both }`,
  ].map((key) => `\n      - ${key}`)

const tenant = (id: Tenant) => `
  - id: ${id}
    region: us
    keys:${keys(id).join('')}`

export interface TwoTenants extends VendorGateway {
  /** Asks with a key and gives the status and the JSON. */
  ask(
    key: string | null,
    path: string,
    options?: Parameters<typeof callApi>[2],
  ): Promise<{ status: number; body: Json }>
  /** Sends a chat and gives its request id. */
  say(key: string, options?: Parameters<typeof callApi>[2]): Promise<{ id: string; status: number; text: string }>
}

export type Json = { [key: string]: unknown }

export async function startTwoTenants(): Promise<TwoTenants> {
  const vendor = await startVendorGateway({
    config: `tenants:${tenant('acme')}${tenant('globex')}\nproviders:\n  openai: { idle_timeout_ms: 5000 }\n`,
  })
  const { url } = vendor.gateway
  return {
    ...vendor,
    async ask(key, path, options = {}) {
      const headers = key === null ? { authorization: '' } : {}
      const response = await callApi(url, path, {
        ...options,
        ...(key !== null && { key }),
        headers: { ...options.headers, ...headers },
      })
      const text = await response.text()
      const isJson = response.headers.get('content-type')?.startsWith('application/json')
      return { status: response.status, body: (isJson ? JSON.parse(text) : { text }) as Json }
    },
    async say(key, options = {}) {
      const response = await callApi(url, '/v1/chat/completions', {
        ...options,
        key,
        body: {
          model: 'gpt-4o',
          user: 'ann',
          messages: [{ role: 'user', content: 'hello' }],
          ...(options.body as object),
        },
      })
      const text = await response.text()
      return { id: response.headers.get('x-palimpsest-request-id') ?? '', status: response.status, text }
    },
  }
}
