import { stringify } from 'csv-stringify/sync'
import type { PageResult, Review } from './reviews.ts'

export interface Summary extends Review {
  pages: number
  results: PageResult[]
  /** US dollars, exactly. */
  costUsd: string
  costPerPageUsd: string
}

const PLACES = 10

export function summarise(review: Review, pages: number, results: readonly PageResult[]): Summary {
  const costs = results.flatMap((result) => (result.outcome === 'reviewed' ? [unitsOf(result.costUsd)] : []))
  const total = costs.reduce((sum, cost) => sum + cost, 0n)
  const each = costs.length === 0 ? 0n : total / BigInt(costs.length)
  return { ...review, pages, results: [...results], costUsd: textOf(total), costPerPageUsd: textOf(each) }
}

/** One row a clause. A cell that a spreadsheet would take for a formula is written as text. */
export function toCsv({ results }: Summary): string {
  const rows = results.flatMap((result) =>
    result.outcome === 'reviewed'
      ? result.clauses.map(({ number, title, summary }) => [result.page, number, title, summary, result.request])
      : [],
  )
  const safe = rows.map((row) =>
    row.map((cell) => (typeof cell === 'string' && /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell)),
  )
  return stringify([['page', 'number', 'title', 'summary', 'request'], ...safe])
}

function unitsOf(usd: string): bigint {
  const [whole = '0', part = ''] = usd.split('.')
  return BigInt(whole + part.padEnd(PLACES, '0').slice(0, PLACES))
}

function textOf(units: bigint): string {
  const digits = units.toString().padStart(PLACES + 1, '0')
  return `${digits.slice(0, -PLACES)}.${digits.slice(-PLACES)}`
}
