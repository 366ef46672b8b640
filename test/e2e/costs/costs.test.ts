import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../../../src/cli/reconcile.ts'
import { sumUsd } from '../../../src/domain/cost/decimal.ts'
import { focusFaults } from '../../support/costs/focus-faults.ts'
import { TEST_KEYS } from '../../support/gateway.ts'
import {
  awaitEntry,
  expectError,
  KEYS_YAML,
  startVendorGateway,
  type VendorGateway,
} from '../../support/vendor-gateway.ts'

const MODEL = 'gpt-4o-2024-08-06'
/** Ten calls at a contract's price: 100 and 40 dollars for a million tokens, half for cached ones, a tenth of a cent for each call. */
const CONFIG = `
tenants:
  - id: dev
    region: us
    keys:${KEYS_YAML}
  - id: other
    region: us
    keys:
      - { key: "pk_other_auditor_0123456789", role: auditor, id: other-auditor }
prices:
  - { provider: openai, match: "gpt-4o-2024-*", per_million: { input: "100", output: "40", cached: "50" }, per_request: "0.001" }
`
const CALLS = 10

describe('the cost of calls', { timeout: 240_000 }, () => {
  let setup: VendorGateway
  let folder: string
  let period: string
  let day: string
  const ask = (path: string, key = TEST_KEYS.auditor) => setup.gateway.call(path, { key })
  const json = async (path: string, key?: string) => (await ask(path, key)).json() as Promise<CostsJson>

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'palimpsest-costs-'))
    setup = await startVendorGateway({ config: CONFIG })
    setup.openai.always(() => ({ text: 'three words here', model: MODEL }))
    for (let at = 0; at < CALLS; at += 1) {
      const response = await setup.chat(`one two three four five ${at}`, {
        headers: { 'x-tool-name': at < 4 ? 'summaries' : 'letters', 'x-feature-name': 'short' },
        body: { stream: at % 2 === 1, ...(at % 2 === 1 && { stream_options: { include_usage: true } }) },
      })
      expect(response.status).toBe(200)
      await response.text()
      await awaitEntry(setup.sql, response.headers.get('x-palimpsest-request-id') ?? '')
    }
    const [row] = await setup.sql`SELECT to_char(min(occurred_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS first,
      to_char(max(occurred_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS last FROM ledger_entry WHERE kind = 'interaction'`
    day = row?.first
    period = `from=${row?.first}&to=${row?.last}`
  }, 120_000)
  afterAll(async () => {
    await setup.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('is on record at the contract’s price, with the published one beside it', async () => {
    const [entry] = await setup.sql`SELECT * FROM ledger_entry WHERE kind = 'interaction' ORDER BY id LIMIT 1`
    // Six words, of which two are cached, and three of answer: (4 · 100 + 2 · 50 + 3 · 40) / 1,000,000 + 0.001
    expect(entry).toMatchObject({ prompt_tokens: 6, cached_tokens: 2, response_tokens: 3, cost_usd: '0.0016200000' })
    expect(entry?.price_version).toMatch(/^contract@[0-9a-f]{12}$/)
    expect(JSON.parse(entry?.price_usd)).toEqual({
      ...{ input_mtok: '100', output_mtok: '40', cache_read_mtok: '50', request: '0.001' },
      ...{ list_input_mtok: '2.5', list_output_mtok: '10', list_cache_read_mtok: '1.25', list_usd: '0.0000425000' },
    })
  })

  it('is told by tool, and adds up', async () => {
    const { lines, totals } = await json(`/v1/costs?${period}&group_by=tool,model`)
    expect(lines).toMatchObject([
      { tool: 'letters', model: MODEL, calls: 6, cost_usd: '0.0097200000' },
      { tool: 'summaries', model: MODEL, calls: 4, cost_usd: '0.0064800000' },
    ])
    expect(totals).toMatchObject({
      ...{ calls: CALLS, answered: CALLS, prompt_tokens: 60, cost_usd: '0.0162000000', list_cost_usd: '0.0004250000' },
      ...{ estimated_calls: 0, estimated_percent: '0.00' },
    })
    const text = await (await ask(`/v1/costs?${period}&group_by=tool&format=csv`)).text()
    const rows = parse(text, { columns: true }) as Record<string, string>[]
    expect(rows.map(({ tool }) => tool)).toEqual(['letters', 'summaries'])
    expect(sumUsd(rows.map(({ cost_usd }) => cost_usd ?? ''))).toBe(totals.cost_usd)
  })

  it('is exported in FOCUS columns that conform and add up', async () => {
    const response = await ask(`/v1/costs/focus?${period}`)
    expect(response.headers.get('content-type')).toMatch(/^text\/csv/)
    const rows = parse(await response.text(), { columns: true }) as Record<string, string>[]
    for (const row of rows) expect(focusFaults(row)).toEqual([])
    const sum = rows.reduce((total, { BilledCost }) => total + Number(BilledCost), 0)
    expect(sum).toBeCloseTo(0.0162, 12)
    expect(new Set(rows.map(({ SkuMeter }) => SkuMeter))).toEqual(
      new Set(['Input tokens', 'Cached input tokens', 'Output tokens', 'Calls']),
    )
    expect(rows[0]).toMatchObject({ SubAccountId: 'dev', x_PriceBasis: 'contract', x_UsageEstimated: 'false' })
  })

  it('of another tenant is nothing', async () => {
    expect(await json(`/v1/costs?${period}`, 'pk_other_auditor_0123456789')).toMatchObject({ totals: { calls: 0 } })
  })

  it.each([
    ['/v1/costs', 'from'],
    ['/v1/costs?from=2026-01-01', 'to'],
    ['/v1/costs?from=2026-01-02&to=2026-01-01', 'to'],
    ['/v1/costs?from=2026-01-01&to=2026-01-02&group_by=person', 'group_by'],
    ['/v1/costs?from=2026-01-01&to=2026-01-02&group_by=tool,tool', 'group_by'],
    ['/v1/costs?from=2026-01-01&to=2026-01-02&format=xml', 'format'],
    ['/v1/costs/focus?from=2026-01-01T10:00:00Z&to=2026-01-02', 'from'],
  ])('is not told for %s: the answer says that %s is wrong', async (path, param) => {
    expect(await expectError(await ask(path), 400, 'invalid_parameter')).toMatchObject({ param })
  })

  it('is reconciled with the provider’s files, and the figures are an entry', async () => {
    // The calls may have been made on both sides of a midnight.
    const days =
      await setup.sql`SELECT to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, count(*)::int AS calls
      FROM ledger_entry WHERE kind = 'interaction' GROUP BY 1 ORDER BY 1`
    const rows = [
      'start_time_iso,num_model_requests,model,input_tokens,output_tokens,input_cached_tokens',
      ...days.map((one) => `${one.day},${one.calls},${MODEL},${one.calls * 6},${one.calls * 3},${one.calls * 2}`),
      `${day},1,gpt-4o-mini-2024-07-18,500,100,0`,
    ]
    const file = join(folder, 'usage.csv')
    writeFileSync(file, rows.join('\n'))
    const lines: string[] = []
    const io = {
      env: { PALIMPSEST_API_KEY: TEST_KEYS.auditor },
      write: (line: string) => void lines.push(line),
      warn: (line: string) => void lines.push(line),
    }
    const flags = ['--provider', 'openai', '--from', day, '--to', days.at(-1)?.day, '--url', setup.gateway.url]
    expect(await run([file, ...flags, '--json'], io)).toBe(1)
    const answer = JSON.parse(lines.join('\n'))
    const mini = { day, model: 'gpt-4o-mini-2024-07-18', class: 'missing_in_ledger', usd: null }
    expect(answer.lines).toEqual([
      { ...mini, kind: 'input', tokens: 500 },
      { ...mini, kind: 'output', tokens: 100 },
    ])
    expect(answer).toMatchObject({ ledger: { tokens: 90 }, invoice: { tokens: 690 }, difference: { tokens: 600 } })
    const [entry] =
      await setup.sql`SELECT kind, status, api_key_id, detail FROM ledger_entry WHERE id = ${answer.entry}`
    expect(entry).toMatchObject({ kind: 'report', status: 'reconciliation', api_key_id: 'test-auditor' })
    expect(JSON.parse(entry?.detail)).toMatchObject({
      ...{ provider: 'openai', difference: { tokens: 600, usd: null }, of_account: false },
      by_class: [{ class: 'missing_in_ledger', lines: 2, tokens: 600, usd: null }],
    })

    lines.length = 0
    writeFileSync(file, rows.slice(0, -1).join('\n'))
    expect(await run([file, ...flags], io)).toBe(0)
    expect(lines.at(-1)).toContain('compared by day, model, kind; on record as')
  })

  it('shows how much rests on an estimate, where a stream broke off before its tokens were told', async () => {
    setup.openai.script({ fault: 'half', text: 'one two three four five six seven', model: MODEL })
    const response = await setup.chat('one two three', { body: { stream: true } })
    await response.text().catch(() => '')
    const entry = await awaitEntry(setup.sql, response.headers.get('x-palimpsest-request-id') ?? '')
    expect(entry).toMatchObject({ status: 'interrupted', usage_estimated: true })
    expect(Number(entry.cost_usd)).toBeGreaterThan(0.001)
    const { totals } = await json(`/v1/costs?${period}&group_by=tool`)
    expect(totals).toMatchObject({ estimated_calls: 1, failed: 1, estimated_cost_usd: entry.cost_usd })
    expect(Number(totals.estimated_percent)).toBeGreaterThan(0)
  })

  it('says what is wrong with a file, and with what it is told', async () => {
    const send = (body: object) => setup.gateway.call('/v1/costs/reconciliation', { key: TEST_KEYS.admin, body })
    const sound = { provider: 'openai', from: day, to: day, invoices: ['a,b\n1,2'] }
    await expectError(await send(sound), 400, 'invoice_unreadable')
    for (const [change, param] of [
      [{ provider: 'nobody' }, 'provider'],
      [{ to: '2020-01-01' }, 'to'],
      [{ invoices: [] }, 'invoices'],
      [{ utc_offset_hours: 20 }, 'utc_offset_hours'],
    ] as const) {
      const error = await expectError(await send({ ...sound, ...change }), 400, 'invalid_reconciliation')
      expect(error.param).toBe(param)
    }
    const lines: string[] = []
    const io = {
      env: {},
      write: (line: string) => void lines.push(line),
      warn: (line: string) => void lines.push(line),
    }
    expect(await run(['nowhere.csv'], io)).toBe(2)
  })
})

interface CostsJson {
  lines: Record<string, unknown>[]
  totals: { cost_usd: string; calls: number; estimated_percent: string | null }
}
