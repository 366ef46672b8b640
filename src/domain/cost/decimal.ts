/** A decimal number, exact: `units` · 10^-`scale`. */
export interface Decimal {
  units: bigint
  scale: number
}

const USD_PLACES = 10

/** Parses `12`, `0.25`. Throws a RangeError for anything else: no sign, no exponent. */
export function parseDecimal(text: string): Decimal {
  const parts = /^(\d{1,30})(?:\.(\d{1,30}))?$/.exec(text)
  if (parts === null) throw new RangeError('not a plain decimal number')
  const fraction = parts[2] ?? ''
  return { units: BigInt(`${parts[1]}${fraction}`), scale: fraction.length }
}

/**
 * The shortest decimal text of a JavaScript number, without an exponent: what the author of a price list wrote.
 * Throws a RangeError below zero and for what is not finite.
 */
export function decimalText(value: number): string {
  if (!Number.isFinite(value) || value < 0) throw new RangeError('not a price')
  const [digits = '0', exponent = '0'] = String(value).split('e')
  const [whole = '0', fraction = ''] = digits.split('.')
  const shift = Number(exponent)
  if (shift === 0) return digits
  const all = `${whole}${fraction}`
  const point = whole.length + shift
  if (point >= all.length) return all.padEnd(point, '0')
  return point > 0 ? `${all.slice(0, point)}.${all.slice(point)}` : `0.${'0'.repeat(-point)}${all}`
}

/** The exact sum. */
export function addDecimals(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale)
  return { units: unitsAt(a, scale) + unitsAt(b, scale), scale }
}

/** US dollars with ten places, as the ledger keeps them; what lies behind the tenth is rounded half up. */
export function formatUsd(value: Decimal): string {
  const units = value.scale <= USD_PLACES ? unitsAt(value, USD_PLACES) : roundedTo(value, USD_PLACES)
  const digits = String(units).padStart(USD_PLACES + 1, '0')
  return `${digits.slice(0, -USD_PLACES)}.${digits.slice(-USD_PLACES)}`
}

/** The exact sum of amounts with ten places, as `formatUsd` gives them. */
export function sumUsd(amounts: readonly string[]): string {
  return formatUsd(amounts.map(parseDecimal).reduce(addDecimals, { units: 0n, scale: USD_PLACES }))
}

function unitsAt(value: Decimal, scale: number): bigint {
  return value.units * 10n ** BigInt(scale - value.scale)
}

function roundedTo(value: Decimal, scale: number): bigint {
  const step = 10n ** BigInt(value.scale - scale)
  return (value.units + step / 2n) / step
}
