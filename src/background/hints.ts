import { BASIS_DAYS, findHints } from '../domain/hints/find-hints.ts'
import { DAY_MS, HINT_KINDS, type HintFacts, type HintKind } from '../domain/hints/types.ts'
import type { HintLedger } from '../ports/hint-ledger.ts'
import type { FoundHints, Hints } from '../ports/hints.ts'

/** Days that a round looks at: with what they are judged by still within the usual hot window. */
export const ROUND_DAYS = 14
/** Milliseconds. */
export const TICK_MS = 300_000
const TICKS_A_ROUND = 12
const KEPT_MS = 60_000
const MOST_KEPT = 200

export interface HintFinderDeps {
  ledger: HintLedger
  /** What hints stand on beside the entries. */
  context(tenantId: string): Promise<Pick<HintFacts, 'budgets' | 'benchmarks'>>
  /** Of the configuration in force. */
  tenants(): Iterable<string>
  /** Hints of a round over all tenants, by kind. */
  counted(counts: ReadonlyMap<HintKind, number>): void
  /** Milliseconds since the Unix epoch. */
  now(): number
  /** Breaks off what is read. */
  close(): void
}

/** Finds hints when they are asked for, and in rounds for the metrics. */
export class HintFinder implements Hints {
  readonly #deps: HintFinderDeps
  #ticks = 0
  readonly #kept = new Map<string, { at: number; found: Promise<FoundHints> }>()

  constructor(deps: HintFinderDeps) {
    this.#deps = deps
  }

  of(tenantId: string, days: number): Promise<FoundHints> {
    const key = JSON.stringify([tenantId, days])
    const now = this.#deps.now()
    const kept = this.#kept.get(key)
    if (kept && now - kept.at < KEPT_MS) return kept.found
    const found = this.#find(tenantId, days, now)
    this.#kept.delete(key)
    this.#kept.set(key, { at: now, found })
    found.catch(() => this.#kept.delete(key))
    for (const old of this.#kept.keys()) {
      if (this.#kept.size <= MOST_KEPT) break
      this.#kept.delete(old)
    }
    return found
  }

  /** Called every `TICK_MS`: a round an hour, the first one when the gateway has been up for a tick. */
  async tick(): Promise<void> {
    if (this.#ticks++ % TICKS_A_ROUND === 1) await this.round()
  }

  close(): void {
    this.#deps.close()
  }

  /** One tenant after another; where one cannot be read, the others are counted all the same, and then it is thrown. */
  async round(): Promise<void> {
    const counts = new Map<HintKind, number>(HINT_KINDS.map((kind) => [kind, 0]))
    let failed: { error: unknown } | null = null
    for (const tenantId of this.#deps.tenants()) {
      try {
        for (const { kind } of (await this.of(tenantId, ROUND_DAYS)).hints)
          counts.set(kind, (counts.get(kind) ?? 0) + 1)
      } catch (error) {
        failed ??= { error }
      }
    }
    this.#deps.counted(counts)
    if (failed) throw failed.error
  }

  async #find(tenantId: string, days: number, to: number): Promise<FoundHints> {
    const from = Math.floor(to / DAY_MS) * DAY_MS - days * DAY_MS
    const scope = { tenantId, from: from - BASIS_DAYS * DAY_MS, to }
    const [rows, context] = await Promise.all([this.#deps.ledger.read(scope), this.#deps.context(tenantId)])
    const facts = { ...rows, ...context, from: scope.from, to }
    const hints = findHints(facts).filter(({ until }) => until === null || until > from)
    return { from, to, hints }
  }
}
