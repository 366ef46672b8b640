import { addDecimals, type Decimal, negated } from '../decimal.ts'
import { differencesOf, isOneRatio } from './cell-differences.ts'
import { dayEdges } from './day-edges.ts'
import { ledgerModelFor } from './model-names.ts'
import {
  type Compared,
  DIFFERENCE_CLASSES,
  type Difference,
  type DifferenceClass,
  type InvoiceLine,
  type LedgerCell,
  type Totals,
} from './types.ts'

export interface Reconciliation {
  /** What was compared: the finest that the file tells apart. */
  granularity: 'day, model, kind' | 'day, model' | 'day'
  ledger: Totals
  invoice: Totals
  /** Invoice minus ledger: the sum of all lines. */
  difference: Totals
  byClass: readonly ({ class: DifferenceClass; lines: number } & Totals)[]
  /** By day, model, kind. */
  lines: readonly Difference[]
}

const ZERO: Decimal = { units: 0n, scale: 0 }
const NAME_OF_ALL = 'all'

/**
 * Explains the difference between a provider's file and the entries, line by line: the lines add up to it, in tokens and in dollars,
 * exactly. What the file does not tell (tokens, amounts) is null throughout.
 */
export function reconcile(cells: readonly LedgerCell[], invoice: readonly InvoiceLine[]): Reconciliation {
  const granularity = granularityOf(invoice)
  const known = new Set(cells.map(({ model }) => model))
  const has = {
    tokens: invoice.some(({ tokens }) => tokens !== null),
    usd: invoice.some(({ usd }) => usd !== null),
  }
  const isCompared = ({ model, kind }: InvoiceLine) => kind !== null && (granularity === 'day' || model !== null)
  const compared = join(cells, invoice.filter(isCompared), granularity, known, has)
  const edges = has.tokens ? dayEdges(compared) : new Map<Compared, number>()
  const lines = [
    ...compared.flatMap((one) => differencesOf(one, edges.get(one) ?? 0, isOneRatio(compared, one))),
    ...invoice.filter((line) => !isCompared(line)).map((line) => otherCharge(line, has)),
  ].sort(inOrder)
  const sums = {
    ledger: totalOf(
      cells.map(({ tokens, usd }) => ({ tokens: has.tokens ? tokens : null, usd: has.usd ? usd : null })),
      has,
    ),
    invoice: totalOf(invoice, has),
    difference: totalOf(lines, has),
  }
  requireExplained(sums)
  const byClass = DIFFERENCE_CLASSES.flatMap((name) => {
    const those = lines.filter((line) => line.class === name)
    return those.length === 0 ? [] : [{ class: name, lines: those.length, ...totalOf(those, has) }]
  })
  return { granularity, ...sums, byClass, lines }
}

function granularityOf(invoice: readonly InvoiceLine[]): Reconciliation['granularity'] {
  const charged = invoice.filter(({ kind }) => kind !== null)
  if (charged.length > 0 && charged.every(({ model }) => model === null)) return 'day'
  return charged.some(({ model, kind }) => model !== null && kind === 'all') ? 'day, model' : 'day, model, kind'
}

interface Has {
  tokens: boolean
  usd: boolean
}

function join(
  cells: readonly LedgerCell[],
  invoice: readonly InvoiceLine[],
  granularity: Reconciliation['granularity'],
  known: ReadonlySet<string>,
  has: Has,
): Compared[] {
  const all = new Map<string, Compared>()
  const place = (day: string, model: string, kind: LedgerCell['kind']): Compared => {
    const at = {
      day,
      model: granularity === 'day' ? NAME_OF_ALL : model,
      kind: granularity === 'day, model, kind' ? kind : ('all' as const),
    }
    const key = JSON.stringify(at)
    const found = all.get(key) ?? {
      ...at,
      ledger: { ...NO_LEDGER, ...at },
      invoice: { tokens: has.tokens ? 0 : null, usd: has.usd ? ZERO : null, lines: 0, places: 0 },
    }
    all.set(key, found)
    return found
  }
  for (const cell of cells) {
    const one = place(cell.day, cell.model, cell.kind)
    one.ledger = addCells(one.ledger, cell)
  }
  for (const { day, model, kind, tokens, usd } of invoice) {
    const name = model === null ? NAME_OF_ALL : (ledgerModelFor(model, known) ?? model)
    const { invoice: side } = place(day, name, kind ?? 'all')
    side.lines += 1
    if (tokens !== null) side.tokens = (side.tokens ?? 0) + tokens
    if (usd === null) continue
    side.usd = addDecimals(side.usd ?? ZERO, usd)
    side.places = Math.max(side.places, usd.scale)
  }
  return [...all.values()].sort(inOrder)
}

const NO_LEDGER: LedgerCell = {
  ...{ day: '', model: '', kind: 'all', tokens: 0, usd: ZERO, calls: 0, estimatedTokens: 0, estimatedUsd: ZERO },
  ...{ unpricedTokens: 0, firstHourTokens: 0, lastHourTokens: 0 },
}

function addCells(a: LedgerCell, b: LedgerCell): LedgerCell {
  return {
    ...a,
    tokens: a.tokens + b.tokens,
    usd: addDecimals(a.usd, b.usd),
    calls: a.calls + b.calls,
    estimatedTokens: a.estimatedTokens + b.estimatedTokens,
    estimatedUsd: addDecimals(a.estimatedUsd, b.estimatedUsd),
    unpricedTokens: a.unpricedTokens + b.unpricedTokens,
    firstHourTokens: a.firstHourTokens + b.firstHourTokens,
    lastHourTokens: a.lastHourTokens + b.lastHourTokens,
  }
}

function otherCharge({ day, model, kind, tokens, usd }: InvoiceLine, has: Has): Difference {
  const amounts = { tokens: has.tokens ? (tokens ?? 0) : null, usd: has.usd ? (usd ?? ZERO) : null }
  return { day, model: model ?? NAME_OF_ALL, kind: kind ?? 'all', class: 'other_charge', ...amounts }
}

function totalOf(lines: readonly { tokens: number | null; usd: Decimal | null }[], has: Has): Totals {
  return {
    tokens: has.tokens ? lines.reduce((sum, { tokens }) => sum + (tokens ?? 0), 0) : null,
    usd: has.usd ? lines.reduce((sum, { usd }) => addDecimals(sum, usd ?? ZERO), ZERO) : null,
  }
}

/** The lines are the explanation: one that does not add up is none. */
function requireExplained({ ledger, invoice, difference }: Record<'ledger' | 'invoice' | 'difference', Totals>): void {
  const tokens = (invoice.tokens ?? 0) - (ledger.tokens ?? 0) === (difference.tokens ?? 0)
  const rest = [invoice.usd, ledger.usd && negated(ledger.usd), difference.usd && negated(difference.usd)]
  const usd = rest.reduce<Decimal>((sum, one) => addDecimals(sum, one ?? ZERO), ZERO)
  if (!tokens || usd.units !== 0n) throw new Error('the lines of a reconciliation do not add up to its difference')
}

function inOrder(
  a: { day: string; model: string; kind: string },
  b: { day: string; model: string; kind: string },
): number {
  return a.day.localeCompare(b.day) || a.model.localeCompare(b.model) || a.kind.localeCompare(b.kind)
}
