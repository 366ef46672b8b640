/** Of the standard normal distribution: two-sided 95 %, and one-sided 95 % (two-sided 90 %). */
export const Z_95 = 1.959963984540054
export const Z_90 = 1.6448536269514722

export interface Interval {
  low: number
  high: number
}

/** Wilson's score interval for `hits` of `trials` (Wilson 1927). Without trials it is 0 to 1. */
export function wilson(hits: number, trials: number, z: number = Z_95): Interval {
  if (trials === 0) return { low: 0, high: 1 }
  const share = hits / trials
  const square = z * z
  const middle = share + square / (2 * trials)
  const half = z * Math.sqrt((share * (1 - share)) / trials + square / (4 * trials * trials))
  const scale = 1 + square / trials
  return { low: Math.max(0, (middle - half) / scale), high: Math.min(1, (middle + half) / scale) }
}

/**
 * The exact McNemar test, two-sided: how likely a split of the discordant pairs at least this uneven is where neither is better.
 * @param onlyA pairs that only the first got right. @param onlyB pairs that only the second got right.
 */
export function mcnemar(onlyA: number, onlyB: number): number {
  const trials = onlyA + onlyB
  const few = Math.min(onlyA, onlyB)
  let [term, sum] = [-trials * Math.LN2, 0]
  for (let hits = 0; hits <= few; hits++) {
    sum += Math.exp(term)
    term += Math.log(trials - hits) - Math.log(hits + 1)
  }
  return Math.min(1, 2 * sum)
}

/**
 * The score interval for the difference of two paired proportions, (onlyA − onlyB) / pairs (Tango 1998): it keeps its level where
 * few pairs are discordant, and where none is.
 */
export function tango(onlyA: number, onlyB: number, pairs: number, z: number = Z_95): Interval {
  if (pairs === 0) return { low: -1, high: 1 }
  const difference = (onlyA - onlyB) / pairs
  const isOutside = (at: number) => Math.abs(tangoScore(onlyA, onlyB, pairs, at)) > z
  return { low: edge(difference, -1, isOutside), high: edge(difference, 1, isOutside) }
}

/** How many standard errors lie between what was seen and a difference. */
function tangoScore(onlyA: number, onlyB: number, pairs: number, at: number): number {
  const seen = onlyA - onlyB - pairs * at
  if (seen === 0) return 0
  // The discordant share that is likeliest under that difference.
  const a = 2 * pairs
  const b = -onlyA - onlyB + (2 * pairs - onlyA + onlyB) * at
  const c = -onlyB * at * (1 - at)
  const share = (Math.sqrt(Math.max(0, b * b - 4 * a * c)) - b) / (2 * a)
  const variance = pairs * (2 * share + at * (1 - at))
  return variance <= 0 ? Math.sign(seen) * Infinity : seen / Math.sqrt(variance)
}

const HALVINGS = 60

/** The last value, from one that is inside towards a bound, that is inside. */
function edge(inside: number, bound: number, isOutside: (at: number) => boolean): number {
  if (!isOutside(bound)) return bound
  let [near, far] = [inside, bound]
  for (let n = 0; n < HALVINGS; n++) {
    const middle = (near + far) / 2
    if (isOutside(middle)) far = middle
    else near = middle
  }
  return near
}
