import type { Compared } from './types.ts'

const DAY_MS = 86_400_000

/**
 * Tokens that moved between two days at midnight, by cell: what one day has too many and the day beside it too few, of one model and kind.
 * No more than the ledger has in the hour next to that midnight. A cell's number is a part of its own difference (invoice minus ledger).
 */
export function dayEdges(compared: readonly Compared[]): Map<Compared, number> {
  const left = new Map(compared.map((one) => [one, unexplained(one)]))
  const edges = new Map<Compared, number>()
  const byPlace = new Map(compared.map((one) => [placeOf(one.day, one), one]))
  for (const today of compared) {
    const tomorrow = byPlace.get(placeOf(dayAfter(today.day), today))
    if (!tomorrow) continue
    const [a, b] = [left.get(today) ?? 0, left.get(tomorrow) ?? 0]
    if (a * b >= 0) continue
    // The ledger's day is the one with too many: there the calls stand, in its last hour or in its first.
    const near = a < 0 ? today.ledger.lastHourTokens : tomorrow.ledger.firstHourTokens
    const moved = Math.min(Math.abs(a), Math.abs(b), near)
    if (moved === 0) continue
    for (const [one, by] of [
      [today, Math.sign(a) * moved],
      [tomorrow, Math.sign(b) * moved],
    ] as const) {
      edges.set(one, (edges.get(one) ?? 0) + by)
      left.set(one, (left.get(one) ?? 0) - by)
    }
  }
  return edges
}

/** What estimated calls do not explain. */
function unexplained({ ledger, invoice }: Compared): number {
  const difference = (invoice.tokens ?? 0) - ledger.tokens
  return Math.sign(difference) * Math.max(0, Math.abs(difference) - ledger.estimatedTokens)
}

function placeOf(day: string, { model, kind }: Compared): string {
  return JSON.stringify([day, model, kind])
}

function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10)
}
