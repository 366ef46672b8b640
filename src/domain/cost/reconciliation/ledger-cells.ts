import type { CostDimension, CostLine } from '../cost-lines.ts'
import { addDecimals, type Decimal, negated, parseDecimal, timesDecimals } from '../decimal.ts'
import { BILLED_KINDS, type BilledKind, tokensByKind } from '../token-kinds.ts'
import type { InvoiceKind, LedgerCell } from './types.ts'

/** What cells are made from. */
export const RECONCILED_BY: readonly CostDimension[] = [
  ...(['day', 'hour', 'provider', 'model', 'estimated', 'price_version', 'prices'] as const),
]

/** As invoices tell them apart: reasoning is output, and what is written is one kind. */
const KINDS: Record<BilledKind, InvoiceKind> = {
  input_mtok: 'input',
  cache_read_mtok: 'cached',
  cache_write_mtok: 'cache_write',
  cache_write_1h_mtok: 'cache_write',
  input_audio_mtok: 'audio_input',
  output_mtok: 'output',
  reasoning_mtok: 'output',
  output_audio_mtok: 'audio_output',
}
const PER_MILLION = 6
const HOUR_MS = 3_600_000
const ZERO: Decimal = { units: 0n, scale: 0 }

/**
 * Cells of one provider's calls, in which every token and every dollar of the lines stands once. What the amounts of tokens do not
 * come to (rounding, prices of calls) is with the input.
 * @param offsetHours of the invoice's days from UTC.
 */
export function ledgerCells(lines: readonly CostLine[], provider: string, offsetHours: number): LedgerCell[] {
  const cells = new Map<string, LedgerCell>()
  for (const line of lines) {
    if (line.by.provider !== provider || line.sums.counted === 0) continue
    const at = Date.parse(`${line.by.day}T00:00:00Z`) + (Number(line.by.hour) + offsetHours) * HOUR_MS
    const local = new Date(at)
    for (const part of partsOf(line)) add(cells, local, line, part)
  }
  return [...cells.values()]
}

interface Part {
  kind: InvoiceKind
  tokens: number
  usd: Decimal
}

function partsOf(line: CostLine): Part[] {
  const prices = JSON.parse(line.by.prices ?? '{}') as Record<string, string>
  const tokens = tokensByKind(line.sums, prices)
  let left = parseDecimal(line.sums.cost_usd)
  const parts = BILLED_KINDS.filter((kind) => tokens[kind] > 0).map((kind): Part => {
    const priced = { units: BigInt(tokens[kind]), scale: PER_MILLION }
    const usd = timesDecimals(priced, parseDecimal(prices[kind] ?? '0'))
    left = addDecimals(left, negated(usd))
    return { kind: KINDS[kind], tokens: tokens[kind], usd }
  })
  return left.units === 0n ? parts : [...parts, { kind: 'input', tokens: 0, usd: left }]
}

function add(cells: Map<string, LedgerCell>, local: Date, { by, sums }: CostLine, { kind, tokens, usd }: Part): void {
  const [day, model] = [local.toISOString().slice(0, 10), by.model ?? 'none']
  const key = JSON.stringify([day, model, kind])
  const cell: LedgerCell = cells.get(key) ?? {
    ...{ day, model, kind, tokens: 0, usd: ZERO, calls: 0, estimatedTokens: 0, estimatedUsd: ZERO },
    ...{ unpricedTokens: 0, firstHourTokens: 0, lastHourTokens: 0 },
  }
  const isEstimated = by.estimated === 'yes'
  const hour = local.getUTCHours()
  cells.set(key, {
    ...cell,
    tokens: cell.tokens + tokens,
    usd: addDecimals(cell.usd, usd),
    calls: cell.calls + sums.counted,
    estimatedTokens: cell.estimatedTokens + (isEstimated ? tokens : 0),
    estimatedUsd: isEstimated ? addDecimals(cell.estimatedUsd, usd) : cell.estimatedUsd,
    unpricedTokens: cell.unpricedTokens + (sums.price_unknown_calls > 0 ? tokens : 0),
    firstHourTokens: cell.firstHourTokens + (hour === 0 ? tokens : 0),
    lastHourTokens: cell.lastHourTokens + (hour === 23 ? tokens : 0),
  })
}
