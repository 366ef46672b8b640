import { column, MODEL, type Question } from '../reports/question.ts'

/** What costs are told apart by. `hour` is the hour of the day in UTC. */
const DIMENSIONS = {
  tenant: 'tenant_id',
  team: "coalesce(team, 'none')",
  app: "coalesce(app, 'none')",
  tool: "coalesce(tool, 'default')",
  feature: "coalesce(feature, 'none')",
  model: `coalesce(${MODEL}, 'none')`,
  provider: "coalesce(provider, 'none')",
  region: "coalesce(region, 'none')",
  day: 'CAST(CAST(occurred_at AS date) AS text)',
  hour: 'CAST(extract(hour FROM occurred_at) AS text)',
  estimated: "CASE WHEN usage_estimated THEN 'yes' ELSE 'no' END",
  price_version: "coalesce(price_version, 'none')",
  // What a call costs by the published list is the call's own; the prices are many calls'.
  prices: `coalesce(regexp_replace(price_usd, '"list_usd":"[0-9.]+",?', ''), '{}')`,
} as const

export type CostDimension = keyof typeof DIMENSIONS

/** Those that costs are attributed to, as a caller names them. */
export const ATTRIBUTIONS = [
  ...['tenant', 'team', 'app', 'tool', 'feature', 'model', 'provider', 'region', 'day'],
] as readonly CostDimension[]

/** The last number behind a name in a text of JSON; null where it is not there. */
const numberIn = (json: string, name: string) =>
  `CAST(CASE WHEN ${json} LIKE '%"${name}":%' THEN regexp_replace(${json}, '^.*"${name}":"?([0-9.]+).*$', '\\1') END AS decimal(20,10))`

const SUMS = {
  calls: ['integer', '1'],
  answered: ['integer', "CASE WHEN status = 'answered' THEN 1 END"],
  refused: ['integer', "CASE WHEN status = 'refused' THEN 1 END"],
  failed: ['integer', "CASE WHEN status IN ('failed', 'interrupted') THEN 1 END"],
  /** Calls that a provider counted tokens of, or whose tokens were estimated: those that have a cost. */
  counted: ['integer', 'CASE WHEN prompt_tokens IS NOT NULL THEN 1 END'],
  estimated_calls: ['integer', 'CASE WHEN usage_estimated THEN 1 END'],
  price_unknown_calls: ['integer', "CASE WHEN 'price_unknown' = ANY (flags) THEN 1 END"],
  prompt_tokens: ['integer', 'prompt_tokens'],
  cached_tokens: ['integer', 'cached_tokens'],
  cache_write_tokens: ['integer', numberIn('attempts', 'cache_write')],
  /** Part of those. */
  cache_write_1h_tokens: ['integer', numberIn('attempts', 'cache_write_1h')],
  audio_prompt_tokens: ['integer', numberIn('attempts', 'audio_prompt')],
  response_tokens: ['integer', 'response_tokens'],
  reasoning_tokens: ['integer', 'reasoning_tokens'],
  audio_response_tokens: ['integer', numberIn('attempts', 'audio_response')],
  cost_usd: ['decimal', 'cost_usd'],
  estimated_cost_usd: ['decimal', 'CASE WHEN usage_estimated THEN cost_usd END'],
  /** By the published list, where a contract stands before it. */
  list_cost_usd: ['decimal', `coalesce(${numberIn('price_usd', 'list_usd')}, cost_usd)`],
} as const

type SumName = keyof typeof SUMS
type DecimalSum = 'cost_usd' | 'estimated_cost_usd' | 'list_cost_usd'

/** Sums over calls: counts and tokens as numbers, amounts as US dollars with ten places. */
export type CostSums = { [K in Exclude<SumName, DecimalSum>]: number } & { [K in DecimalSum]: string }

export interface CostLine {
  /** By dimension. */
  by: Readonly<Partial<Record<CostDimension, string>>>
  sums: CostSums
}

/** Columns of the entries that it reads. */
export const COST_COLUMNS = [
  ...[
    'id',
    'kind',
    'tenant_id',
    'team',
    'app',
    'tool',
    'feature',
    'model_asked',
    'model_answered',
    'provider',
    'region',
  ],
  ...['status', 'flags', 'prompt_tokens', 'cached_tokens', 'response_tokens', 'reasoning_tokens', 'usage_estimated'],
  ...['cost_usd', 'price_usd', 'price_version', 'attempts'],
]

export const COSTS = 'costs'

/** Asks for the sums of all calls by these dimensions, in their order; each call is in one line. One line more than `most`, if there are. */
export function costQuestion(dimensions: readonly CostDimension[], most: number): Question {
  const places = dimensions.map((_, index) => index + 1).join(', ')
  const sums = Object.entries(SUMS).map(([name, [type, value]]) => {
    const to = type === 'decimal' ? 'decimal(38,10)' : 'decimal(38,0)'
    return `CAST(coalesce(sum(${value}), 0) AS ${to}) AS ${name}`
  })
  return {
    name: COSTS,
    title: 'Costs',
    columns: [
      ...dimensions.map((name) => column(name, 'text', name)),
      ...Object.entries(SUMS).map(([name, [type]]) => column(name, type, name)),
    ],
    sql: `SELECT ${[...dimensions.map((name) => `${DIMENSIONS[name]} AS ${name}`), ...sums].join(',\n  ')}
FROM entries
WHERE {calls}${places && `\nGROUP BY ${places}\nORDER BY ${places}`}
LIMIT ${most + 1}`,
  }
}

/** A row of the answer, by column: numbers may be text. */
export function costLine(row: Readonly<Record<string, unknown>>, dimensions: readonly CostDimension[]): CostLine {
  const sums = Object.entries(SUMS).map(([name, [type]]) => {
    const value = row[name] ?? 0
    return [name, type === 'decimal' ? withTenPlaces(String(value)) : Number(value)]
  })
  return {
    by: Object.fromEntries(dimensions.map((name) => [name, String(row[name])])),
    sums: Object.fromEntries(sums) as CostSums,
  }
}

function withTenPlaces(amount: string): string {
  const [whole = '0', fraction = ''] = amount.split('.')
  return `${whole}.${fraction.padEnd(10, '0')}`
}
