import { sumUsd } from '../cost/decimal.ts'
import type { PaperBlock } from '../papers/paper.ts'
import { spokenMoney, spokenNumber } from './paper-text.ts'
import type { ReportData, ReportSource, ReportTable } from './types.ts'

/** Where the rows came from, and the sums of each source and table. */
export function sourceBlocks({ sources, tables }: ReportData): PaperBlock[] {
  return [
    { kind: 'heading', text: 'Sources and control totals' },
    {
      kind: 'text',
      text: `Each entry was read from one source and counted once.${sources.length > MOST_SOURCES ? ' Objects of the archive are added up by month here; manifest.json names each with its SHA-256 and sums.' : ''}`,
    },
    {
      kind: 'table',
      head: ['Source', 'Entries', 'Cost, USD', 'Prompt tokens', 'Answer tokens'],
      shares: [0.4, 0.13, 0.17, 0.15, 0.15],
      numbers: [1, 2, 3, 4],
      rows: namedSources(sources).map(({ name, entries, costUsd, promptTokens, responseTokens }) => [
        name,
        spokenNumber(entries),
        spokenMoney(costUsd),
        spokenNumber(promptTokens),
        spokenNumber(responseTokens),
      ]),
    },
    {
      kind: 'table',
      head: ['Table', 'Rows', 'Sums of its columns'],
      shares: [0.26, 0.12, 0.62],
      numbers: [1],
      rows: tables.map(({ name, rows, controlTotals }) => [name, spokenNumber(rows), totals(controlTotals)]),
    },
  ]
}

/** Sources that stand on the paper one by one: more are added up. */
const MOST_SOURCES = 24

type NamedSource = Omit<ReportSource, 'sha256'>

function namedSources(sources: readonly ReportSource[]): NamedSource[] {
  if (sources.length <= MOST_SOURCES) {
    return sources.map(({ sha256, ...rest }) => ({
      ...rest,
      name: sha256 === null ? rest.name : `${rest.name}\nSHA-256 ${sha256}`,
    }))
  }
  return [...Map.groupBy(sources, groupOf)].map(([name, of]) =>
    added(of.length > 1 ? `${name}: ${of.length} objects` : name, of),
  )
}

/** Of an object of the archive its class and month; of anything else its name. */
function groupOf({ name }: ReportSource): string {
  const [, retentionClass, month] = /^archive\/([^/]+)\/facts\/[^/]+\/(\d{4}-\d{2})/.exec(name) ?? []
  return month === undefined ? name : `archive, class ${retentionClass}, ${month}`
}

function added(name: string, of: readonly ReportSource[]): NamedSource {
  const sum = (each: (source: ReportSource) => string) => String(of.reduce((all, one) => all + BigInt(each(one)), 0n))
  return {
    name,
    entries: of.reduce((all, { entries }) => all + entries, 0),
    costUsd: sumUsd(of.map(({ costUsd }) => costUsd)),
    promptTokens: sum(({ promptTokens }) => promptTokens),
    responseTokens: sum(({ responseTokens }) => responseTokens),
  }
}

function totals(sums: ReportTable['controlTotals']): string {
  const each = Object.entries(sums).map(([name, sum]) => `${name} ${spokenNumber(sum)}`)
  return each.length > 0 ? each.join('; ') : 'none'
}
