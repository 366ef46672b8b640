import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { uuidv7 } from '../../../src/domain/ids/uuidv7.ts'
import { compareTexts } from '../../../src/domain/ledger/check-envelope.ts'
import type { EntryDraft } from '../../../src/domain/ledger/entry-draft.ts'
import { factEntry } from '../../../src/domain/ledger/fact-entry.ts'
import { sampleRank } from '../../../src/domain/reports/pack-manifest.ts'
import type { ReportChart, ReportData, ReportTable } from '../../../src/domain/reports/types.ts'

export const FROM = Date.UTC(2026, 6, 1)
export const BELOW = Date.UTC(2026, 9, 1)
export const SEED = 'b6d7c5fa00c0ffee'
const TOOLS = ['hr_helpdesk', 'contract_review', 'chat_with_database', 'marketing_drafts']
const MODELS = [
  ['openai', 'gpt-4o'],
  ['anthropic', 'claude-sonnet-4'],
  ['ollama', 'llama3.1:8b'],
] as const

type Cell = string | number | boolean | null

/** Made-up calls of a quarter: the same each time. */
export function sampleCalls(tenantId: string, count: number): EntryDraft[] {
  return Array.from({ length: count }, (_, number) => {
    const bytes = createHash('sha256').update(`call ${number}`).digest()
    const byte = (at: number) => bytes[at] as number
    const at = FROM + Math.floor(((number + byte(0) / 256) / count) * (BELOW - FROM))
    const [provider, model] = MODELS[byte(1) % MODELS.length] as (typeof MODELS)[number]
    const refused = byte(2) < 9
    const tokens = 200 + byte(3) * 11
    return factEntry({
      id: uuidv7(at, bytes.subarray(4)),
      kind: refused ? 'refusal' : 'interaction',
      occurred_at: BigInt(at) * 1000n,
      tenant_id: tenantId,
      tool: byte(14) < 20 ? null : (TOOLS[byte(15) % TOOLS.length] as string),
      region: byte(16) % 3 === 0 ? 'us' : 'eu',
      route: refused ? null : 'cloud',
      provider: refused ? null : provider,
      model_asked: model,
      model_answered: refused ? null : model,
      prompt_tokens: refused ? null : tokens,
      response_tokens: refused ? null : 40 + byte(17),
      cost_usd: refused ? null : (tokens * 0.0000025).toFixed(10),
      has_pii: byte(18) < 90,
      status: refused ? 'refused' : 'answered',
      retention_class: 'standard',
      error_code: refused ? 'route_refused' : null,
    })
  })
}

const columns = (list: readonly (readonly [string, ReportTable['columns'][number]['type'], string])[]) =>
  list.map(([name, type, meaning]) => ({ name, type, meaning }))

export interface MadeTable extends Omit<ReportTable, 'rows' | 'controlTotals' | 'preview'> {
  cells: Cell[][]
}

const money = (drafts: readonly EntryDraft[]) => {
  const sum = drafts.reduce(
    (all, { envelope }) => all + BigInt((envelope.cost_usd ?? '0.0000000000').replace('.', '')),
    0n,
  )
  const digits = String(sum).padStart(11, '0')
  return `${digits.slice(0, -10)}.${digits.slice(-10)}`
}
const tokens = (drafts: readonly EntryDraft[]) =>
  drafts.reduce((sum, { envelope }) => sum + (envelope.prompt_tokens ?? 0), 0)

function grouped(drafts: readonly EntryDraft[], by: (draft: EntryDraft) => string): [string, EntryDraft[]][] {
  const groups = Map.groupBy(drafts, by)
  return [...groups].sort(([a], [b]) => compareTexts(a, b))
}

const FINGERPRINT = '50fde20626009aba'
const parameters = (tenantId: string) => [
  { name: 'tenant', value: tenantId },
  { name: 'from', value: new Date(FROM).toISOString() },
  { name: 'below', value: new Date(BELOW).toISOString() },
]

function summaryTable(
  name: string,
  title: string,
  first: string,
  meaning: string,
  sql: string,
  groups: [string, EntryDraft[]][],
  tenantId: string,
): MadeTable {
  return {
    name,
    title,
    query: `SELECT ${sql} AS ${first},\n       count(*) AS requests,\n       count(*) FILTER (WHERE has_pii) AS with_personal_data,\n       sum(prompt_tokens) AS prompt_tokens,\n       sum(cost_usd) AS cost_usd\nFROM entries\nWHERE tenant_id = $1 AND occurred_at >= $2 AND occurred_at < $3\n  AND kind IN ('interaction', 'refusal')\nGROUP BY 1 ORDER BY 1`,
    fingerprint: FINGERPRINT,
    parameters: parameters(tenantId),
    columns: columns([
      [first, 'text', meaning],
      ['requests', 'integer', 'calls, refused ones included'],
      ['with_personal_data', 'integer', 'calls in which the engine found personal data'],
      ['prompt_tokens', 'integer', 'as the provider counted them'],
      ['cost_usd', 'decimal', 'at the prices of the day, in US dollars'],
    ]),
    cells: groups.map(([value, own]) => [
      value,
      own.length,
      own.filter((d) => d.envelope.has_pii).length,
      tokens(own),
      money(own),
    ]),
  }
}

function interactions(drafts: readonly EntryDraft[], tenantId: string): MadeTable {
  return {
    name: 'interactions',
    title: 'All calls of the period',
    query:
      "SELECT id, occurred_at, kind, tool, region, provider, model_answered, status, has_pii, prompt_tokens, response_tokens, cost_usd, error_code\nFROM entries\nWHERE tenant_id = $1 AND occurred_at >= $2 AND occurred_at < $3\n  AND kind IN ('interaction', 'refusal')\nORDER BY id",
    fingerprint: 'a1b2c3d4e5f60718',
    parameters: parameters(tenantId),
    columns: columns([
      ['id', 'text', 'of the entry and of the request'],
      ['occurred_at', 'time', 'UTC'],
      ['kind', 'text', 'interaction, or refusal'],
      ['tool', 'text', 'as the app named it'],
      ['region', 'text', 'of the data'],
      ['provider', 'text', 'who answered'],
      ['model_answered', 'text', 'the model that answered'],
      ['status', 'text', 'what became of it'],
      ['has_pii', 'boolean', 'personal data was found'],
      ['prompt_tokens', 'integer', 'as the provider counted them'],
      ['response_tokens', 'integer', 'as the provider counted them'],
      ['cost_usd', 'decimal', 'US dollars'],
      ['error_code', 'text', 'why it failed'],
    ]),
    cells: drafts.map(({ envelope: e }) => [
      e.id,
      new Date(Number(e.occurred_at / 1000n)).toISOString(),
      e.kind,
      e.tool,
      e.region,
      e.provider,
      e.model_answered,
      e.status,
      e.has_pii,
      e.prompt_tokens,
      e.response_tokens,
      e.cost_usd,
      e.error_code,
    ]),
  }
}

function finish({ cells, ...table }: MadeTable): ReportTable {
  const controlTotals: Record<string, string> = {}
  for (const [at, { name, type }] of table.columns.entries()) {
    if (type !== 'integer' && type !== 'decimal') continue
    const places = type === 'decimal' ? 10 : 0
    const sum = cells.reduce((all, row) => all + BigInt(String(row[at] ?? '0').replace('.', '')), 0n)
    const digits = String(sum).padStart(places + 1, '0')
    controlTotals[name] = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`
  }
  return { ...table, rows: cells.length, controlTotals, preview: cells.slice(0, 40) }
}

const csvCell = (cell: Cell) =>
  cell === null ? '' : /[",\n]|^$/.test(String(cell)) ? `"${String(cell).replaceAll('"', '""')}"` : String(cell)

/** Writes a table's files. */
export function writeTable(folder: string, { name, columns: heads, cells }: MadeTable): void {
  mkdirSync(join(folder, 'data'), { recursive: true })
  const lines = [heads.map((head) => head.name), ...cells].map((row) => row.map(csvCell).join(','))
  writeFileSync(join(folder, 'data', `${name}.csv`), `${lines.join('\n')}\n`)
  const rows = cells.map((row) => Object.fromEntries(heads.map((head, at) => [head.name, row[at]])))
  writeFileSync(join(folder, 'data', `${name}.json`), JSON.stringify(rows))
}

export interface SampleReport {
  data: ReportData
  drafts: EntryDraft[]
}

/** A report of made-up calls with its tables in `folder`, and the entries that it is of. */
export function writeSampleReport(folder: string, options: { tenantId?: string; calls?: number } = {}): SampleReport {
  const { tenantId = 'acme', calls = 600 } = options
  const drafts = sampleCalls(tenantId, calls)
  const monthOf = ({ envelope }: EntryDraft) => new Date(Number(envelope.occurred_at / 1000n)).toISOString().slice(0, 7)
  const weekOf = ({ envelope }: EntryDraft) => {
    const at = new Date(Number(envelope.occurred_at / 1000n))
    at.setUTCDate(at.getUTCDate() - ((at.getUTCDay() + 6) % 7))
    return at.toISOString().slice(0, 10)
  }
  const toolOf = ({ envelope }: EntryDraft) => envelope.tool ?? '(none)'
  const weeks = grouped(drafts, weekOf)
  const made = [
    summaryTable(
      'by-month',
      'Calls by month',
      'month',
      'UTC',
      "to_char(occurred_at, 'YYYY-MM')",
      grouped(drafts, monthOf),
      tenantId,
    ),
    summaryTable(
      'by-week',
      'Calls by week',
      'week',
      'Monday of the week, UTC',
      "date_trunc('week', occurred_at)",
      weeks,
      tenantId,
    ),
    summaryTable(
      'by-tool',
      'Calls by tool',
      'tool_name',
      'as the app named it',
      "coalesce(tool, '(none)')",
      grouped(drafts, toolOf),
      tenantId,
    ),
    interactions(drafts, tenantId),
  ]
  for (const table of made) writeTable(folder, table)
  const ids = drafts.map(({ envelope }) => envelope.id)
  const ranked = [...ids].sort((a, b) => compareTexts(sampleRank(SEED, a), sampleRank(SEED, b)))
  return {
    drafts,
    data: {
      id: uuidv7(BELOW, createHash('sha256').update(tenantId).digest()),
      kind: 'soc2',
      title: 'SOC 2: use of language models',
      tenantId,
      from: FROM,
      to: BELOW,
      filters: { subject: null, tool: null, model: null, pii: null },
      requestedBy: 'key_auditor',
      requestedAt: BELOW + 3_600_000,
      watermark: BELOW + 3_601_000,
      madeAt: BELOW + 3_612_000,
      gatewayVersion: '0.1.0',
      summary: [
        ['Calls', `${drafts.length}`],
        ['With personal data', `${drafts.filter((d) => d.envelope.has_pii).length}`],
        ['Refused', `${drafts.filter((d) => d.envelope.kind === 'refusal').length}`],
        ['Cost', `${Number(money(drafts)).toFixed(2)} USD`],
      ],
      tables: made.map(finish),
      charts: chartsOf(weeks, grouped(drafts, monthOf)),
      controls: CONTROLS,
      sources: [
        {
          name: 'database',
          sha256: null,
          entries: calls,
          costUsd: money(drafts),
          promptTokens: String(tokens(drafts)),
          responseTokens: '88123',
        },
      ],
      completeness: {
        written: calls + 37,
        inDatabase: calls + 37,
        archived: 0,
        expired: 0,
        missing: 0,
        sequenceGaps: [],
        restorePending: [],
      },
      sample: { seed: SEED, population: calls, entries: ranked.slice(0, 25) },
      limits: LIMITS,
    },
  }
}

function chartsOf(weeks: [string, EntryDraft[]][], months: [string, EntryDraft[]][]): ReportChart[] {
  const of = (own: EntryDraft[], tool: string | null) => own.filter(({ envelope }) => envelope.tool === tool).length
  return [
    {
      title: 'Calls by week and tool',
      kind: 'stacked-bar',
      unit: 'calls',
      categories: weeks.map(([week]) => week),
      series: [...TOOLS, null].map((tool) => ({
        name: tool ?? '(none)',
        values: weeks.map(([, own]) => of(own, tool)),
      })),
    },
    {
      title: 'Cost by week',
      kind: 'line',
      unit: 'USD',
      categories: weeks.map(([week]) => week),
      series: [{ name: 'cost', values: weeks.map(([, own]) => Number(money(own))) }],
    },
    {
      title: 'Personal data by month',
      kind: 'bar',
      unit: 'calls',
      categories: months.map(([month]) => month),
      series: [
        { name: 'with personal data', values: months.map(([, own]) => own.filter((d) => d.envelope.has_pii).length) },
        { name: 'without', values: months.map(([, own]) => own.filter((d) => !d.envelope.has_pii).length) },
      ],
    },
  ]
}

const CONTROLS: ReportData['controls'] = [
  {
    standard: 'SOC 2',
    control: 'CC7.2',
    title: 'Monitoring of system components',
    tables: ['by-week', 'by-tool'],
    shows: 'Every call of a model is recorded with its outcome, and refusals are counted by week and tool.',
    doesNotShow: 'That somebody looked at them, or what was done about an anomaly.',
  },
  {
    standard: 'SOC 2',
    control: 'CC6.1',
    title: 'Logical access',
    tables: ['interactions'],
    shows: 'Each call names the key that made it, and what that key was allowed.',
    doesNotShow: 'Who held the key; how keys are given to people.',
  },
  {
    standard: 'GDPR',
    control: 'Art. 30',
    title: 'Records of processing activities',
    tables: ['by-tool', 'by-month', 'interactions'],
    shows: 'Which tool sent which categories of data to which processor, in which region.',
    doesNotShow: 'Purposes in words: those stand in the record that the controller keeps.',
  },
]

const LIMITS = [
  'Calls that did not go through the gateway are in no ledger and so in no report.',
  'Personal data that the engine did not recognise is not counted.',
  'Costs are computed from list prices; a discount of a provider is not in them.',
]
