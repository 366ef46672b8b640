import { ApplicationFailure } from '@temporalio/activity'
import { type AnchorDeps, createAnchor } from './anchor.ts'
import { createSelfCheck, type SelfCheckDeps } from './self-check.ts'
import type { LedgerActivities } from './types.ts'

/** The ledger's activities, over the ports they need. */
export function createLedgerActivities(deps: AnchorDeps & SelfCheckDeps): LedgerActivities {
  return { anchor: withoutData(createAnchor(deps)), selfCheck: withoutData(createSelfCheck(deps)) }
}

/** A failure stands in the history: its name and code go there, never what a database or a store quotes. */
function withoutData<T>(run: () => Promise<T>): () => Promise<T> {
  return async () => {
    try {
      return await run()
    } catch (error) {
      const name = error instanceof Error ? error.name : 'unknown'
      const code = String((error as { code?: unknown } | null)?.code ?? '')
      throw ApplicationFailure.create({
        type: /^\w{1,64}$/.test(code) ? `${name}:${code}` : name,
        message: 'the ledger could not be worked on and is tried again',
      })
    }
  }
}
