import type { Scope } from '../../domain/reports/question.ts'
import type { Register } from '../../domain/reports/register.ts'
import { type ArchiveColumn, FACTS_COLUMNS } from '../../domain/retention/facts-columns.ts'
import type { Reference } from '../postgres/reports/references.ts'
import type { DuckStatement } from './run-statements.ts'
import { quoted, readCsv } from './sql.ts'

const SHOWN_BYTES = new Set(['prompt_commitment', 'response_commitment', 'prompt_blob_digest', 'response_blob_digest'])

/** Columns of the facts that a report may read: the envelope, and what the audit table shows of the commitments. */
const READABLE = FACTS_COLUMNS.filter(
  ({ name, postgres }) => postgres.startsWith('e.') || SHOWN_BYTES.has(name) || name === 'flags',
)

/** Read whatever is asked. */
const ALWAYS = ['id', 'kind', 'occurred_at', 'tenant_id', 'prompt_tokens', 'response_tokens', 'cost_usd']

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
    // A row for each attempt that may have reached a provider.
    name: 'transfers',
    sql: `SELECT id, kind, occurred_at, tenant_id, subject_pseudonym, tool, model_asked, model_answered, region, has_pii,
      pii_redacted, hipaa_route, 1 AS attempt, provider, substr(route, length(provider) + 2) AS model
    FROM entries WHERE provider IS NOT NULL AND (attempt_count <= 1 OR attempts IS NULL)
    UNION ALL
    SELECT id, kind, occurred_at, tenant_id, subject_pseudonym, tool, model_asked, model_answered, region, has_pii,
      pii_redacted, hipaa_route, one.attempt, one.provider, one.model
    FROM (SELECT *, unnest(from_json(attempts, '[{"attempt":"INTEGER","provider":"VARCHAR","model":"VARCHAR"}]')) AS one
      FROM entries WHERE attempt_count > 1 AND attempts IS NOT NULL)`,
  },
  {
    // The columns of the common audit table, as the database's view of that name has them.
    name: 'llm_interaction_audit',
    sql: `SELECT e.id, e.occurred_at AS event_timestamp, e.tenant_id,
      CASE WHEN s.pseudonym IS NULL THEN e.subject_pseudonym END AS user_id, e.session_pseudonym AS session_id,
      coalesce(e.provider, 'none') AS provider, coalesce(e.model_answered, e.model_asked, 'none') AS model,
      e.prompt_commitment AS prompt_hash, coalesce(e.prompt_tokens, 0) AS prompt_tokens,
      coalesce(e.response_tokens, 0) AS response_tokens, CAST(coalesce(e.cost_usd, 0) AS DECIMAL(18, 6)) AS total_cost,
      coalesce(e.tool, 'default') AS tool_name, e.feature AS feature_name, e.has_pii AS has_pii_detected,
      e.pii_redacted AS pii_redacted_before_llm, coalesce(s.erasure_token, e.subject_pseudonym) AS gdpr_pseudonymized_user_key,
      e.hipaa_route AS hipaa_compliant_route, e.response_commitment AS response_hash,
      ${shown('response')} AS response_preview, ${shown('prompt')} AS full_prompt_text,
      ${shown('response')} AS full_response_text, CAST(e.id AS VARCHAR) AS request_id, e.status_code, e.latency_ms,
      ${shown('prompt')} AS prompt_preview
    FROM entries e LEFT JOIN erased_subjects s ON s.pseudonym = e.subject_pseudonym
    WHERE e.kind IN ('interaction', 'refusal')`,
  },
]

function shown(group: 'prompt' | 'response'): string {
  return `CASE WHEN s.pseudonym IS NOT NULL THEN '[DATA ERASED PER GDPR ARTICLE 17]'
    WHEN e.${group}_blob_digest IS NOT NULL THEN '[SEALED]' END`
}

export interface NeededFacts {
  columns: readonly ArchiveColumn[]
  views: readonly { name: string; sql: string }[]
}

/** What the texts of questions name: views, and columns of the facts. */
export function neededBy(texts: readonly string[]): NeededFacts {
  const words = (sources: readonly string[]) => new Set(sources.flatMap((source) => source.match(/[a-z_]+/g) ?? []))
  const asked = words(texts)
  const views = VIEWS.filter(({ name }) => asked.has(name))
  const named = words([...texts, ...views.map(({ sql }) => sql)])
  return { views, columns: READABLE.filter(({ name }) => ALWAYS.includes(name) || named.has(name)) }
}

export interface FactsFiles {
  /** Paths of the archive's objects on this machine. */
  cold: readonly string[]
  hot: { csv: string; parquet: string; longest: number }
  references: readonly { reference: Reference; csv: string }[]
}

/** Makes `entries` and what stands beside it, over all files. */
export function relationStatements(
  files: FactsFiles,
  { columns, views }: NeededFacts,
  scope: Scope,
  register: Register,
): DuckStatement[] {
  const names = columns.map(({ name }) => name).join(', ')
  const hot = columns.map(({ name, duckdb }) => `${duckdb} AS ${name}`).join(', ')
  const shown = columns.map(({ name }) => (name === 'occurred_at' ? UTC_TIME : name)).join(', ')
  const narrower = scopeSql(scope)
  const branches = [
    `SELECT ${shown}, 'database' AS source FROM read_parquet(${quoted(files.hot.parquet)}) WHERE ${narrower}`,
  ]
  if (files.cold.length > 0) {
    const list = `[${files.cold.map(quoted).join(', ')}]`
    branches.push(`SELECT ${shown}, filename AS source FROM read_parquet(${list}, filename = true) WHERE ${narrower}`)
  }
  return [
    {
      sql: `COPY (SELECT ${hot} FROM ${readCsv(files.hot.csv, columns, files.hot.longest)}) TO ${quoted(files.hot.parquet)}
        (FORMAT parquet, ROW_GROUP_SIZE 122880)`,
    },
    ...files.references.map(({ reference: { name, columns: types }, csv }) => {
      const read = Object.entries(types).map(([column, csvType]) => ({ name: column, csv: csvType }))
      return { sql: `CREATE TABLE ${name} AS SELECT * FROM ${readCsv(csv, read, 65_536)}` }
    }),
    ...registerStatements(register),
    { sql: `CREATE VIEW entries (${names}, source) AS ${branches.join('\nUNION ALL\n')}` },
    ...views.map(({ name, sql }) => ({ sql: `CREATE VIEW ${name} AS ${sql}` })),
  ]
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
