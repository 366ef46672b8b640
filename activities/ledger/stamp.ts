import { stampedBytes } from '../../src/domain/evidence/time-stamp.ts'
import type { TimeStamper } from '../../src/ports/time-stamper.ts'
import type { AnchorLog } from './anchor-log.ts'
import { retainUntil } from './retention.ts'

export interface StampDeps {
  anchors: AnchorLog
  /** Null: nobody is asked. */
  stamper: TimeStamper | null
  retentionDays: number
  /** Milliseconds since the Unix epoch. */
  now(): number
  /** Null: it was stamped. */
  onStamped(error: unknown): void
}

/**
 * Asks for a time stamp of the newest anchor where it has none: each anchor names the one before it, so a later stamp covers
 * one that was missed. Never rejects for the authority's sake; what failed is tried again with the next round.
 */
export function createStamp({ anchors, stamper, retentionDays, now, onStamped }: StampDeps): () => Promise<boolean> {
  let stamped = 0
  return async () => {
    const number = anchors.newest
    if (stamper === null || number === 0 || number === stamped) return false
    if ((await anchors.stamp(number)) === undefined) {
      const anchor = await anchors.anchor(number)
      const notes = anchor?.items.map(({ note }) => note) ?? []
      try {
        const { reply } = await stamper.stamp(stampedBytes(number, notes))
        await anchors.keepStamp(number, reply, retainUntil(now(), retentionDays))
        onStamped(null)
      } catch (error) {
        onStamped(error)
        return false
      }
    }
    stamped = number
    return true
  }
}
