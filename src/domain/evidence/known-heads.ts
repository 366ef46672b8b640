import type { Anchor } from './anchor.ts'

/** The last anchored tree head of a log. */
export interface KnownHead {
  readonly treeSize: number
  readonly rootHash: Uint8Array
  readonly note: string
  /** The anchor that holds it. */
  readonly number: number
}

/** Every how many anchors one repeats the heads of all logs, so that a reader never goes back further. */
export const SUMMARY_EVERY = 64

/** True for an anchor that bears the heads of all logs. */
export function isSummary(number: number): boolean {
  return number % SUMMARY_EVERY === 1
}

/** The heads after one more anchor. Heads that did not change stay the same objects. */
export function withAnchor(heads: ReadonlyMap<string, KnownHead>, anchor: Anchor): Map<string, KnownHead> {
  const next = new Map(heads)
  for (const { origin, treeSize, rootHash, note } of [...anchor.heads, ...anchor.items]) {
    const known = next.get(origin)
    if (known === undefined || known.treeSize < treeSize) {
      next.set(origin, { treeSize, rootHash, note, number: anchor.number })
    }
  }
  return next
}
