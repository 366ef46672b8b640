import {
  decodeTombstone,
  encodeTombstone,
  malformedTombstone,
  tombstoneName,
  tombstoneText,
} from '../../src/domain/erasure/tombstone-object.ts'
import { saysTheSame, tombstoneParts } from '../../src/domain/erasure/tombstone-parts.ts'
import type { Tombstone } from '../../src/domain/erasure/types.ts'
import { storeFolder } from '../../src/domain/evidence/store-folder.ts'
import { PalimpsestError } from '../../src/errors.ts'
import type { AnchorStore } from '../../src/ports/anchor-store.ts'
import type { TombstoneSigner } from '../../src/ports/tombstones.ts'

/** Numbers behind the newest that are looked at before anything is carried out: one that is missing shows by those behind it. */
const LOOK_AHEAD = 32
/** Tombstones that are read beside each other at most. */
const MOST_AT_ONCE = 16
/** Milliseconds that the clocks of two gateways may differ. */
const CLOCKS_DIFFER_MS = 3_600_000

/**
 * The tombstones of one deployment in the anchor store, numbered from 1 without a gap, each signed by its tenant's log key.
 * Several processes may use it at once.
 */
export class TombstoneLog {
  private readonly store: AnchorStore
  private readonly folder: string
  private readonly signer: TombstoneSigner

  constructor(store: AnchorStore, deployment: string, signer: TombstoneSigner) {
    this.store = store
    this.folder = storeFolder('tombstones', deployment)
    this.signer = signer
  }

  /** Undefined: there is none of this number. @throws PalimpsestError `tombstone_malformed` */
  async read(number: number): Promise<Tombstone | undefined> {
    const bytes = await this.bytesOf(number)
    if (bytes === undefined) return undefined
    const { tombstone, note } = decodeTombstone(bytes, number)
    if (!(await this.signer.isSigned(tombstone.tenant, note))) throw malformedTombstone(number)
    return tombstone
  }

  /**
   * The newest number, not below `known`. @param thorough looks whether `known` is there and whether others follow behind a gap,
   * which is asked of a store that is new or whose databases went back.
   * @throws PalimpsestError `tombstones_missing`
   */
  async newest(known: number, thorough: boolean): Promise<number> {
    if (thorough && known > 0 && !(await this.exists(known))) throw missing(known)
    let newest = known
    while (await this.exists(newest + 1)) newest += 1
    if (thorough) {
      const ahead = Array.from({ length: LOOK_AHEAD }, (_, index) => newest + 2 + index)
      const found = await Promise.all(ahead.map((number) => this.exists(number)))
      if (found.includes(true)) throw missing(newest + 1)
    }
    return newest
  }

  /**
   * Writes what no tombstone of the case names yet, in as many objects as it takes; gives the highest number of the case's, 0
   * where it names nothing.
   * @param known a number that is there, near the newest.
   * @param since milliseconds since the Unix epoch before which nothing of this case can have been written.
   * @param retainUntil of the objects.
   */
  async publish(tombstone: Tombstone, known: number, since: number, retainUntil: number): Promise<number> {
    let newest = await this.newest(known, true)
    const written = await this.ofCase(tombstone.case, newest, since)
    let last = Math.max(0, ...written.map(({ number }) => number))
    for (const part of tombstoneParts(
      tombstone,
      written.map((one) => one.tombstone),
    )) {
      newest = await this.put(part, newest, retainUntil)
      last = newest
    }
    return last
  }

  /** Under the next free number, unless another run of the same step has just written it. */
  private async put(part: Tombstone, newest: number, retainUntil: number): Promise<number> {
    for (let number = newest + 1; ; number++) {
      const note = await this.signer.sign(part.tenant, tombstoneText(number, part))
      const stored = await this.store.put(this.nameOf(number), encodeTombstone(number, part, note), retainUntil)
      if (stored === 'stored') return number
      const there = await this.read(number)
      if (there && saysTheSame(there, part)) return number
    }
  }

  private async ofCase(caseId: string, newest: number, since: number) {
    const found: { number: number; tombstone: Tombstone }[] = []
    for await (const [number, tombstone] of this.back(newest)) {
      if (!tombstone) throw missing(number)
      if (tombstone.at / 1000 < since - CLOCKS_DIFFER_MS) break
      if (tombstone.case === caseId) found.push({ number, tombstone })
    }
    return found
  }

  /** From one number down to 1. The farther it goes the more are read beside each other, and none is waited for before its turn. */
  private async *back(from: number): AsyncGenerator<[number, Tombstone | undefined]> {
    let number = from
    for (let atOnce = 1; number > 0; atOnce = Math.min(atOnce * 2, MOST_AT_ONCE)) {
      const first = number
      const reads = Array.from({ length: Math.min(atOnce, first) }, (_, index) => this.read(first - index))
      // One that cannot be read is told where it is reached.
      for (const read of reads) read.catch(() => undefined)
      for (const read of reads) yield [number--, await read]
    }
  }

  private nameOf(number: number): string {
    return `${this.folder}/${tombstoneName(number)}`
  }

  private bytesOf(number: number): Promise<Uint8Array | undefined> {
    return this.store.get(this.nameOf(number))
  }

  private async exists(number: number): Promise<boolean> {
    return (await this.bytesOf(number)) !== undefined
  }
}

export function missing(number: number): PalimpsestError {
  return new PalimpsestError({
    code: 'tombstones_missing',
    status: 503,
    message: `Tombstone ${number} is missing in the anchor store: connect the store of these databases, or put it back from a copy.`,
    retryAfterSeconds: 60,
  })
}
