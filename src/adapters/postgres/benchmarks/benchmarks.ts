import type { Benchmarks, StoredBenchmark } from '../../../ports/benchmarks.ts'
import type { Row, Sql } from '../sql.ts'

/** Ids asked for in one statement. */
const IDS_AT_ONCE = 5_000

/** Benchmarks in PostgreSQL. */
export function createBenchmarks(sql: Sql): Benchmarks {
  return {
    async list(tenantId, before, limit) {
      const rows = await sql.asTenant(tenantId)`
        SELECT id, made_by, extract(epoch FROM made_at)::float8 * 1000 AS made_at, detail FROM benchmark
        WHERE tenant_id = ${tenantId} AND (${before}::uuid IS NULL OR id < ${before}::uuid)
        ORDER BY id DESC LIMIT ${limit}`
      return rows.map(benchmarkOf)
    },

    async ofRun(tenantId, run) {
      const [row] = await sql.asTenant(tenantId)`
        SELECT id, made_by, extract(epoch FROM made_at)::float8 * 1000 AS made_at, detail FROM benchmark
        WHERE tenant_id = ${tenantId} AND run = ${run}::uuid`
      return row && benchmarkOf(row)
    },

    async calls(tenantId, ids) {
      const found: Awaited<ReturnType<Benchmarks['calls']>> = new Map()
      for (let at = 0; at < ids.length; at += IDS_AT_ONCE) {
        const rows = await sql.asTenant(tenantId)`
          SELECT id, status, tool, feature, model_asked, model_answered, cost_usd::text AS cost_usd, latency_ms
          FROM ledger_entry
          WHERE id = ANY(${ids.slice(at, at + IDS_AT_ONCE)}::uuid[]) AND tenant_id = ${tenantId}
            AND kind IN ('interaction', 'refusal')`
        for (const row of rows) {
          found.set(row.id, {
            status: row.status,
            tool: row.tool,
            feature: row.feature,
            modelAsked: row.model_asked,
            modelAnswered: row.model_answered,
            costUsd: row.cost_usd,
            latencyMs: row.latency_ms === null ? null : Number(row.latency_ms),
          })
        }
      }
      return found
    },
  }
}

function benchmarkOf(row: Row): StoredBenchmark {
  return { id: row.id, madeBy: row.made_by, madeAt: Math.round(row.made_at), detail: JSON.parse(row.detail) }
}
