/**
 * The most that an expression can be, and can take while the server does not look whether it was cancelled: within one expression it
 * never does, whatever each of its calls makes.
 */
export interface Bounds {
  /** Nodes that it becomes where columns of subqueries are replaced by their expressions. */
  nodes: number
  /** Of its value. */
  bytes: number
  /** Bytes of all values on the way to it but those that are made of gathered ones. */
  made: number
  /** Values on the way to it that are as large as gathered ones. */
  copies: number
  /** Comparisons of a part of one value with a part of another, a nanosecond or so each. */
  steps: number
}

/** Of a value of a view's column, and of what a function that the configuration adds gives: an assumption, for nothing tells it. */
export const FIELD_BYTES = 8 * 1024
/** Of a value that an aggregate or a recursion has put together; row by row it can be cancelled, and its memory is watched. */
export const GATHERED_BYTES = 2 ** 28
/** A number of PostgreSQL has so many digits before the point at most. */
export const NUMBER_BYTES = 2 ** 17

export const NOTHING: Bounds = { nodes: 0, bytes: 0, made: 0, copies: 0, steps: 0 }
/** A column of a view. */
export const FIELD: Bounds = { ...NOTHING, nodes: 1, bytes: FIELD_BYTES }

/** One beside the other. */
export function sumOf(all: readonly Bounds[]): Bounds {
  return all.reduce(
    (sum, one) => ({
      nodes: sum.nodes + one.nodes,
      bytes: sum.bytes + one.bytes,
      made: sum.made + one.made,
      copies: sum.copies + one.copies,
      steps: sum.steps + one.steps,
    }),
    NOTHING,
  )
}

/** One of them, whichever. */
export function mostOf(all: readonly Bounds[]): Bounds {
  return all.reduce(
    (most, one) => ({
      nodes: Math.max(most.nodes, one.nodes),
      bytes: Math.max(most.bytes, one.bytes),
      made: Math.max(most.made, one.made),
      copies: Math.max(most.copies, one.copies),
      steps: Math.max(most.steps, one.steps),
    }),
    NOTHING,
  )
}

/** The same so many times; its value is one. */
export function timesOf({ nodes, bytes, made, copies, steps }: Bounds, times: number): Bounds {
  return { nodes: nodes * times, bytes, made: made * times, copies: copies * times, steps: steps * times }
}

/** What a call or an operator makes of its arguments. */
export interface Made {
  bytes: number
  steps?: number
  /** Put together of rows, one by one. */
  isGathered?: boolean
  /** Mostly a small part of what it is given, which is looked up. */
  isPart?: boolean
  /** How many times its value it takes on the way; 1. */
  room?: number
}

/** A value that is larger ends in an error of the server's. */
const MOST_BYTES_OF_ONE = 4 * GATHERED_BYTES

/** What looking through a gathered value takes, and what a part of one counts beside a whole. */
const THROUGH_STEPS = 2 * GATHERED_BYTES
const OF_PART = 1 / 8

/** An expression around its arguments, and the value that it makes of them. */
export function makingOf(args: Bounds, largest: number, made: Made): Bounds {
  const { bytes, steps = 0, isGathered = false, isPart = false, room = 1 } = made
  const all = { ...args, bytes, steps: args.steps + steps }
  if (isGathered) return all
  if (largest < GATHERED_BYTES) return { ...all, made: all.made + bytes }
  const share = isPart ? OF_PART : 1
  if (bytes < GATHERED_BYTES) return { ...all, steps: all.steps + share * THROUGH_STEPS }
  const copies = all.copies + room * share * Math.ceil(bytes / GATHERED_BYTES)
  return { ...all, bytes: Math.min(bytes, MOST_BYTES_OF_ONE), copies }
}

/** Every part of one value with every part of another. */
export function searchOf(one: number, other: number): number {
  const steps = one * other
  // Of gathered values few are as large as they may be.
  return Math.max(one, other) < GATHERED_BYTES ? steps : steps / 4
}
