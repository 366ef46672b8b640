import {
  type Anchor,
  type AnchorItem,
  anchorDigest,
  anchorName,
  decodeAnchor,
  encodeAnchor,
  stampName,
} from '../../src/domain/evidence/anchor.ts'
import { isSummary, type KnownHead, withAnchor } from '../../src/domain/evidence/known-heads.ts'
import { storeFolder } from '../../src/domain/evidence/store-folder.ts'
import { type PackedStamp, placeInStamp } from '../../src/domain/evidence/time-stamp.ts'
import { equalBytes } from '../../src/domain/ledger/bytes.ts'
import { PalimpsestError } from '../../src/errors.ts'
import type { AnchorStore } from '../../src/ports/anchor-store.ts'
import type { AnchorReader } from '../../src/ports/anchored-heads.ts'

const READ_AT_ONCE = 8

interface State {
  number: number
  digest: Uint8Array | null
  heads: ReadonlyMap<string, KnownHead>
}

/**
 * The anchors of one deployment in their store, numbered without a gap, each naming the one before it. Keeps the last head
 * of every log in memory. Several processes may use it at once: whoever writes the next number wins.
 */
export class AnchorLog implements AnchorReader {
  private readonly store: AnchorStore
  private readonly folder: string
  private state: State | null = null
  private isFit = false

  /** @param deployment names the folder, so that deployments may share a store. */
  constructor(store: AnchorStore, deployment: string) {
    this.store = store
    this.folder = storeFolder('anchors', deployment)
  }

  of(origin: string): KnownHead | undefined {
    return this.required().heads.get(origin)
  }

  /** Last heads by origin. */
  get heads(): ReadonlyMap<string, KnownHead> {
    return this.required().heads
  }

  /** The number of the newest anchor known; 0: there is none. */
  get newest(): number {
    return this.required().number
  }

  /** Reads what others have written since. The first time it finds the newest anchor and reads back to a summary. */
  async refresh(): Promise<void> {
    if (!this.isFit) await this.store.check()
    this.isFit = true
    let state = this.state ?? (await this.load(await this.findNewest()))
    for (;;) {
      const bytes = await this.bytesOf(state.number + 1)
      if (bytes === undefined) break
      state = next(state, bytes)
    }
    this.state = state
  }

  /** Writes the next anchor. False: another process was faster; what it wrote is known now. */
  async append(items: readonly AnchorItem[], anchoredAt: number, retainUntil: number): Promise<boolean> {
    const { number, digest, heads } = this.required()
    const own = new Set(items.map(({ origin }) => origin))
    const rest = [...heads].filter(([origin]) => !own.has(origin)).map(([origin, head]) => ({ origin, ...head }))
    const byOrigin = (a: { origin: string }, b: { origin: string }) => (a.origin < b.origin ? -1 : 1)
    const anchor: Anchor = {
      number: number + 1,
      previous: digest,
      anchoredAt,
      items: [...items].sort(byOrigin),
      heads: isSummary(number + 1) ? rest.sort(byOrigin) : [],
    }
    const bytes = encodeAnchor(anchor)
    const stored = await this.store.put(this.nameOf(number + 1), bytes, retainUntil)
    if (stored === 'stored') this.state = next({ number, digest, heads }, bytes)
    else await this.refresh()
    return stored === 'stored'
  }

  /** Writes an anchor under the next number that nobody else takes. */
  async write(items: readonly AnchorItem[], anchoredAt: number, retainUntil: number): Promise<void> {
    while (!(await this.append(items, anchoredAt, retainUntil)));
  }

  origins(): readonly string[] {
    return [...this.required().heads.keys()]
  }

  async items(origin: string, most: number): Promise<AnchorItem[]> {
    const anchors = await this.last(most, (number) => this.anchor(number))
    return anchors.flatMap((anchor) => anchor?.items.filter((item) => item.origin === origin) ?? [])
  }

  async stamps(origin: string, most: number): Promise<PackedStamp[]> {
    const stamps = await this.last(most, async (number) => {
      const [anchor, reply] = await Promise.all([this.anchor(number), this.stamp(number)])
      const at = anchor?.items.findIndex((item) => item.origin === origin) ?? -1
      const notes = anchor?.items.map(({ note }) => note) ?? []
      const note = notes[at]
      if (note === undefined || reply === undefined) return []
      return [{ origin, anchor: number, note, reply, ...(await placeInStamp(notes, at)) }]
    })
    return stamps.flat()
  }

  /** Something of each of the last anchors, a few at once, oldest first. */
  private async last<T>(most: number, of: (number: number) => Promise<T>): Promise<T[]> {
    const { number } = this.required()
    const all: T[] = []
    for (let from = Math.max(1, number - most + 1); from <= number; from += READ_AT_ONCE) {
      const numbers = Array.from({ length: Math.min(READ_AT_ONCE, number - from + 1) }, (_, i) => from + i)
      all.push(...(await Promise.all(numbers.map(of))))
    }
    return all
  }

  /** The time stamp beside an anchor: TimeStampResp of RFC 3161. */
  stamp(number: number): Promise<Uint8Array | undefined> {
    return this.store.get(`${this.folder}/${stampName(number)}`)
  }

  /** Keeps the time stamp of an anchor beside it; one that is there stays. */
  async keepStamp(number: number, reply: Uint8Array, retainUntil: number): Promise<void> {
    await this.store.put(`${this.folder}/${stampName(number)}`, reply, retainUntil)
  }

  /** An anchor by its number. */
  async anchor(number: number): Promise<Anchor | undefined> {
    const bytes = await this.bytesOf(number)
    return bytes && decodeAnchor(bytes)
  }

  private required(): State {
    if (this.state !== null) return this.state
    throw new PalimpsestError({
      code: 'anchors_unread',
      status: 503,
      message: 'The anchor store has not been read yet: make sure that it can be reached.',
      retryAfterSeconds: 5,
    })
  }

  private nameOf(number: number): string {
    return `${this.folder}/${anchorName(number)}`
  }

  private bytesOf(number: number): Promise<Uint8Array | undefined> {
    return this.store.get(this.nameOf(number))
  }

  /** Numbers have no gap, so the newest is found by doubling and halving. */
  private async findNewest(): Promise<number> {
    const exists = async (number: number) => (await this.bytesOf(number)) !== undefined
    let low = 0
    let high = 1
    while (await exists(high)) {
      low = high
      high *= 2
    }
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2)
      if (await exists(middle)) low = middle
      else high = middle
    }
    return low
  }

  private async load(newest: number): Promise<State> {
    let from = newest
    while (from > 1 && !isSummary(from)) from--
    let state: State = { number: Math.max(0, from - 1), digest: null, heads: new Map() }
    for (let number = Math.max(1, from); number <= newest; number++) {
      const bytes = await this.bytesOf(number)
      if (bytes === undefined) throw broken()
      state = next({ ...state, digest: number === from ? null : state.digest }, bytes)
    }
    return state
  }
}

function next(state: State, bytes: Uint8Array): State {
  const anchor = decodeAnchor(bytes)
  const follows = state.digest === null || (anchor.previous !== null && equalBytes(anchor.previous, state.digest))
  if (anchor.number !== state.number + 1 || !follows) throw broken()
  return { number: anchor.number, digest: anchorDigest(bytes), heads: withAnchor(state.heads, anchor) }
}

function broken(): PalimpsestError {
  return new PalimpsestError({
    code: 'anchors_broken',
    status: 503,
    message: 'The anchors in the store do not follow one another: somebody changed or removed one. Compare a copy.',
  })
}
