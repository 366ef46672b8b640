import type postgres from 'postgres'
import { KEYS_YAML, settle, startVendorGateway, type VendorGateway } from './vendor-gateway.ts'

/** A cent for every call that a model answered; with `gpt-4o-mini`, a dollar for a million tokens of either side instead. */
export const PRICES_YAML = `
prices:
  - { provider: openai, match: gpt-4o, per_request: "0.01" }
  - { provider: openai, match: gpt-4o-mini, per_million: { input: "1", output: "1" } }`

/** One tenant with these budgets, each a line of YAML. */
export function budgetConfig(
  budgets: readonly string[],
  more: { tenant?: string; file?: string; prices?: string } = {},
): string {
  return `
tenants:
  - id: dev
    region: us
    keys:${KEYS_YAML}
    budgets:${budgets.length === 0 ? ' []' : budgets.map((budget) => `\n      - ${budget}`).join('')}
${more.tenant ?? ''}
${more.file ?? ''}
${more.prices ?? PRICES_YAML}
`
}

/** A gateway whose tenant has these budgets, with a priced model behind it. */
export function startBudgetGateway(
  budgets: readonly string[],
  more: { tenant?: string; file?: string; prices?: string; env?: Record<string, string> } = {},
): Promise<VendorGateway> {
  return startVendorGateway({ config: budgetConfig(budgets, more), ...(more.env && { env: more.env }) })
}

export interface Counter {
  budget: string
  subject: string
  start: string
  spent: string
  reserved: string
}

/** Every counter, once nothing is in flight. Amounts as decimal text without zeros at the end. */
export async function countersOf(sql: postgres.Sql): Promise<Counter[]> {
  await settle(sql)
  return countersNow(sql)
}

export async function countersNow(sql: postgres.Sql): Promise<Counter[]> {
  const rows = await sql`
    SELECT budget, subject_pseudonym AS subject, period_start::text AS start, trim_scale(spent_usd)::text AS spent,
           trim_scale(reserved_usd)::text AS reserved
    FROM budget_counter ORDER BY budget, subject_pseudonym, period_start`
  return rows.map((row) => ({ ...row }) as Counter)
}

/** What the ledger's entries cost together. */
export async function ledgerCost(sql: postgres.Sql): Promise<string> {
  const [row] = await sql`SELECT trim_scale(coalesce(sum(cost_usd), 0))::text AS cost FROM ledger_entry`
  return row?.cost
}

export async function reservations(sql: postgres.Sql): Promise<number> {
  const [row] = await sql`SELECT count(*)::integer AS n FROM budget_reservation`
  return row?.n
}
