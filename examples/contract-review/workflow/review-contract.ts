import { ActivityFailure, ApplicationFailure, defineQuery, proxyActivities, setHandler } from '@temporalio/workflow'
import type { Activities, PageOutcome } from '../activities.ts'

export interface Progress {
  /** Null: the document is being read. */
  pages: number | null
  done: number
  /** What came of each page so far, from page 1; null: not done. */
  outcomes: (PageOutcome | null)[]
}

export const progress = defineQuery<Progress>('progress')

const { readDocument } = proxyActivities<Activities>({
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout: '15 seconds',
  retry: { maximumAttempts: 5 },
})
const { reviewPage } = proxyActivities<Activities>({
  startToCloseTimeout: '15 minutes',
  heartbeatTimeout: '15 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds', maximumAttempts: 8 },
})

/** Pages under way at once. */
const AT_ONCE = 4

/**
 * Reviews a contract, some pages at a time. A page that cannot be reviewed does not keep the others. Whatever dies in the middle, the
 * pages that are done are not asked again. @throws ApplicationFailure with the reason where the document cannot be read.
 */
export async function reviewContract(id: string): Promise<Progress> {
  const state: Progress = { pages: null, done: 0, outcomes: [] }
  setHandler(progress, () => state)
  const read = await readDocument(id)
  if ('unreadable' in read) throw ApplicationFailure.nonRetryable(read.message, read.unreadable)
  state.pages = read.pages
  state.outcomes = Array.from({ length: read.pages }, () => null)
  let next = 1
  const work = async () => {
    while (next <= read.pages) {
      const page = next++
      state.outcomes[page - 1] = await reviewPage({ id, page }).catch((error: unknown) => {
        if (error instanceof ActivityFailure) return 'failed' as const
        throw error
      })
      state.done += 1
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return state
}
