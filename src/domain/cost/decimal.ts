/** A decimal number, exact: `units` · 10^-`scale`. */
export interface Decimal {
  units: bigint
  scale: number
}

/** An exact amount: what decimals alone cannot say, such as a third. */
export interface Fraction {
  numerator: bigint
  /** Above 0. */
  denominator: bigint
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

/** The exact product. */
export function timesDecimals(a: Decimal, b: Decimal): Decimal {
  return { units: a.units * b.units, scale: a.scale + b.scale }
}

export function negated({ units, scale }: Decimal): Decimal {
  return { units: -units, scale }
}

/** A decimal as text, without zeros behind its last digit, with a sign below zero. */
export function plainText({ units, scale }: Decimal): string {
  if (units < 0n) return `-${plainText({ units: -units, scale })}`
  const digits = String(units).padStart(scale + 1, '0')
  const whole = digits.slice(0, digits.length - scale)
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, '')
  return fraction === '' ? whole : `${whole}.${fraction}`
}

export function fractionOf({ units, scale }: Decimal, over = 1n): Fraction {
  return { numerator: units, denominator: 10n ** BigInt(scale) * over }
}

/** The exact sum. */
export function addFractions(a: Fraction, b: Fraction): Fraction {
  if (a.denominator === b.denominator) return { ...a, numerator: a.numerator + b.numerator }
  return {
    numerator: a.numerator * b.denominator + b.numerator * a.denominator,
    denominator: a.denominator * b.denominator,
  }
}

/** US dollars with ten places, as the ledger keeps them; what lies behind the tenth is rounded once, a half to the even digit. */
export function formatUsd(value: Decimal): string {
  return roundUsd(fractionOf(value))
}

/** The same of a fraction that is not below zero. */
export function roundUsd({ numerator, denominator }: Fraction): string {
  const scaled = numerator * 10n ** BigInt(USD_PLACES)
  const [whole, rest] = [scaled / denominator, scaled % denominator]
  const isUp = rest * 2n > denominator || (rest * 2n === denominator && whole % 2n === 1n)
  const digits = String(isUp ? whole + 1n : whole).padStart(USD_PLACES + 1, '0')
  return `${digits.slice(0, -USD_PLACES)}.${digits.slice(-USD_PLACES)}`
}

/** The exact sum of amounts with ten places, as `formatUsd` gives them. */
export function sumUsd(amounts: readonly string[]): string {
  return formatUsd(amounts.map(parseDecimal).reduce(addDecimals, { units: 0n, scale: USD_PLACES }))
}

function unitsAt(value: Decimal, scale: number): bigint {
  return value.units * 10n ** BigInt(scale - value.scale)
}
