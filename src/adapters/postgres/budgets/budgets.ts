import type { Budgets } from '../../../ports/budgets.ts'
import type { Sql } from '../sql.ts'

export function createBudgets(sql: Sql): Budgets {
  return {
    async standing(tenantId, budgets) {
      if (budgets.length === 0) return []
      const rows = await sql.asTenant(tenantId)`
        SELECT c.budget, sum(c.spent_usd)::text AS spent, sum(c.reserved_usd)::text AS reserved,
               max(c.spent_usd + c.reserved_usd)::text AS most, count(*)::integer AS counters
        FROM unnest(${budgets.map(({ name }) => name)}::text[], ${budgets.map(({ start }) => start)}::date[])
               AS q (budget, period_start)
        JOIN budget_counter c USING (budget, period_start)
        WHERE c.tenant_id = ${tenantId} GROUP BY c.budget`
      return rows.map((row) => ({
        name: row.budget,
        spentUsd: row.spent,
        reservedUsd: row.reserved,
        mostUsedUsd: row.most,
        counters: row.counters,
      }))
    },

    async used(tenantId, { name, subjectPseudonym, period }) {
      const [row] = await sql.asTenant(tenantId)`
        SELECT spent_usd::text AS spent, reserved_usd::text AS reserved FROM budget_counter
        WHERE tenant_id = ${tenantId} AND budget = ${name} AND subject_pseudonym = ${subjectPseudonym}
          AND period_start = ${period.start}::date`
      return { spentUsd: row?.spent ?? '0.0000000000', reservedUsd: row?.reserved ?? '0.0000000000' }
    },

    async notices(limit) {
      const rows = await sql`
        SELECT id, tenant_id, budget, subject_pseudonym, period_start::text AS start, period_end::text AS end,
               trim_scale(limit_usd)::text AS limit_usd, trim_scale(spent_usd)::text AS spent_usd
        FROM budget_notice ORDER BY reached_at LIMIT ${limit}`
      return rows.map((row) => ({
        id: row.id,
        tenantId: row.tenant_id,
        budget: row.budget,
        subjectPseudonym: row.subject_pseudonym,
        period: { start: row.start, end: row.end },
        limitUsd: row.limit_usd,
        spentUsd: row.spent_usd,
      }))
    },

    async removeEnded(days) {
      const removed = await sql`
        DELETE FROM budget_counter c WHERE c.period_end < (now() AT TIME ZONE 'UTC')::date - ${days}::integer
          AND NOT EXISTS (SELECT FROM budget_reservation r WHERE r.tenant_id = c.tenant_id AND r.budget = c.budget
            AND r.subject_pseudonym = c.subject_pseudonym AND r.period_start = c.period_start)`
      await sql`
        DELETE FROM budget_told t WHERE NOT EXISTS (SELECT FROM budget_counter c
          WHERE c.tenant_id = t.tenant_id AND c.budget = t.budget AND c.period_start = t.period_start)
          AND t.period_start < (now() AT TIME ZONE 'UTC')::date - 800`
      return removed.count
    },
  }
}
