import { HINT_KINDS, type HintKind } from '../../domain/hints/types.ts'
import type { Makers } from './makers.ts'

export interface HintMetrics {
  /** What a round over all tenants found. */
  hintsFound(counts: ReadonlyMap<HintKind, number>): void
}

/** Hints from the log, by kind: never by what they are about, which apps name. */
export function hintMetrics({ gauge }: Makers): HintMetrics {
  const hints = gauge(
    'hints',
    'Hints from the log that were going on in the last 14 days, of all tenants, as of the last hourly round.',
    ['kind'],
  )
  return {
    hintsFound(counts) {
      for (const kind of HINT_KINDS) hints.set({ kind }, counts.get(kind) ?? 0)
    },
  }
}
