import { TOOLS } from '../../src/demo/data/organisation.ts'
import { FACTS_COLUMNS } from '../../src/domain/retention/facts-columns.ts'

const DAY_MS = 86_400_000
const PEOPLE = 20_000
const HOURS = [1, 0, 0, 0, 0, 0, 1, 2, 4, 6, 7, 6, 4, 5, 6, 6, 5, 3, 2, 1, 1, 1, 0, 0]

/** Who answers, by weight, with dollars for a million tokens. */
const MODELS = [
  { provider: 'openai', model: 'gpt-4o', weight: 5, input: '2.5', output: '10' },
  { provider: 'openai', model: 'gpt-4o-mini', weight: 9, input: '0.15', output: '0.6' },
  { provider: 'openai', model: 'gpt-4.1-mini', weight: 6, input: '0.4', output: '1.6' },
  { provider: 'anthropic', model: 'claude-sonnet-4-5', weight: 3, input: '3', output: '15' },
  { provider: 'ollama-local', model: 'llama3.1:8b', weight: 3, input: '0', output: '0' },
  { provider: 'azure', model: 'gpt-4o', weight: 1, input: '2.5', output: '10' },
] as const
const FOUND = [
  '{"PERSON":1}',
  '{"EMAIL_ADDRESS":1,"PERSON":2}',
  '{"PHONE_NUMBER":1}',
  '{"EMAIL_ADDRESS":2}',
  '{"IBAN_CODE":1,"PERSON":1}',
]
const ANSWER =
  '{"answer":{"engine":"bench/1","notScanned":[],"paths":[{"path":"choices[0].message.content","scanned":true}],"policy":"record"}}'

/** A stretch of whole days of one tenant. */
export interface Stretch {
  tenantId: string
  logId: string
  fromMs: number
  days: number
  entries: number
  /** Leaf index of its first entry. */
  firstLeaf: number
  /** Another one gives other entries. */
  salt: number
}

export interface ColumnSql {
  name: string
  sql: string
  type: string
}

/** A SELECT of made-up entries, plausible in numbers and random in digests: no proof of them exists. */
export function entriesSql(stretch: Stretch, columns: readonly ColumnSql[]): string {
  return `SELECT ${columns.map(({ name, sql }) => `${sql} AS ${name}`).join(', ')} FROM (${derivedSql(stretch)})`
}

/** Every column of the facts, as Parquet has them. */
export function factsColumns(stretch: Stretch): ColumnSql[] {
  const expressions = expressionsOf(stretch)
  return FACTS_COLUMNS.map(({ name, duckdb, csv }) => {
    const isBlob = duckdb.startsWith('from_base64')
    const type = isBlob ? 'BLOB' : name === 'flags' ? 'VARCHAR[]' : csv
    return { name, type, sql: expressions[name] ?? `CAST(NULL AS ${type})` }
  })
}

/** The same as PostgreSQL's COPY reads them from CSV. */
export function copyColumns(stretch: Stretch): ColumnSql[] {
  return factsColumns(stretch)
    .filter(({ name }) => name !== 'leaf_index' && name !== 'leaf_hash')
    .map((column) => {
      if (column.type === 'BLOB') return { ...column, sql: `'\\x' || lower(hex(${column.sql}))` }
      if (column.type === 'VARCHAR[]') return { ...column, sql: `'{' || array_to_string(${column.sql}, ',') || '}'` }
      if (column.type !== 'TIMESTAMPTZ') return column
      return { ...column, sql: `strftime(make_timestamp(at_ms * 1000), '%Y-%m-%d %H:%M:%S.%f') || '+00'` }
    })
}

/** What is drawn for each entry, before the columns that follow from it. */
function derivedSql({ fromMs, days, entries, salt }: Stretch): string {
  const dayList = Array.from({ length: days }, (_, day) => {
    const weekday = new Date(fromMs + day * DAY_MS).getUTCDay()
    return Array.from({ length: weekday === 0 || weekday === 6 ? 1 : 9 }, () => day)
  }).flat()
  const hourList = HOURS.flatMap((share, hour) => Array.from({ length: share }, () => hour))
  return `SELECT *,
      tool = 'clinical_summary' AS is_hipaa,
      h4 % 1000 < ${listOf(TOOLS.map(({ pii }) => Math.round(pii * 1000)))}[ti] AS pii,
      CASE WHEN h3 % 1000 < 12 THEN 'refused' WHEN h3 % 1000 < 22 THEN 'failed' WHEN h3 % 1000 < 25 THEN 'interrupted'
        ELSE 'answered' END AS end_status,
      CASE WHEN h5 % 10000 < 30 THEN 'disclosure' WHEN h3 % 1000 < 12 THEN 'refusal' ELSE 'interaction' END AS sort,
      CASE WHEN tool = 'clinical_summary' THEN ${MODELS.length} ELSE mi END AS own
    FROM (SELECT *, ${listOf(TOOLS.map(({ name }) => name))}[ti] AS tool,
      ${fromMs} + CAST(${pick(dayList, 'h1')} AS BIGINT) * ${DAY_MS} + CAST(${pick(hourList, 'h2')} AS BIGINT) * 3600000
        + CAST(h3 % 3600000 AS BIGINT) AS at_ms,
      CAST(floor(${PEOPLE} * pow(u1, 2)) AS INTEGER) AS person,
      sqrt(-2 * ln(u2)) * cos(2 * pi() * u3) AS normal, sqrt(-2 * ln(u2)) * sin(2 * pi() * u3) AS normal2
    FROM (SELECT *, ${pick(weighted(TOOLS.map(({ weight }) => weight)), 'h4')} AS ti,
      ${pick(weighted(MODELS.map(({ weight }) => weight)), 'h5')} AS mi,
      (h1 // 1000) % 1000003 / 1000003 AS u1, ((h2 // 1000) % 1000003 + 1) / 1000004 AS u2, (h3 // 1000) % 1000003 / 1000003 AS u3
    FROM (SELECT i, md5('${salt}a' || i) AS m1, md5('${salt}b' || i) AS m2,
      hash(i, ${salt}, 1) AS h1, hash(i, ${salt}, 2) AS h2, hash(i, ${salt}, 3) AS h3, hash(i, ${salt}, 4) AS h4,
      hash(i, ${salt}, 5) AS h5 FROM range(${entries}) r (i))))`
}

function expressionsOf({ tenantId, logId, firstLeaf }: Stretch): Record<string, string> {
  const called = "sort = 'interaction'"
  const when = (condition: string, sql: string) => `CASE WHEN ${condition} THEN ${sql} END`
  const digest = (first: string, second: string) => `unhex(${first} || ${second})`
  const model = (key: 'provider' | 'model' | 'input' | 'output') => `${listOf(MODELS.map((one) => one[key]))}[own]`
  const tokens = (key: 'promptTokens' | 'responseTokens', normal: string) =>
    `CAST(1 + ${listOf(TOOLS.map((tool) => tool[key]))}[ti] * exp(0.7 * ${normal}) AS BIGINT)`
  const prompt = tokens('promptTokens', 'normal')
  const response = tokens('responseTokens', 'normal2')
  const hexMs = `lpad(lower(hex(at_ms)), 12, '0')`
  const attempt = `'[{"attempt":1,"ended_at":' || (at_ms + 900) || ',"failure":null,"model":"' || ${model('model')} || '","provider":"' || ${model('provider')} || '","started_at":' || at_ms || ',"state":"' || end_status || '","status":200}]'`
  return {
    format_version: 'CAST(1 AS SMALLINT)',
    id: `CAST(substr(${hexMs}, 1, 8) || '-' || substr(${hexMs}, 9, 4) || '-7' || substr(m1, 1, 3) || '-8' || substr(m1, 4, 3) || '-' || substr(m1, 7, 12) AS UUID)`,
    kind: 'sort',
    occurred_at: 'to_timestamp(at_ms / 1000.0)',
    log_id: `unhex('${logId}')`,
    tenant_id: `'${tenantId}'`,
    team: `${listOf(TOOLS.map(({ team }) => team))}[ti]`,
    app: `${listOf(TOOLS.map(({ app }) => app))}[ti]`,
    api_key_id: `'bench-' || ${listOf(TOOLS.map(({ app }) => app))}[ti]`,
    subject_pseudonym: when('NOT ti = 8', `'sub_' || md5('person' || person)`),
    session_pseudonym: when('NOT ti = 8', `'ses_' || m2`),
    region: `CASE WHEN mi = 5 THEN 'eu' ELSE 'us' END`,
    route: when(called, `${model('provider')} || '/' || ${model('model')}`),
    route_reason: when(called, `CASE WHEN mi = 5 THEN 'region_default' ELSE 'model_map' END`),
    purpose: when(called, `${listOf(TOOLS.map(({ purpose }) => purpose))}[ti]`),
    lawful_basis: when(called, `${listOf(TOOLS.map(({ lawfulBasis }) => lawfulBasis))}[ti]`),
    provider: when(called, model('provider')),
    model_asked: model('model'),
    model_answered: when(`${called} AND end_status <> 'failed'`, model('model')),
    prompt_tokens: when(`${called} AND end_status <> 'failed'`, prompt),
    response_tokens: when(`${called} AND end_status <> 'failed'`, response),
    cached_tokens: when(`${called} AND end_status <> 'failed'`, 'CAST(0 AS BIGINT)'),
    reasoning_tokens: when(`${called} AND end_status <> 'failed'`, 'CAST(0 AS BIGINT)'),
    usage_estimated: when(`${called} AND end_status <> 'failed'`, 'mi = 5'),
    cost_usd: `CAST(${when(`${called} AND end_status <> 'failed'`, `(${prompt} * CAST(${model('input')} AS DOUBLE) + ${response} * CAST(${model('output')} AS DOUBLE)) / 1e6`)} AS DECIMAL(20,10))`,
    price_usd: when(
      `${called} AND end_status <> 'failed'`,
      `'{"input_mtok":"' || ${model('input')} || '","output_mtok":"' || ${model('output')} || '"}'`,
    ),
    price_version: when(`${called} AND end_status <> 'failed'`, `'genai-prices@bench'`),
    policy_version: when(called, `'sha256:00112233445566778899aabbccddeeff'`),
    engine_version: when(called, `'bench/1'`),
    gateway_version: `'bench'`,
    tool: when("sort <> 'disclosure'", 'tool'),
    feature: when("sort <> 'disclosure'", `${listOf(TOOLS.map(({ features }) => features[0] ?? ''))}[ti]`),
    flags: `CASE WHEN ${called} AND h1 % 2 = 0 THEN ['stream'] ELSE CAST([] AS VARCHAR[]) END`,
    entity_counts: when(called, `CASE WHEN pii THEN ${pick(FOUND, 'h2')} ELSE '{}' END`),
    has_pii: `${called} AND pii`,
    pii_redacted: called,
    hipaa_route: `${called} AND is_hipaa`,
    status: `CASE sort WHEN 'disclosure' THEN 'disclosed' WHEN 'refusal' THEN 'refused' ELSE CASE end_status WHEN 'refused' THEN 'answered' ELSE end_status END END`,
    status_code: when(
      "sort <> 'disclosure'",
      `CAST(CASE WHEN sort = 'refusal' THEN 422 WHEN end_status IN ('failed', 'interrupted') THEN 502 ELSE 200 END AS BIGINT)`,
    ),
    error_code: `CASE WHEN sort = 'refusal' THEN 'unscannable_content' WHEN end_status = 'failed' THEN 'provider_unavailable' WHEN end_status = 'interrupted' THEN 'provider_interrupted' END`,
    finish_reason: when(`${called} AND end_status = 'answered'`, `'stop'`),
    attempt_count: `CAST(CASE WHEN ${called} THEN 1 ELSE 0 END AS BIGINT)`,
    attempts: when(called, attempt),
    latency_ms: when("sort <> 'disclosure'", `CAST(300 + ${response} * 12 AS BIGINT)`),
    ttft_ms: when(`${called} AND h1 % 2 = 0`, 'CAST(200 + h2 % 600 AS BIGINT)'),
    retention_class: `'60-90-365'`,
    detail: when(called, `'${ANSWER}'`),
    coverage_digest: when(called, digest('m2', 'm1')),
    subject_blob_digest: when(called, digest('m1', 'reverse(m2)')),
    prompt_blob_digest: when(called, digest('reverse(m1)', 'm2')),
    response_blob_digest: when(called, digest('reverse(m2)', 'm1')),
    writer_epoch: `CAST('0190a1b2-7c3d-4e4f-8a5b-6c7d8e9fa0b1' AS UUID)`,
    writer_seq: `CAST(${firstLeaf} + i AS BIGINT)`,
    envelope_nonce: digest('m1', 'm2'),
    envelope_commitment: digest('m2', 'reverse(m1)'),
    subject_commitment: digest('reverse(m1)', 'reverse(m2)'),
    prompt_commitment: digest('reverse(m2)', 'reverse(m1)'),
    response_commitment: digest('m1', 'm1'),
    leaf_index: `CAST(${firstLeaf} + i AS BIGINT)`,
    leaf_hash: digest('m2', 'm2'),
  }
}

/** Places from 1, each as often as its weight. */
function weighted(weights: readonly number[]): number[] {
  return weights.flatMap((weight, index) => Array.from({ length: weight }, () => index + 1))
}

function pick(list: readonly (string | number)[], hash: string): string {
  return `${listOf(list)}[1 + CAST(${hash} % ${list.length} AS INTEGER)]`
}

function listOf(list: readonly (string | number)[]): string {
  return `[${list.map((item) => (typeof item === 'number' ? String(item) : `'${item.replaceAll("'", "''")}'`)).join(', ')}]`
}
