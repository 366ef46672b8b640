import { equalBytes } from '../../src/domain/ledger/bytes.ts'
import { formatOrigin, parseOrigin } from '../../src/domain/ledger/origin.ts'
import { PalimpsestError } from '../../src/errors.ts'
import type { AnchoredHead, AnchorReader, LogDiverged } from '../../src/ports/anchored-heads.ts'
import type { LedgerTrees } from '../../src/ports/ledger-trees.ts'

export interface LedgerWatchDeps {
  anchors: AnchorReader & { refresh(): Promise<void> }
  trees: LedgerTrees
  deployment: string
  /** Looks for generations and keys that another process made. */
  refreshLogs(): Promise<void>
  /** By tenant, the newest generation in the database. */
  generations(): Promise<ReadonlyMap<string, number>>
  /** Milliseconds since the Unix epoch. */
  now(): number
  /** Told of each change of the state. */
  onChange(state: LedgerState, origin: string | null): void
}

export type LedgerState = 'unchecked' | 'sound' | 'restored'

/**
 * Whether the database still holds what is anchored. It begins `unchecked`; a tree that is shorter than its anchor, or
 * another one, makes it `restored`, and nothing is written or signed any more until a recovery has opened a new generation
 * of that log.
 */
export class LedgerWatch {
  private readonly deps: LedgerWatchDeps
  private readonly compared = new Map<string, AnchoredHead>()
  private state: LedgerState = 'unchecked'
  private reported = new Map<string, number>()
  /** Logs with leaves that are not anchored: the head they were behind, and since when that was seen. */
  private readonly behind = new Map<string, { head: AnchoredHead | undefined; since: number }>()

  constructor(deps: LedgerWatchDeps) {
    this.deps = deps
  }

  get current(): LedgerState {
    return this.state
  }

  /** Seconds for which a log has had leaves beyond its last anchor, of the log that has waited longest; 0: none. */
  get anchorLagSeconds(): number {
    const since = Math.min(...[...this.behind.values()].map((one) => one.since))
    return Number.isFinite(since) ? Math.max(0, this.deps.now() - since) / 1000 : 0
  }

  /** Compares every log in force with its anchor. Throws where the database or the anchor store is away. */
  async check(): Promise<LedgerState> {
    const { anchors, deployment } = this.deps
    await Promise.all([anchors.refresh(), this.deps.refreshLogs()])
    const generations = await this.deps.generations()
    for (const [tenant, generation] of generations) await this.measure(formatOrigin({ deployment, tenant, generation }))
    let lost: string | null = null
    for (const origin of anchors.origins()) {
      const name = parseOrigin(origin)
      const newest = generations.get(name.tenant) ?? 0
      if (name.deployment !== deployment || name.generation < newest) continue
      if (name.generation > newest || !(await this.holds(origin))) lost = origin
    }
    // What a sequencer or an anchor found stands until the log has a new generation.
    for (const [origin, generation] of this.reported) {
      const ended = (generations.get(parseOrigin(origin).tenant) ?? 0) > generation
      if (ended) this.reported.delete(origin)
      else lost = origin
    }
    this.become(lost === null ? 'sound' : 'restored', lost)
    return this.state
  }

  /** What whoever meets another tree than the signed one has to call. */
  diverged(error: LogDiverged): void {
    this.reported.set(error.origin, parseOrigin(error.origin).generation)
    this.become('restored', error.origin)
  }

  /** @throws PalimpsestError `ledger_restored` or `ledger_unchecked`, 503, while nothing may be written. */
  require(): void {
    if (this.state === 'sound') return
    throw new PalimpsestError(
      this.state === 'restored'
        ? {
            code: 'ledger_restored',
            status: 503,
            message:
              'The ledger is not the one that was anchored: run `palimpsest ledger recover` to go on in a new one.',
            retryAfterSeconds: 60,
          }
        : {
            code: 'ledger_unchecked',
            status: 503,
            message: 'The ledger has not been compared with its anchors yet: make sure that the anchor store answers.',
            retryAfterSeconds: 5,
          },
    )
  }

  private async measure(origin: string): Promise<void> {
    const head = this.deps.anchors.of(origin)
    if ((await this.deps.trees.size(origin)) <= (head?.treeSize ?? 0)) this.behind.delete(origin)
    else if (this.behind.get(origin)?.head !== head || !this.behind.has(origin)) {
      this.behind.set(origin, { head, since: this.deps.now() })
    }
  }

  private async holds(origin: string): Promise<boolean> {
    const head = this.deps.anchors.of(origin)
    if (head === undefined) return true
    if (this.compared.get(origin) === head) return (await this.deps.trees.size(origin)) >= head.treeSize
    const root = await this.deps.trees.root(origin, head.treeSize)
    const holds = root !== undefined && equalBytes(root, head.rootHash)
    if (holds) this.compared.set(origin, head)
    return holds
  }

  private become(state: LedgerState, origin: string | null): void {
    if (state === this.state) return
    this.state = state
    if (state !== 'sound') this.compared.clear()
    this.deps.onChange(state, origin)
  }
}
