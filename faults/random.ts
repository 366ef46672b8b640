/** Random choices that a seed repeats. */
export interface Random {
  /** From 0 (included) to 1. */
  next(): number
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number
  chance(probability: number): boolean
  pick<T>(list: readonly [T, ...T[]]): T
  /** Picks by weight; weights are positive. */
  weighted<T>(list: readonly (readonly [T, number])[]): T
  /** A generator of its own, so that what one client draws does not move what another one gets. */
  fork(name: string): Random
}

/** mulberry32 over a hash of the seed: good enough to choose moments with, and the same everywhere. */
export function createRandom(seed: string): Random {
  let state = hashOf(seed)
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const between = (low: number, high: number) => low + Math.floor(next() * (high - low + 1))
  return {
    next,
    between,
    chance: (probability) => next() < probability,
    pick: (list) => list[between(0, list.length - 1)] ?? list[0],
    weighted: (list) => byWeight(list, next()),
    fork: (name) => createRandom(`${seed}/${name}`),
  }
}

function byWeight<T>(list: readonly (readonly [T, number])[], drawn: number): T {
  let left = drawn * list.reduce((sum, [, weight]) => sum + weight, 0)
  for (const [value, weight] of list) {
    left -= weight
    if (left < 0) return value
  }
  throw new RangeError('nothing to pick from')
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(text, 'utf8')) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return hash
}
