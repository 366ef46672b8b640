import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createFactsQuery } from '../../../src/adapters/duckdb/facts-query.ts'
import { openPackingRounds } from '../../../src/compose/packed-days.ts'
import type { GatewaySettings } from '../../../src/compose/settings.ts'
import { REPORT_PLANS } from '../../../src/domain/reports/plans.ts'
import { questionsFor, type Scope } from '../../../src/domain/reports/question.ts'
import { registerOf } from '../../../src/domain/reports/register.ts'
import { REPORT_KINDS, type ReportKind } from '../../../src/domain/reports/types.ts'
import type { FactsAnswer } from '../../../src/ports/facts-query.ts'
import { type ArchiveStack, startArchiveStack } from '../../support/archive/stack.ts'

const [FIRST, SECOND, OPEN] = ['2026-01-05', '2026-01-06', '2026-01-07'] as const
const register = registerOf({ models: [], routes: [], regionDefaults: {}, residency: { eu: 'any' }, providers: {} })
const scope: Scope = {
  tenantId: 'acme',
  from: Date.parse(`${FIRST}T05:00:00Z`),
  to: Date.parse('2026-01-08T00:00:00Z'),
  filters: { subject: null, tool: null, model: null, pii: null },
}

interface Read {
  answer: Omit<FactsAnswer, 'watermark'>
  /** What each file says, by its name. */
  files: Record<string, string>
}

/** Sums of logarithms are floating point, and depend on the order of rows in their last places. */
function rounded(read: Read): Read {
  return JSON.parse(JSON.stringify(read).replaceAll(/(\d\.\d{7})\d{3}(?=\D)/g, '$1'))
}

/** Three days, of which two are sealed. */
describe('a report over packed days', { timeout: 600_000 }, () => {
  let stack: ArchiveStack
  let folder: string
  let fetched = 0
  const unpacked = new Map<ReportKind, Read>()

  const read = async (kind: ReportKind, narrower: Partial<Scope> = {}): Promise<Read> => {
    const place = mkdtempSync(join(folder, 'run-'))
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
    const { questions, population } = REPORT_PLANS[kind]
    const asked = { ...scope, ...narrower }
    const job = {
      scope: asked,
      questions: questionsFor(questions, asked.filters),
      population,
      seed: '0123456789abcdef',
    }
    const { watermark: _, ...answer } = await facts.run({ ...job, register }, place, new AbortController().signal)
    const names = readdirSync(join(place, 'data')).sort()
    const files = names.map((name) => [name, readFileSync(join(place, 'data', name), 'utf8')])
    return rounded({ answer, files: Object.fromEntries(files) })
  }
  const pack = async () => {
    const rounds = openPackingRounds({
      databaseUrl: stack.test.databases.app,
      env: { home: folder } as GatewaySettings['env'],
    })
    await rounds.round()
    await rounds.close()
  }
  const packed = () =>
    stack.admin`SELECT tenant_id, day::text AS day, entries, facts IS NULL AS empty FROM packed_day ORDER BY 1, 2`

  beforeAll(async () => {
    stack = await startArchiveStack()
    folder = mkdtempSync(join(tmpdir(), 'palimpsest-packed-'))
    for (const day of [FIRST, SECOND, OPEN]) {
      await stack.plant('acme', day, 60, (at) => ({
        kind: at % 20 === 0 ? 'disclosure' : 'interaction',
        tool: at % 4 === 0 ? 'hr_helpdesk' : null,
        provider: at % 5 === 0 ? 'openai' : 'ollama-local',
        route: at % 5 === 0 ? 'openai/gpt-4o' : 'ollama-local/llama3.1:8b',
        model_answered: at % 3 === 0 ? 'gpt-4o' : null,
        attempt_count: at % 10 === 0 ? 2 : 1,
        attempts:
          at % 10 === 0
            ? '[{"attempt":1,"model":"claude-x","provider":"anthropic"},{"attempt":2,"model":"gpt-4o","provider":"openai"}]'
            : '[{"attempt":1,"model":"llama3.1:8b","provider":"ollama-local"}]',
        has_pii: at % 2 === 0,
        entity_counts: at % 2 === 0 ? '{"EMAIL_ADDRESS":2,"PERSON":1}' : null,
        hipaa_route: at % 6 === 0,
        cost_usd: '0.0000000001',
        latency_ms: at,
        subject_pseudonym: `sub_${at % 7}`,
        detail: at % 20 === 0 ? '{"purpose":"an \\"odd\\", one"}' : null,
      }))
    }
    await stack.plant('other', FIRST, 5)
    for (const day of [FIRST, SECOND]) await stack.seal(day)
    for (const kind of REPORT_KINDS) unpacked.set(kind, await read(kind))
    await pack()
  }, 600_000)
  beforeEach(pack, 600_000)
  afterAll(async () => {
    await stack.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('finds each sealed day of each tenant packed, once, and no other day', async () => {
    const days = await packed()
    expect(days).toEqual([
      { tenant_id: 'acme', day: FIRST, entries: 60, empty: false },
      { tenant_id: 'acme', day: SECOND, entries: 60, empty: false },
      { tenant_id: 'other', day: FIRST, entries: 5, empty: false },
      { tenant_id: 'other', day: SECOND, entries: 0, empty: true },
    ])
  })

  it.each(REPORT_KINDS)('says the same of %s as one over the table', async (kind) => {
    expect(await read(kind)).toEqual(unpacked.get(kind))
  })

  it('says the same of one person, who is looked up in the table', async () => {
    const filters = { ...scope.filters, subject: 'sub_2' }
    const before = await read('pii-interactions', { filters })
    await stack.admin`DELETE FROM packed_day`
    expect(await read('pii-interactions', { filters })).toEqual(before)
  })

  it('reads them, and nothing else of their days', async () => {
    await stack.admin`
      UPDATE packed_day p SET facts = o.facts FROM packed_day o
      WHERE p.tenant_id = 'acme' AND p.day = ${FIRST} AND o.tenant_id = 'acme' AND o.day = ${SECOND}`
    const { answer } = await read('cost')
    const daily = answer.tables.find(({ name }) => name === 'daily')
    expect(new Set(daily?.preview.map(([day]) => day))).toEqual(new Set([SECOND, OPEN]))
    await stack.admin`DELETE FROM packed_day`
  })

  it('shows a person who was erased since as erased', async () => {
    await stack.admin`
      INSERT INTO data_subject (pseudonym, tenant_id, data_key_id, erasure_token, created_at, erased_at)
      VALUES ('sub_2', 'acme', gen_random_uuid(), 'del_x', now(), now())`
    const shown = (await read('soc2')).files['audit-pii-sample.json']
    expect(shown).toContain('[DATA ERASED PER GDPR ARTICLE 17]')
    expect(shown).not.toContain('sub_2"')
    await stack.admin`DELETE FROM packed_day`
    expect((await read('soc2')).files['audit-pii-sample.json']).toBe(shown)
    await stack.admin`DELETE FROM data_subject WHERE pseudonym = 'sub_2'`
  })

  it('is refused where a packed day has another number of entries than the day', async () => {
    await stack.admin`UPDATE packed_day SET entries = entries + 1 WHERE tenant_id = 'acme' AND day = ${SECOND}`
    await expect(read('cost')).rejects.toMatchObject({ code: 'packed_days_differ' })
    await stack.admin`DELETE FROM packed_day`
  })

  it('does not read a day of another form, which is packed again', async () => {
    await stack.admin`UPDATE packed_day SET form = 'of another version', facts = 'no parquet' WHERE day = ${SECOND} AND entries > 0`
    expect(await read('cost')).toEqual(unpacked.get('cost'))
    await pack()
    expect(await packed()).toHaveLength(4)
    expect(await stack.admin`SELECT FROM packed_day WHERE form = 'of another version'`).toHaveLength(0)
    expect(await read('cost')).toEqual(unpacked.get('cost'))
  })

  it('counts each entry once where a day is in the archive, too', async () => {
    expect(await stack.run()).toMatchObject({ failures: [] })
    const { answer, files } = await read('soc2')
    const whole = unpacked.get('soc2')
    expect(answer.completeness).toMatchObject({ missing: 0, archived: 120 })
    expect(answer.sources.reduce((sum, { entries }) => sum + entries, 0)).toBe(
      whole?.answer.sources.reduce((sum, { entries }) => sum + entries, 0),
    )
    const placed = /^(retention|archived-periods)\./
    for (const [name, text] of Object.entries(files)) {
      if (!placed.test(name)) expect(text, name).toBe(whole?.files[name])
    }
    expect(answer.sample).toEqual(whole?.answer.sample)
  })

  it('has nothing more of a day that leaves the database, in the same transaction', async () => {
    await stack.admin`UPDATE archive_day SET dropped_at = now() WHERE day = ${FIRST}`
    expect((await packed()).map(({ day }) => day)).toEqual([SECOND, SECOND])
    await pack()
    expect(await packed()).toHaveLength(2)
  })
})
