import { addDecimals, type Decimal, negated } from '../decimal.ts'
import type { Compared, Difference, DifferenceClass } from './types.ts'

const ZERO: Decimal = { units: 0n, scale: 0 }
/** Places to which the amount of some of a cell's tokens is told. */
const PLACES = 10

/**
 * Why invoice and ledger differ in one cell; the amounts add up to what they differ by. Tokens decide where the file has them: what they
 * do not explain is a price, or rounding.
 * @param edge of its tokens, those that a neighbouring day has too few or too many.
 * @param isOneRatio invoice and ledger stand in one ratio on all days.
 */
export function differencesOf(one: Compared, edge: number, isOneRatio: boolean): Difference[] {
  const { invoice } = one
  if (invoice.tokens === null) return invoice.usd === null ? [] : byAmount(one, invoice.usd, isOneRatio)
  const parts = tokenParts(one, invoice.tokens - one.ledger.tokens, edge)
  if (invoice.usd === null) return parts.map(([name, tokens]) => difference(one, name, tokens, null))
  const valued = parts.map(([name, tokens]) => difference(one, name, tokens, valueOf(one, tokens, invoice.usd ?? ZERO)))
  const explained = valued.reduce((sum, { usd }) => addDecimals(sum, usd ?? ZERO), ZERO)
  const rest = minus(minus(invoice.usd, one.ledger.usd), explained)
  if (rest.units === 0n) return valued
  return [...valued, difference(one, restClass(one, rest), 0, rest)]
}

function tokenParts({ ledger }: Compared, all: number, edge: number): [DifferenceClass, number][] {
  const estimated = Math.sign(all) * Math.min(Math.abs(all), ledger.estimatedTokens)
  const rest = all - estimated - edge
  const parts: [DifferenceClass, number][] = [
    ['estimated_usage', estimated],
    ['day_edge', edge],
    [rest > 0 ? 'missing_in_ledger' : 'missing_in_invoice', rest],
  ]
  return parts.filter(([, tokens]) => tokens !== 0)
}

/** At the invoice's price; where it has no tokens here, at the ledger's. */
function valueOf({ ledger, invoice }: Compared, tokens: number, usd: Decimal): Decimal {
  const [amount, over] = invoice.tokens ? [usd, invoice.tokens] : [ledger.usd, ledger.tokens]
  if (over === 0) return ZERO
  const scale = Math.max(amount.scale, PLACES)
  const units = amount.units * 10n ** BigInt(scale - amount.scale) * BigInt(tokens)
  return { units: units / BigInt(over), scale }
}

function restClass(one: Compared, rest: Decimal): DifferenceClass {
  if (isWithin(rest, roundingOf(one))) return 'rounding'
  return one.ledger.unpricedTokens > 0 ? 'unknown_model' : 'price_differs'
}

/** Without tokens an amount can only be compared with an amount. */
function byAmount(one: Compared, usd: Decimal, isOneRatio: boolean): Difference[] {
  const { ledger } = one
  const all = minus(usd, ledger.usd)
  if (all.units === 0n) return []
  if (isWithin(all, roundingOf(one))) return [difference(one, 'rounding', null, all)]
  if (ledger.unpricedTokens > 0) return [difference(one, 'unknown_model', null, all)]
  const isUp = all.units > 0n
  const size = isUp ? all : negated(all)
  const bound = minus(ledger.estimatedUsd, size).units < 0n ? ledger.estimatedUsd : size
  const estimated = isUp ? bound : negated(bound)
  const rest = minus(all, estimated)
  const missing = isUp ? 'missing_in_ledger' : 'missing_in_invoice'
  return [
    ...(estimated.units === 0n ? [] : [difference(one, 'estimated_usage', null, estimated)]),
    ...(rest.units === 0n ? [] : [difference(one, isOneRatio ? 'price_differs' : missing, null, rest)]),
  ]
}

/** Thousandths by which ratios may differ. */
const RATIO_APART = 5n

/** Whether amounts of this model and kind stand in one ratio on at least two days: that is a price, not calls. */
export function isOneRatio(all: readonly Compared[], { model, kind }: Compared): boolean {
  const ratios = all.flatMap(({ ledger, invoice, ...at }) => {
    if (at.model !== model || at.kind !== kind || invoice.usd === null) return []
    if (ledger.usd.units === 0n && invoice.usd.units === 0n) return []
    if (ledger.usd.units <= 0n || invoice.usd.units <= 0n) return [null]
    const scale = Math.max(ledger.usd.scale, invoice.usd.scale)
    const at10 = ({ units, scale: own }: Decimal) => units * 10n ** BigInt(scale - own)
    return [(at10(invoice.usd) * 1000n) / at10(ledger.usd)]
  })
  if (ratios.length < 2 || ratios.includes(null)) return false
  const sorted = (ratios as bigint[]).toSorted((a, b) => (a < b ? -1 : 1))
  return (sorted.at(-1) ?? 0n) - (sorted[0] ?? 0n) <= RATIO_APART
}

/** What rounding can come to: half of the last place of each line of the file, and of the ledger's tenth place for each call. */
function roundingOf({ ledger, invoice }: Compared): Decimal {
  const ofLines = { units: BigInt(invoice.lines) * 5n, scale: invoice.places + 1 }
  const ofCalls = { units: BigInt(ledger.calls) * 5n + 50n, scale: PLACES + 1 }
  return addDecimals(ofLines, ofCalls)
}

function isWithin(amount: Decimal, bound: Decimal): boolean {
  const size = amount.units < 0n ? negated(amount) : amount
  return minus(size, bound).units <= 0n
}

function minus(a: Decimal, b: Decimal): Decimal {
  return addDecimals(a, negated(b))
}

function difference(
  { day, model, kind }: Compared,
  name: DifferenceClass,
  tokens: number | null,
  usd: Decimal | null,
): Difference {
  return { day, model, kind, class: name, tokens, usd }
}
