import type { RequestStarter } from '../ports/request-starter.ts'
import type { RequestStore } from '../ports/request-store.ts'

/** Milliseconds after which an accepted request without a call under way is looked after. */
const STALLED_AFTER_MS = 10_000
/** Milliseconds between two looks at the same request. */
const LOOK_AGAIN_MS = 60_000
const LIMIT = 500

/**
 * One round of the reconciler: a request whose process died between accepting and starting it gets its workflow, one that
 * was taken back is removed once no start of it can be under way any more.
 */
export class Reconciler {
  private readonly lookedAt = new Map<string, number>()
  private readonly store: RequestStore
  private readonly starter: RequestStarter
  private readonly now: () => number

  constructor(store: RequestStore, starter: RequestStarter, now: () => number) {
    this.store = store
    this.starter = starter
    this.now = now
  }

  /** Gives the number of workflows it started. */
  async round(): Promise<number> {
    const now = this.now()
    let started = 0
    const stalled = await this.store.findStalled(STALLED_AFTER_MS, LIMIT)
    for (const { requestId, withdrawn, context } of stalled) {
      if (now - (this.lookedAt.get(requestId) ?? 0) < LOOK_AGAIN_MS) continue
      if (withdrawn) {
        await this.store.removeWithdrawn(requestId)
        continue
      }
      const facts = { tenantId: context.tenantId, tool: context.tool, route: 'reconciled' }
      if ((await this.starter.start(requestId, facts)) === 'started') started += 1
      this.lookedAt.set(requestId, now)
    }
    for (const [requestId, at] of this.lookedAt) if (now - at > LOOK_AGAIN_MS) this.lookedAt.delete(requestId)
    return started
  }
}
