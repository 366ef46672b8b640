import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createFactsQuery } from '../../../src/adapters/duckdb/facts-query.ts'
import { REPORT_PLANS } from '../../../src/domain/reports/plans.ts'
import type { Scope } from '../../../src/domain/reports/question.ts'
import { column } from '../../../src/domain/reports/question.ts'
import { registerOf } from '../../../src/domain/reports/register.ts'
import { SAMPLE_SIZE } from '../../../src/domain/reports/sample.ts'
import { REPORT_KINDS, type ReportKind } from '../../../src/domain/reports/types.ts'
import type { FactsAnswer } from '../../../src/ports/facts-query.ts'
import { type ArchiveStack, startArchiveStack } from '../../support/archive/stack.ts'

const FIRST = '2026-01-05'
const SECOND = '2026-01-06'
const THIRD = '2026-01-07'
const SEED = '0123456789abcdef'
const never = new AbortController().signal
const register = registerOf({
  models: [],
  routes: [],
  regionDefaults: {},
  residency: { eu: ['ollama-local'], us: 'any' },
  providers: { openai: { coveredForHipaa: false, regions: null, deployments: {} } },
})
const nobody = { subject: null, tool: null, model: null, pii: null }
const scope: Scope = {
  tenantId: 'acme',
  from: Date.parse(`${FIRST}T00:00:00Z`),
  to: Date.parse('2026-01-08T00:00:00Z'),
  filters: nobody,
}

describe('what a report asks of the entries', { timeout: 120_000 }, () => {
  let stack: ArchiveStack
  let folder: string
  let fetched = 0
  const run = async (
    kind: ReportKind,
    narrower: Partial<Scope> = {},
    more: object = {},
  ): Promise<[FactsAnswer, string]> => {
    const place = mkdtempSync(join(folder, 'run-'))
    const plan = REPORT_PLANS[kind]
    const facts = createFactsQuery({
      databaseUrl: stack.test.databases.app,
      objects: {
        async local(name, sha256) {
          const path = join(folder, `object-${++fetched}`)
          await stack.store.fetch(name, path, sha256)
          return path
        },
      },
    })
    const job = {
      scope: { ...scope, ...narrower },
      questions: plan.questions,
      population: plan.population,
      seed: SEED,
      register,
    }
    return [await facts.run({ ...job, ...more }, place, never), place]
  }
  const totalOf = ({ sources }: FactsAnswer) => sources.reduce((sum, { entries }) => sum + entries, 0)
  const table = (answer: FactsAnswer, name: string) => {
    const found = answer.tables.find((one) => one.name === name)
    if (!found) throw new Error(`no table ${name}`)
    return found
  }

  beforeAll(async () => {
    stack = await startArchiveStack()
    folder = mkdtempSync(join(tmpdir(), 'palimpsest-facts-'))
    for (const [index, day] of [FIRST, SECOND, THIRD].entries()) {
      await stack.plant('acme', day, 200, (at) => ({
        tool: at % 4 === 0 ? 'hr_helpdesk' : 'contract_review',
        provider: at % 5 === 0 ? 'openai' : 'ollama-local',
        route: at % 5 === 0 ? 'openai/gpt-4o' : 'ollama-local/llama3.1:8b',
        model_answered: at % 5 === 0 ? 'gpt-4o' : 'llama3.1:8b',
        region: 'eu',
        attempt_count: at % 10 === 0 ? 2 : 1,
        attempts:
          at % 10 === 0
            ? '[{"attempt":1,"model":"claude-x","provider":"anthropic"},{"attempt":2,"model":"gpt-4o","provider":"openai"}]'
            : null,
        has_pii: at % 2 === 0,
        pii_redacted: at % 2 === 0,
        entity_counts: at % 2 === 0 ? '{"EMAIL_ADDRESS":2,"PERSON":1}' : null,
        cost_usd: '0.0000000001',
        latency_ms: at,
        subject_pseudonym: `sub_${at % 7}`,
        retention_class: index === 0 && at % 50 === 0 ? 'proof' : '60-90-365',
        detail: at === 3 ? `{"long":"${'x'.repeat(100_000)}"}` : null,
      }))
    }
    await stack.plant('other', FIRST, 30)
    await stack.seal(FIRST)
    await stack.run()
  })
  afterAll(async () => {
    await stack.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('counts each entry once, in the archive, in the database, and where it is in both', async () => {
    const [answer] = await run('cost')
    const [database, ...objects] = answer.sources
    expect(objects).toHaveLength(1)
    // Of the first day all but the proofs are read in the archive, though its partition still stands.
    expect(objects[0]).toMatchObject({ entries: 196, costUsd: '0.0000000196' })
    expect(database).toMatchObject({ name: 'database', sha256: null, entries: 404 })
    expect(totalOf(answer)).toBe(600)
    expect(table(answer, 'by-month').controlTotals).toMatchObject({ calls: '600', cost_usd: '0.0000000600' })
  })

  it('counts a period that is recorded but not anchored in the database', async () => {
    await stack.admin`UPDATE archive_period SET anchored_at = NULL`
    const [answer] = await run('cost')
    expect(answer.sources).toHaveLength(1)
    expect(totalOf(answer)).toBe(600)
    expect(answer.completeness).toMatchObject({ archived: 0, missing: 0 })
    await stack.admin`UPDATE archive_period SET anchored_at = now()`
  })

  it('accounts for every leaf of the tenant, and says what is missing', async () => {
    const [answer] = await run('cost')
    const { completeness } = answer
    expect(completeness).toMatchObject({ archived: 196, expired: 0, missing: 0, sequenceGaps: [], restorePending: [] })
    expect(completeness.written).toBe(completeness.inDatabase + 196)
    await stack.admin`UPDATE archive_period SET entries = entries - 1 WHERE tenant_id = 'acme'`
    const [short] = await run('cost')
    expect(short.completeness.missing).toBe(1)
    await stack.admin`UPDATE archive_period SET entries = entries + 1 WHERE tenant_id = 'acme'`
  })

  it('reads neither rows nor objects of a period that is past the end of its life', async () => {
    await stack.admin`UPDATE archive_period SET expired_at = now() WHERE tenant_id = 'acme'`
    const [answer] = await run('cost')
    expect(answer.sources).toHaveLength(1)
    expect(totalOf(answer)).toBe(404)
    expect(answer.completeness).toMatchObject({ archived: 0, expired: 196, missing: 0 })
    await stack.admin`UPDATE archive_period SET expired_at = NULL WHERE tenant_id = 'acme'`
  })

  it('opens no object of days outside the period', async () => {
    const before = fetched
    const [answer] = await run('cost', {
      from: Date.parse('2026-01-20T00:00:00Z'),
      to: Date.parse('2026-02-01T00:00:00Z'),
    })
    expect(fetched).toBe(before)
    expect(totalOf(answer)).toBe(0)
  })

  it.each(REPORT_KINDS)(
    'answers %s: every file is there, with the rows and sums that the report states',
    async (kind) => {
      const [answer, place] = await run(kind)
      for (const { name, rows, columns, controlTotals, fingerprint, query } of answer.tables) {
        const json = JSON.parse(readFileSync(join(place, 'data', `${name}.json`), 'utf8')) as Record<string, unknown>[]
        expect(json, name).toHaveLength(rows)
        if (rows > 0) expect(Object.keys(json[0] ?? {}), name).toEqual(columns.map((one) => one.name))
        const [head = ''] = readFileSync(join(place, 'data', `${name}.csv`), 'utf8').split('\n')
        expect(head.split(','), name).toEqual(columns.map((one) => one.name))
        for (const { name: summed, type } of columns) {
          if (type !== 'integer' || rows === 0) continue
          const sum = json.reduce((total, row) => total + BigInt((row[summed] as number | null) ?? 0), 0n)
          expect(controlTotals[summed] ?? '0', `${name}.${summed}`).toBe(String(sum))
        }
        expect(fingerprint, name).toMatch(/^[0-9a-f]{16}$/)
        expect(query).not.toMatch(/[{}]/)
      }
      expect(existsSync(join(place, 'work'))).toBe(false)
    },
  )

  it('narrows calls by tool, model, personal data and person, and states what it narrowed by', async () => {
    const filters = { subject: 'sub_2', tool: 'hr_helpdesk', model: 'llama3.1:8b', pii: true }
    const [answer] = await run('pii-interactions', { filters })
    const list = table(answer, 'interactions')
    expect(list.rows).toBeGreaterThan(0)
    expect(list.parameters.map(({ name, value }) => [name, value])).toEqual([
      ['tenant', 'acme'],
      ['from', '2026-01-05 00:00:00.000'],
      ['below', '2026-01-08 00:00:00.000'],
      ['subject', 'sub_2'],
      ['tool', 'hr_helpdesk'],
      ['model', 'llama3.1:8b'],
      ['pii', true],
    ])
    const of = (name: string) => list.columns.findIndex((one) => one.name === name)
    for (const row of list.preview) {
      const shown = ['subject', 'tool', 'model', 'has_pii'].map((name) => row[of(name)])
      expect(shown).toEqual(['sub_2', 'hr_helpdesk', 'llama3.1:8b', true])
    }
    const [all] = await run('pii-interactions')
    expect(table(all, 'interactions').fingerprint).not.toBe(list.fingerprint)
    expect(table(all, 'findings').preview).toEqual([
      ['EMAIL_ADDRESS', 300, 600, 300, 0],
      ['PERSON', 300, 300, 300, 0],
    ])
  })

  it('draws the sample that anybody draws who has the seed and the ids', async () => {
    const [{ sample }, place] = await run('soc2')
    const rows = JSON.parse(readFileSync(join(place, 'data', 'interactions.json'), 'utf8')) as { id: string }[]
    expect(sample.population).toBe(rows.length)
    const rank = (id: string) => createHash('sha256').update(`${SEED}${id}`).digest('hex')
    const drawn = rows.map(({ id }) => id).sort((a, b) => (rank(a) < rank(b) ? -1 : 1))
    expect(sample.entries).toEqual(drawn.slice(0, SAMPLE_SIZE))
  })

  it('sets what went where against the register, failed attempts included', async () => {
    const [answer] = await run('residency')
    expect(table(answer, 'against-register').preview).toEqual([
      ['eu', 'anthropic', 60, false, false, false, null, false],
      ['eu', 'ollama-local', 480, true, true, false, null, true],
      ['eu', 'openai', 120, true, false, false, null, false],
    ])
  })

  it('runs the queries of the common audit script unchanged', async () => {
    const own = (name: string, sql: string, columns: string[]) => ({
      name,
      title: name,
      sql,
      columns: columns.map((one) => column(one, 'text', one)),
    })
    const questions = [
      own(
        'use',
        `SELECT
DATE(event_timestamp) as day,
tool_name,
user_id,
model,
SUM(prompt_tokens + response_tokens) as total_tokens,
SUM(total_cost) as daily_cost,
COUNT(*) as interaction_count
FROM llm_interaction_audit
WHERE tenant_id = 'acme'
AND event_timestamp BETWEEN '2026-01-01 10:11:12.131415' AND '2026-02-01 00:00:00'
AND has_pii_detected = FALSE -- Demonstrate PII controls are working
GROUP BY DATE(event_timestamp), tool_name, user_id, model
ORDER BY day DESC;`,
        ['day', 'tool_name', 'user_id', 'model', 'total_tokens', 'daily_cost', 'interaction_count'],
      ),
      own(
        'pii',
        `SELECT event_timestamp, user_id, tool_name, prompt_preview
FROM llm_interaction_audit
WHERE tenant_id = 'acme'
AND has_pii_detected = TRUE
ORDER BY event_timestamp DESC
LIMIT 100;`,
        ['event_timestamp', 'user_id', 'tool_name', 'prompt_preview'],
      ),
      own(
        'sum',
        `SELECT SUM(total_cost) FROM llm_interaction_audit WHERE tool_name = 'contract_review' AND event_timestamp > '2024-04-01';`,
        ['sum(total_cost)'],
      ),
    ]
    const [answer] = await run('soc2', {}, { questions })
    const counts = table(answer, 'use').preview.map((row) => Number(row[6]))
    expect(counts.length).toBeGreaterThan(0)
    expect(table(answer, 'pii').rows).toBe(100)
    expect(table(answer, 'pii').preview[0]?.[3]).toBe('[SEALED]')
  })

  it('shows an erased person to the audit script as the database does', async () => {
    await stack.admin`
      INSERT INTO data_subject (pseudonym, tenant_id, data_key_id, erasure_token, created_at, erased_at)
      VALUES ('sub_3', 'acme', gen_random_uuid(), 'del_x', now(), now())`
    const [, place] = await run('soc2', {}, { questions: REPORT_PLANS.soc2.questions })
    const rows = JSON.parse(readFileSync(join(place, 'data', 'audit-daily-use.json'), 'utf8')) as {
      user_id: string | null
    }[]
    expect(rows.some(({ user_id: user }) => user === null)).toBe(true)
    expect(rows.some(({ user_id: user }) => user === 'sub_3')).toBe(false)
    await stack.admin`DELETE FROM data_subject WHERE pseudonym = 'sub_3'`
  })
})
