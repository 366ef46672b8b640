import type postgres from 'postgres'
import type { Findings } from './types.ts'

/**
 * Nothing is reserved any more, and what the budget of a whole tenant has spent is what the entries of its calls cost. Holds where such
 * a budget was there from the tenant's first call on.
 */
export async function checkBudgets(sql: postgres.Sql, findings: Findings): Promise<void> {
  const [left] = await sql`SELECT count(*)::integer AS rows FROM budget_reservation`
  findings.expect(left?.rows === 0, `budget_reservation still has ${left?.rows} rows`)
  const counters = await sql`
    SELECT c.tenant_id, c.budget, c.reserved_usd::text AS reserved, c.spent_usd::text AS spent,
           (SELECT coalesce(sum(e.cost_usd), 0)::numeric(20, 10)::text FROM ledger_entry e
            WHERE e.tenant_id = c.tenant_id AND e.kind = 'interaction') AS cost
    FROM budget_counter c`
  for (const { tenant_id: tenant, budget, reserved, spent, cost } of counters) {
    findings.expect(Number(reserved) === 0, `the budget ${budget} of ${tenant} still has ${reserved} reserved`)
    if (budget !== 'year') continue
    findings.expect(spent === cost, `the budget ${budget} of ${tenant} has spent ${spent}, its entries cost ${cost}`)
  }
}
