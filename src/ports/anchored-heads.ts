import type { AnchorItem } from '../domain/evidence/anchor.ts'
import type { PackedStamp } from '../domain/evidence/time-stamp.ts'

/** A tree head of a log that was signed before, here or elsewhere. */
export interface AnchoredHead {
  readonly treeSize: number
  readonly rootHash: Uint8Array
  /** The signed note, where it is known. */
  readonly note?: string
}

/**
 * What is anchored, as far as this process knows it: kept in memory, refreshed from the anchor store. Nothing is signed
 * that contradicts it.
 */
export interface AnchoredHeads {
  /** Undefined: nothing of this log is anchored. The same object until another head is anchored. */
  of(origin: string): AnchoredHead | undefined
}

/** Reads what is anchored, from the anchor store itself. */
export interface AnchorReader extends AnchoredHeads {
  /** Origins of every log that has an anchor. */
  origins(): readonly string[]
  /** What the last `most` anchors hold of a log, oldest first. */
  items(origin: string, most: number): Promise<AnchorItem[]>
  /** The time stamps over heads of a log among the last `most` anchors, oldest first. */
  stamps(origin: string, most: number): Promise<PackedStamp[]>
}

/** Thrown when the database holds another tree than the one signed or anchored last: nothing is signed over it. */
export class LogDiverged extends Error {
  readonly origin: string

  constructor(origin: string, why: string) {
    super(`the stored tree of ${origin} ${why}`)
    this.name = 'LogDiverged'
    this.origin = origin
  }
}
