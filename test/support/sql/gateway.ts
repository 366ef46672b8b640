import { startTestGateway, type TestGateway } from '../gateway.ts'
import type { Shop } from './shop.ts'

/** A gateway that has the shop as its one database. @param more lines below the database, indented by four. */
export function startShopGateway(shop: Shop, more = '', env: Record<string, string> = {}): Promise<TestGateway> {
  return startTestGateway({
    env,
    config: `
tenants:
  - id: acme
    region: eu
    keys:
      - { key: "\${APP_KEY}", role: app, app: helpdesk }
      - { key: "\${AUDITOR_KEY}", role: auditor }
      - { key: "\${PRIVACY_KEY}", role: privacy }
      - { key: "\${ADMIN_KEY}", role: admin }
databases:
  - name: shop
    url: "${shop.url}"
    views: [${shop.settings.views.map(({ schema, name }) => `${schema}.${name}`).join(', ')}]
    functions: [reporting.fiscal_year]
${more}`,
  })
}

export interface SqlAnswer {
  status: number
  body: {
    id?: string
    error?: { code: string; message: string }
    position?: number | null
    rows?: unknown[][]
    columns?: { name: string; type: string }[]
    [key: string]: unknown
  }
}

export async function runSql(gateway: TestGateway, sql: string, more: object = {}): Promise<SqlAnswer> {
  const response = await gateway.call('/v1/sql/run', { body: { sql, database: 'shop', ...more } })
  return { status: response.status, body: (await response.json()) as SqlAnswer['body'] }
}
