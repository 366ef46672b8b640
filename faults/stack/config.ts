/** Two tenants, so that two logs grow side by side; keys of fixed names, because both gateways read the same file. */
export const TENANTS = ['acme', 'globex'] as const
export type Tenant = (typeof TENANTS)[number]

export const KEYS: Record<Tenant, { app: string; privacy: string }> = {
  acme: { app: 'pk_faults_acme_app_0123456789', privacy: 'pk_faults_acme_privacy_0123456789' },
  globex: { app: 'pk_faults_globex_app_0123456789', privacy: 'pk_faults_globex_privacy_0123456789' },
}

/**
 * High-risk tools (`hr_helpdesk`, `contract_review`) answer after the record; their streams come piece by piece, as those
 * of the others, because they do not mask here. Nobody waits for `night_batch`.
 */
export const TOOLS = ['hr_helpdesk', 'contract_review', 'chat_assist', 'night_batch'] as const
export type Tool = (typeof TOOLS)[number]

export const RECORDED_FIRST: readonly Tool[] = ['hr_helpdesk', 'contract_review']

/** One of the tenants has a budget, too wide to refuse. */
const BUDGETS = '    budgets: [{ period: year, hard_limit_usd: "1000000" }]\n'

export const CONFIG = `tenants:
${TENANTS.map(
  (tenant) => `  - id: ${tenant}
    region: us
    keys:
      - { key: "${KEYS[tenant].app}", role: app, app: desk }
      - { key: "${KEYS[tenant].privacy}", role: privacy }
    tools:
      hr_helpdesk: { redaction: { answers: record } }
      contract_review: { redaction: { answers: record } }
      night_batch: { interactive: false }
${tenant === 'acme' ? BUDGETS : ''}`,
).join('')}prices:
  - { provider: openai, match: "*", per_request: "0.01" }
`
