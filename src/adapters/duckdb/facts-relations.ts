import { CALL_KINDS, type Scope } from '../../domain/reports/question.ts'
import type { Register } from '../../domain/reports/register.ts'
import { type ArchiveColumn, FACTS_COLUMNS } from '../../domain/retention/facts-columns.ts'
import type { Reference } from '../postgres/reports/references.ts'
import type { DuckStatement } from './run-statements.ts'
import { quoted, readCsv } from './sql.ts'

const SHOWN_BYTES = new Set(['prompt_commitment', 'response_commitment', 'prompt_blob_digest', 'response_blob_digest'])

const DETAIL = `CASE WHEN NOT (${CALL_KINDS}) THEN detail END`

/** `detail` of what is no call: that of the calls, most of what all entries hold, is asked by nobody. */
const ACT_DETAIL: ArchiveColumn = { name: 'act_detail', postgres: DETAIL, csv: 'VARCHAR', duckdb: 'act_detail' }

/** Whether sealed text belongs to an entry: a byte where its digest has 32, which hardly get smaller. */
const SEALED = ['prompt', 'response'].map((part) => ({
  name: `${part}_sealed`,
  postgres: `e.${part}_blob_digest IS NOT NULL`,
  csv: 'BOOLEAN',
  duckdb: `${part}_sealed`,
}))

const ATTEMPTS = 'CASE WHEN attempt_count > 1 THEN attempts END'

/** Attempts where there were several: of one the provider and the model are in other columns, and most calls have one. */
const TRIES: ArchiveColumn = { name: 'tries', postgres: ATTEMPTS, csv: 'VARCHAR', duckdb: 'tries' }

/** Of what is not a column of the archive's files, how it is read of them. */
const ARCHIVED = new Map<ArchiveColumn, string>([
  [ACT_DETAIL, `${DETAIL} AS act_detail`],
  [TRIES, `${ATTEMPTS} AS tries`],
  ...SEALED.map((column) => [column, `${column.postgres.slice('e.'.length)} AS ${column.name}`] as const),
])

/** Columns of the facts that a report may read: the envelope, and what the audit table shows of the commitments. */
const READABLE = [
  ...FACTS_COLUMNS.filter(
    ({ name, postgres }) =>
      (postgres.startsWith('e.') || SHOWN_BYTES.has(name) || name === 'flags') && name !== 'detail',
  ),
  ACT_DETAIL,
  TRIES,
  ...SEALED,
]

/** Read whatever is asked. */
const ALWAYS = ['id', 'kind', 'occurred_at', 'tenant_id', 'prompt_tokens', 'response_tokens', 'cost_usd']

const OF_TRANSFERS = `id, kind, occurred_at, tenant_id, subject_pseudonym, tool, model_asked, model_answered, region, has_pii,
      pii_redacted, hipaa_route`

/** The views that questions stand on beside `entries`; the names in them decide what is read. */
const VIEWS: readonly { name: string; sql: string }[] = [
  {
    // A row for each type of personal data that was found in a call.
    name: 'personal_data',
    sql: `SELECT id, kind, occurred_at, tenant_id, subject_pseudonym, tool, model_asked, model_answered, has_pii, pii_redacted,
      attempt_count, found.key AS entity_type, found.value AS found
    FROM (SELECT *, unnest(map_entries(CAST(CAST(entity_counts AS JSON) AS MAP(VARCHAR, BIGINT)))) AS found
      FROM entries WHERE has_pii AND entity_counts IS NOT NULL)`,
  },
  {
    // A row for each attempt that may have reached a provider. That there were several is asked first: what they were is long.
    name: 'transfers',
    sql: ['attempt_count <= 1', 'attempt_count > 1 AND tries IS NULL']
      .map(
        (which) => `SELECT ${OF_TRANSFERS}, 1 AS attempt, provider, substr(route, length(provider) + 2) AS model
    FROM entries WHERE provider IS NOT NULL AND ${which}
    UNION ALL
    `,
      )
      .join('')
      .concat(`SELECT ${OF_TRANSFERS}, one.attempt, one.provider, one.model
    FROM (SELECT *, unnest(from_json(tries, '[{"attempt":"INTEGER","provider":"VARCHAR","model":"VARCHAR"}]')) AS one
      FROM entries WHERE attempt_count > 1 AND tries IS NOT NULL)`),
  },
]

/** The columns of the common audit table, as the database's view of that name has them. */
const AUDIT: Readonly<Record<string, string>> = {
  id: 'e.id',
  event_timestamp: 'e.occurred_at',
  tenant_id: 'e.tenant_id',
  user_id: 'CASE WHEN s.pseudonym IS NULL THEN e.subject_pseudonym END',
  session_id: 'e.session_pseudonym',
  provider: "coalesce(e.provider, 'none')",
  model: "coalesce(e.model_answered, e.model_asked, 'none')",
  prompt_hash: 'e.prompt_commitment',
  prompt_tokens: 'coalesce(e.prompt_tokens, 0)',
  response_tokens: 'coalesce(e.response_tokens, 0)',
  total_cost: 'CAST(coalesce(e.cost_usd, 0) AS DECIMAL(18, 6))',
  tool_name: "coalesce(e.tool, 'default')",
  feature_name: 'e.feature',
  has_pii_detected: 'e.has_pii',
  pii_redacted_before_llm: 'e.pii_redacted',
  gdpr_pseudonymized_user_key: 'coalesce(s.erasure_token, e.subject_pseudonym)',
  hipaa_compliant_route: 'e.hipaa_route',
  response_hash: 'e.response_commitment',
  response_preview: shown('response'),
  full_prompt_text: shown('prompt'),
  full_response_text: shown('response'),
  request_id: 'CAST(e.id AS VARCHAR)',
  status_code: 'e.status_code',
  latency_ms: 'e.latency_ms',
  prompt_preview: shown('prompt'),
}

/** The audit table with those of its columns that are named: what the others stand on need not be read. */
function auditView(named: ReadonlySet<string>): string {
  const columns = Object.entries(AUDIT).filter(([name]) => named.has(name))
  return `SELECT ${columns.map(([name, value]) => `${value} AS ${name}`).join(', ')}
    FROM entries e LEFT JOIN erased_subjects s ON s.pseudonym = e.subject_pseudonym
    WHERE e.${CALL_KINDS}`
}

function shown(group: 'prompt' | 'response'): string {
  return `CASE WHEN s.pseudonym IS NOT NULL THEN '[DATA ERASED PER GDPR ARTICLE 17]'
    WHEN e.${group}_sealed THEN '[SEALED]' END`
}

export interface NeededFacts {
  columns: readonly ArchiveColumn[]
  views: readonly { name: string; sql: string }[]
}

/** What the texts of questions name outside their constants: views, and columns of the facts. */
export function neededBy(texts: readonly string[]): NeededFacts {
  const words = (sources: readonly string[]) =>
    new Set(sources.flatMap((source) => source.replace(/'[^']*'/g, '').match(/[a-z_]+/g) ?? []))
  const asked = words(texts)
  const audit = { name: 'llm_interaction_audit', sql: auditView(asked) }
  const views = [...VIEWS, audit].filter(({ name }) => asked.has(name))
  const named = words([...texts, ...views.map(({ sql }) => sql)])
  return { views, columns: READABLE.filter(({ name }) => ALWAYS.includes(name) || named.has(name)) }
}

export interface FactsFiles {
  /** Paths of the archive's objects on this machine. */
  cold: readonly string[]
  hot: { csv: readonly string[]; parquet: string; longest: number; packed: readonly string[] }
  references: readonly { reference: Reference; csv: string }[]
}

export interface Relations {
  /** Make them. */
  statements: readonly DuckStatement[]
  /** What makes `entries` those from a time on, and all of them again. @param sql a query for that time; its NULL: all of them */
  since(sql: string): readonly [narrow: readonly DuckStatement[], widen: DuckStatement]
}

/** `entries` and what stands beside it, over all files. */
export function relationsOf(files: FactsFiles, needed: NeededFacts, scope: Scope, register: Register): Relations {
  const { columns, views } = needed
  const entries = (narrower: string) => ({ sql: entriesSql(files, columns, narrower) })
  const whole = scopeSql(scope)
  return {
    statements: [
      {
        anyOrder: true,
        sql: `COPY (SELECT ${parquetSql(columns)} FROM ${readCsv(files.hot.csv, columns, files.hot.longest)})
        TO ${quoted(files.hot.parquet)} (FORMAT parquet, ROW_GROUP_SIZE 122880)`,
      },
      ...files.references.map(({ reference: { name, columns: types }, csv }) => {
        const read = Object.entries(types).map(([column, csvType]) => ({ name: column, csv: csvType }))
        return { sql: `CREATE TABLE ${name} AS SELECT * FROM ${readCsv(csv, read, 65_536)}` }
      }),
      ...registerStatements(register),
      entries(whole),
      ...views.map(({ name, sql }) => ({ sql: `CREATE VIEW ${name} AS ${sql}` })),
    ],
    since: (sql) => [
      [
        { sql: `SET VARIABLE since = coalesce(CAST((${sql}) AS TIMESTAMPTZ), '-infinity')` },
        entries(`${whole} AND occurred_at >= getvariable('since')`),
      ],
      entries(whole),
    ],
  }
}

/** Columns of a CSV file as Parquet has them. */
export function parquetSql(columns: readonly ArchiveColumn[]): string {
  return columns.map(({ name, duckdb }) => `${duckdb} AS ${name}`).join(', ')
}

/** Files of which no row can be asked for are not read: what narrows them is compared with a file's own least and greatest values. */
function entriesSql(files: FactsFiles, columns: NeededFacts['columns'], narrower: string): string {
  const names = columns.map(({ name }) => name).join(', ')
  const shown = (column: ArchiveColumn) => (column.name === 'occurred_at' ? UTC_TIME : column.name)
  const archived = (column: ArchiveColumn) => ARCHIVED.get(column) ?? shown(column)
  const branches = [
    `SELECT ${columns.map(shown).join(', ')}, 'database' AS source FROM read_parquet(${listOf([files.hot.parquet, ...files.hot.packed])})
      WHERE ${narrower}`,
  ]
  if (files.cold.length > 0) {
    const cold = `read_parquet(${listOf(files.cold)}, filename = true)`
    branches.push(`SELECT ${columns.map(archived).join(', ')}, filename AS source FROM ${cold} WHERE ${narrower}`)
  }
  return `CREATE OR REPLACE VIEW entries (${names}, source) AS ${branches.join('\nUNION ALL\n')}`
}

function listOf(paths: readonly string[]): string {
  return `[${paths.map(quoted).join(', ')}]`
}

/** Days and months of a time with a zone are slow to tell; every time here is in UTC. */
const UTC_TIME = 'make_timestamp(epoch_us(occurred_at)) AS occurred_at'

function scopeSql({ tenantId, from, to, filters }: Scope): string {
  const time = (at: number) =>
    `CAST(${quoted(`${new Date(at).toISOString().slice(0, 23).replace('T', ' ')}+00`)} AS TIMESTAMPTZ)`
  const subject = filters.subject === null ? '' : ` AND subject_pseudonym = ${quoted(filters.subject)}`
  return `tenant_id = ${quoted(tenantId)} AND occurred_at >= ${time(from)} AND occurred_at < ${time(to)}${subject}`
}

function registerStatements({ processors, residency }: Register): DuckStatement[] {
  return [
    {
      sql: `CREATE TABLE registered_processors (provider VARCHAR, registered BOOLEAN, covered_for_hipaa BOOLEAN, serves VARCHAR,
        local BOOLEAN)`,
    },
    ...processors.map(({ provider, registered, coveredForHipaa, serves, local }) => ({
      sql: 'INSERT INTO registered_processors VALUES ($1, $2, $3, $4, $5)',
      parameters: [provider, registered, coveredForHipaa, serves, local],
    })),
    { sql: 'CREATE TABLE residency_rules (region VARCHAR, provider VARCHAR, permitted BOOLEAN)' },
    ...residency.map(({ region, provider, permitted }) => ({
      sql: 'INSERT INTO residency_rules VALUES ($1, $2, $3)',
      parameters: [region, provider, permitted],
    })),
  ]
}
