import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inScratchFolder } from '../../../activities/scratch-folder.ts'
import { createCostLedger } from '../../../src/adapters/costs/cost-ledger.ts'
import { createFactsQuery } from '../../../src/adapters/duckdb/facts-query.ts'
import { ATTRIBUTIONS, type CostDimension } from '../../../src/domain/cost/cost-lines.ts'
import { sumLines } from '../../../src/domain/cost/sum-lines.ts'
import { REPORT_PLANS } from '../../../src/domain/reports/plans.ts'
import { registerOf } from '../../../src/domain/reports/register.ts'
import type { CostLedger } from '../../../src/ports/cost-ledger.ts'
import type { FactsQuery } from '../../../src/ports/facts-query.ts'
import { type ArchiveStack, startArchiveStack } from '../../support/archive/stack.ts'

const FIRST = '2026-01-05'
const SECOND = '2026-01-20'
const register = registerOf({
  models: [],
  routes: [],
  regionDefaults: {},
  residency: { eu: ['ollama-local'], us: 'any' },
  providers: {},
})
const scope = {
  tenantId: 'acme',
  from: Date.parse(`${FIRST}T00:00:00Z`),
  to: Date.parse('2026-01-21T00:00:00Z'),
}
const MOST = 10_000
const CENTS = ['0.0000000001', '123.4567890123', '0.1000000000', '9999999.9999999999']

describe('what calls cost', { timeout: 120_000 }, () => {
  let stack: ArchiveStack
  let folder: string
  let facts: FactsQuery
  let costs: CostLedger
  const ask = (dimensions: readonly CostDimension[], narrower: Partial<typeof scope> = {}, most = MOST) =>
    costs.costs({ ...scope, ...narrower }, dimensions, most)

  beforeAll(async () => {
    stack = await startArchiveStack()
    folder = mkdtempSync(join(tmpdir(), 'palimpsest-costs-'))
    facts = createFactsQuery({
      databaseUrl: stack.test.databases.app,
      objects: {
        async local(name, sha256) {
          const path = join(folder, `object-${Math.random()}`)
          await stack.store.fetch(name, path, sha256)
          return path
        },
      },
    })
    costs = createCostLedger({
      databaseUrl: stack.test.databases.app,
      facts,
      register,
      inFolder: (work) => inScratchFolder(join(folder, 'work'), work),
    })
    for (const day of [FIRST, SECOND]) {
      await stack.plant('acme', day, 120, (at) => ({
        team: at % 3 === 0 ? 'people' : null,
        app: at % 2 === 0 ? 'helpdesk' : 'legal',
        tool: at % 4 === 0 ? 'hr_helpdesk' : 'contract_review',
        feature: at % 5 === 0 ? 'summary' : null,
        provider: at % 6 === 0 ? null : 'openai',
        model_asked: 'gpt-4o',
        model_answered: at % 6 === 0 ? null : 'gpt-4o-2024-08-06',
        region: at % 2 === 0 ? 'eu' : 'us',
        kind: at % 6 === 0 ? 'refusal' : 'interaction',
        status: at % 6 === 0 ? 'refused' : at % 7 === 0 ? 'interrupted' : 'answered',
        prompt_tokens: at % 6 === 0 ? null : 100 + at,
        cached_tokens: at % 6 === 0 ? null : at,
        response_tokens: at % 6 === 0 ? null : 10,
        reasoning_tokens: at % 6 === 0 ? null : 2,
        usage_estimated: at % 6 === 0 ? null : at % 7 === 0,
        cost_usd: at % 6 === 0 ? null : (CENTS[at % 4] ?? null),
        price_usd: at % 8 === 1 ? '{"input_mtok":"2","list_usd":"0.2500000000","output_mtok":"8"}' : null,
        flags: at % 11 === 1 ? ['price_unknown'] : [],
        attempt_count: 1,
        attempts: at % 9 === 1 ? '[{"attempt":1,"usage":{"audio_prompt":3,"cache_write":5,"cache_write_1h":2}}]' : null,
      }))
    }
    await stack.plant('other', FIRST, 30, () => ({ cost_usd: '7.0000000000' }))
    await stack.seal(FIRST)
    await stack.run()
  })
  afterAll(async () => {
    await stack.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('is the same over the archive and the database as over the database alone, by every attribution', async () => {
    const all: (readonly CostDimension[])[] = [[], ATTRIBUTIONS, ['day'], ['model', 'hour', 'estimated', 'prices']]
    const mixed = await Promise.all(all.map((dimensions) => ask(dimensions)))
    expect(mixed.every(({ archivedObjects }) => archivedObjects === 1)).toBe(true)
    await stack.admin`UPDATE archive_period SET anchored_at = NULL`
    const hot = await Promise.all(all.map((dimensions) => ask(dimensions)))
    await stack.admin`UPDATE archive_period SET anchored_at = now()`
    expect(hot.every(({ archivedObjects }) => archivedObjects === 0)).toBe(true)
    for (const [index, { lines }] of mixed.entries()) expect(lines).toEqual(hot[index]?.lines)
  })

  it('adds up to what the entries state, exactly, whatever it is told apart by', async () => {
    const [row] = await stack.admin`
      SELECT sum(cost_usd)::text AS cost, count(*)::int AS calls, sum(prompt_tokens)::int AS prompt,
        count(*) FILTER (WHERE status = 'refused')::int AS refused,
        sum(cost_usd) FILTER (WHERE usage_estimated)::text AS estimated
      FROM ledger_entry WHERE tenant_id = 'acme' AND kind IN ('interaction', 'refusal')
        AND occurred_at >= ${new Date(scope.from)} AND occurred_at < ${new Date(scope.to)}`
    for (const dimensions of [[], ['team'], ATTRIBUTIONS] as (readonly CostDimension[])[]) {
      const total = sumLines((await ask(dimensions)).lines)
      expect(total).toMatchObject({
        cost_usd: row?.cost,
        calls: row?.calls,
        prompt_tokens: row?.prompt,
        refused: row?.refused,
        estimated_cost_usd: row?.estimated,
      })
    }
  })

  it('is what the cost report of the same days says', async () => {
    const [line] = (await ask([])).lines
    const place = mkdtempSync(join(folder, 'report-'))
    const { questions, population } = REPORT_PLANS.cost
    const filters = { subject: null, tool: null, model: null, pii: null }
    const job = { scope: { ...scope, filters }, questions, population, seed: '00', register }
    const { tables } = await facts.run(job, place, new AbortController().signal)
    const totals = tables.find(({ name }) => name === 'by-month')?.controlTotals
    expect(totals).toMatchObject({ calls: String(line?.sums.calls), cost_usd: line?.sums.cost_usd })
  })

  it('finds tokens and published costs that stand in the JSON of an entry', async () => {
    const { lines } = await ask([])
    const planted = Array.from({ length: 120 }, (_, at) => at)
    const written = planted.filter((at) => at % 9 === 1).length * 2
    expect(lines[0]?.sums).toMatchObject({
      ...{ cache_write_tokens: written * 5, cache_write_1h_tokens: written * 2, audio_prompt_tokens: written * 3 },
    })
    const [row] = await stack.admin`
      SELECT sum(CASE WHEN price_usd LIKE '%list_usd%' THEN 0.25 ELSE cost_usd END)::numeric(38,10)::text AS list
      FROM ledger_entry WHERE tenant_id = 'acme' AND kind IN ('interaction', 'refusal')
        AND occurred_at >= ${new Date(scope.from)} AND occurred_at < ${new Date(scope.to)}`
    expect(lines[0]?.sums.list_cost_usd).toBe(row?.list)
  })

  it('says that there are more lines than were asked for, and which days are past the end of their life', async () => {
    expect(await ask(['tool'], {}, 1)).toMatchObject({ more: true, lines: { length: 1 }, expired: false })
    await stack.admin`UPDATE archive_period SET expired_at = now() WHERE tenant_id = 'acme'`
    const answer = await ask(['day'])
    await stack.admin`UPDATE archive_period SET expired_at = NULL`
    expect(answer.expired).toBe(true)
    expect(answer.lines.some(({ by }) => by.day === SECOND)).toBe(true)
  })

  it('of another tenant or of days without calls is nothing', async () => {
    expect((await ask(['day'], { tenantId: 'nobody' })).lines).toEqual([])
    expect((await ask(['day'], { tenantId: 'other' })).lines).toMatchObject([
      { by: { day: FIRST }, sums: { cost_usd: '210.0000000000' } },
    ])
  })
})
