import {
  COUNTED,
  type ControlTotals,
  type Counted,
  countsOf,
  SEALED,
  SUMMED,
} from '../../domain/retention/control-totals.ts'

// PostgreSQL and DuckDB run the same text, so that what differs is data.

/** One row: entries, first and last id, then the sums, all as text. */
export function sumsSql(from: string): string {
  const sums = SUMMED.map((name) => {
    const places = name === 'cost_usd' ? 10 : 0
    return `CAST(sum(CAST(${name} AS DECIMAL(38,${places}))) AS VARCHAR) AS ${name}`
  })
  const id = 'CAST(id AS VARCHAR)'
  return `SELECT CAST(count(*) AS VARCHAR) AS entries, min(${id}) AS first_id, max(${id}) AS last_id, ${sums.join(', ')} FROM ${from}`
}

/** Rows of column, value and how many have it. */
export function countsSql(from: string): string {
  const pick = (of: (name: string) => string) =>
    `CASE ${COUNTED.map((name) => `WHEN GROUPING(${name}) = 0 THEN ${of(name)}`).join(' ')} END`
  const sets = COUNTED.map((name) => `(${name})`).join(', ')
  return `SELECT ${pick((name) => `'${name}'`)} AS facet, ${pick((name) => `CAST(${name} AS VARCHAR)`)} AS value,
    CAST(count(*) AS VARCHAR) AS entries FROM ${from} GROUP BY GROUPING SETS (${sets})`
}

/** One row: rows of content, coverage records, then blobs and bytes of each sealed part. */
export function contentSql(from: string): string {
  const blobs = SEALED.map(
    (name) =>
      `CAST(count(${name}) AS VARCHAR) AS ${name}_count, CAST(coalesce(sum(octet_length(${name})), 0) AS VARCHAR) AS ${name}_bytes`,
  )
  return `SELECT CAST(count(*) AS VARCHAR) AS content_rows, CAST(count(coverage) AS VARCHAR) AS coverage, ${blobs.join(', ')} FROM ${from}`
}

export type TextRow = Readonly<Record<string, string | null>>

/** Totals from the rows of the three statements; `content` undefined: there is no content. */
export function totalsOf(sums: TextRow, counts: readonly TextRow[], content: TextRow | undefined): ControlTotals {
  const counted = (name: string) =>
    counts.filter(({ facet }) => facet === name).map(({ value, entries }): Counted => [value ?? null, Number(entries)])
  return {
    entries: Number(sums.entries),
    first_id: sums.first_id ?? null,
    last_id: sums.last_id ?? null,
    sums: Object.fromEntries(SUMMED.map((name) => [name, sums[name] ?? null])),
    counts: Object.fromEntries(COUNTED.map((name) => [name, countsOf(counted(name))])),
    content: {
      rows: Number(content?.content_rows ?? 0),
      coverage: Number(content?.coverage ?? 0),
      blobs: Object.fromEntries(
        SEALED.map((name) => [
          name,
          { count: Number(content?.[`${name}_count`] ?? 0), bytes: content?.[`${name}_bytes`] ?? '0' },
        ]),
      ),
    },
  }
}
