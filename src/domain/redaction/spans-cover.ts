interface Span {
  start: number
  end: number
}

/** Units that one bucket covers. */
const BUCKET = 256

/** Spans that are asked whether one of them holds another span, in a time that does not grow with their number. */
export interface Cover<T extends Span> {
  add(span: T): void
  /** The first that was added of those that hold all of `span`. */
  holder(span: Span): T | undefined
}

export function coverOf<T extends Span>(spans: readonly T[]): Cover<T> {
  const buckets = new Map<number, T[]>()
  const cover: Cover<T> = {
    add(span) {
      for (let at = Math.floor(span.start / BUCKET); at <= Math.floor(span.end / BUCKET); at += 1) {
        const bucket = buckets.get(at)
        if (bucket === undefined) buckets.set(at, [span])
        else bucket.push(span)
      }
    },
    holder: ({ start, end }) =>
      buckets.get(Math.floor(start / BUCKET))?.find((one) => one.start <= start && end <= one.end),
  }
  for (const span of spans) cover.add(span)
  return cover
}

/** The index of the first of ordered spans that ends behind a place; their number where none does. */
export function firstBehind(ordered: readonly Span[], place: number): number {
  let [low, high] = [0, ordered.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ordered[middle]?.end ?? 0) <= place) low = middle + 1
    else high = middle
  }
  return low
}
