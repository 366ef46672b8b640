const DAY_MS = 86_400_000

/** What is written at a time may be removed by nobody before this one: an anchor, and what stands beside it. */
export function retainUntil(nowMs: number, days: number): number {
  return nowMs + days * DAY_MS
}
