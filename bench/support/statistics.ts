/** The smallest value that at least `share` (0–1) of the values do not exceed; NaN without values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * share) - 1))] ?? Number.NaN
}

export interface Spread {
  median: number
  min: number
  max: number
}

/** Repeated measurements of one figure. Infinite and missing values stay out. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.filter((value) => Number.isFinite(value)).sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const median =
    sorted.length % 2 === 1 ? sorted[middle] : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2
  return { median: median ?? Number.NaN, min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN }
}

/** `median (min–max)` with a sensible number of places. */
export function formatSpread({ median, min, max }: Spread): string {
  if (Number.isNaN(median)) return '–'
  return min === max ? places(median) : `${places(median)} (${places(min)}–${places(max)})`
}

function places(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(1)
}
