import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { type DuckStatement, runStatements } from '../../../src/adapters/duckdb/run-statements.ts'
import { LIST_ROWS } from '../../../src/domain/reports/common.ts'
import { REPORT_PLANS } from '../../../src/domain/reports/plans.ts'
import { queryOf, type Scope } from '../../../src/domain/reports/question.ts'
import type { ReportKind } from '../../../src/domain/reports/types.ts'

const folder = mkdtempSync(join(tmpdir(), 'palimpsest-newest-'))
const scope: Scope = {
  tenantId: 'acme',
  from: Date.parse('2026-01-01T00:00:00Z'),
  to: Date.parse('2026-02-01T00:00:00Z'),
  filters: { subject: null, tool: null, model: null, pii: null },
}
/** Thirty days with as many calls each, of which every second one has what a report narrows its list to. */
const CALLS = 4 * LIST_ROWS
const ENTRIES = `CREATE TABLE entries AS SELECT CAST(md5(CAST(range AS VARCHAR)) AS UUID) AS id, 'interaction' AS kind, 'acme' AS tenant_id,
  TIMESTAMP '2026-01-01' + to_milliseconds(range * ${Math.floor((30 * 86_400_000) / CALLS)}) AS occurred_at,
  range % 2 = 0 AS has_pii, range % 2 = 0 AS hipaa_route, CASE WHEN range % 2 = 0 THEN 'openai' END AS provider,
  CASE WHEN range % 4 < 3 THEN 'eu' END AS region, true AS pii_redacted, 'answered' AS status,
  ${['team', 'app', 'api_key_id', 'tool', 'feature', 'error_code', 'entity_counts', 'route_reason', 'model_asked', 'model_answered', 'subject_pseudonym'].map((name) => `CAST(NULL AS VARCHAR) AS ${name}`).join(', ')},
  1 AS prompt_tokens, 1 AS response_tokens, CAST(0.01 AS DECIMAL(20,10)) AS cost_usd, 1 AS latency_ms FROM range(${CALLS})`

describe('a list of calls that has not room for all', { timeout: 120_000 }, () => {
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it.each<[ReportKind, string]>([
    ['soc2', 'true'],
    ['cost', 'true'],
    ['pii-interactions', 'has_pii'],
    ['hipaa', 'hipaa_route'],
    ['residency', 'provider IS NOT NULL AND region IS NOT NULL'],
  ])('of %s is that of the newest ones', async (kind, shown) => {
    const table = (name: string): DuckStatement => {
      const question = REPORT_PLANS[kind].questions.find((one) => one.name === name)
      const { text, parameters } = queryOf(question?.sql ?? '', scope)
      return { sql: `CREATE TABLE ${name} AS ${text}`, parameters: parameters.map(({ value }) => value) }
    }
    const answers = await runStatements({
      folders: [folder],
      memoryMb: 600,
      threads: 2,
      statements: [
        { sql: ENTRIES },
        table('daily'),
        table('interactions'),
        { sql: 'SELECT count(*), CAST(min(occurred_at) AS VARCHAR) FROM interactions', read: true },
        {
          sql: `SELECT count(*), CAST(min(occurred_at) AS VARCHAR) FROM
            (SELECT occurred_at FROM entries WHERE ${shown} ORDER BY occurred_at DESC LIMIT ${LIST_ROWS})`,
          read: true,
        },
      ],
    })
    const [listed, newest] = answers.filter((answer) => answer !== null).map(({ rows }) => rows)
    expect(listed).toEqual(newest)
    expect(listed?.[0]?.[0]).toBe(LIST_ROWS)
  })
})
