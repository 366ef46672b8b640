/** ln Γ(x) for x > 0, to some fourteen places (Lanczos, g = 7, nine terms). */
export function lnGamma(x: number): number {
  const [first = 0, ...rest] = LANCZOS
  const sum = rest.reduce((total, term, index) => total + term / (x + index), first)
  const base = x + 6.5
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(base) - base + Math.log(sum)
}

const LANCZOS = [
  0.9999999999998099, 676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
]

/**
 * How likely `count` or more events are in `trials`, where `before` were seen in `trialsBefore`: Poisson, with a rate of which that
 * is all that is known (the negative binomial of a gamma posterior, from Jeffreys' prior). What is not known of the rate makes it
 * more likely, so that a short past raises nothing by itself.
 */
export function surprise(count: number, trials: number, before: number, trialsBefore: number): number {
  if (count <= 0) return 1
  const shape = before + 0.5
  const [stay, go] = [Math.log(trialsBefore / (trialsBefore + trials)), Math.log(trials / (trialsBefore + trials))]
  // Terms above the mean fall faster than a geometric series: the sum ends where it no longer changes.
  let term = lnGamma(shape + count) - lnGamma(shape) - lnGamma(count + 1) + shape * stay + count * go
  let sum = 0
  for (let k = count; k < count + 100_000; k++) {
    const part = Math.exp(term)
    sum += part
    if (part < sum * 1e-12 && k > (shape * trials) / trialsBefore) break
    term += Math.log((shape + k) / (k + 1)) + go
  }
  return Math.min(1, sum)
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  if (sorted.length === 0) return Number.NaN
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}

/** The value at which half of the weight lies on either side. */
export function weightedMedian(values: readonly { value: number; weight: number }[]): number {
  const sorted = [...values].sort((a, b) => a.value - b.value)
  let left = sorted.reduce((sum, { weight }) => sum + weight, 0) / 2
  for (const { value, weight } of sorted) {
    left -= weight
    if (left <= 0) return value
  }
  return Number.NaN
}

/** The median distance from the median, as a standard deviation of normal values. */
export function robustSpread(values: readonly number[]): number {
  const middle = median(values)
  return 1.4826 * median(values.map((value) => Math.abs(value - middle)))
}

/** Groups by a key, in order of first appearance. */
export function groupBy<T>(rows: Iterable<T>, keyOf: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const row of rows) {
    const key = keyOf(row)
    const group = groups.get(key)
    if (group) group.push(row)
    else groups.set(key, [row])
  }
  return groups
}

/** A stretch of time in which something was the case; milliseconds. */
export interface Stretch<T> {
  since: number
  until: number
  parts: T[]
}

/** Joins parts in order of time that are no more than `gap` apart. */
export function joined<T extends { since: number; until: number }>(parts: readonly T[], gap: number): Stretch<T>[] {
  const stretches: Stretch<T>[] = []
  for (const part of parts) {
    const last = stretches.at(-1)
    if (last && part.since - last.until <= gap) {
      last.until = Math.max(last.until, part.until)
      last.parts.push(part)
    } else stretches.push({ since: part.since, until: part.until, parts: [part] })
  }
  return stretches
}
