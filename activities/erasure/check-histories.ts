import { activityInfo, heartbeat } from '@temporalio/activity'
import { needlesOf } from '../../src/domain/erasure/needles.ts'
import type { MentionDeps, MentionSteps } from './mention-deps.ts'

/**
 * Workflows whose runs are asked for at once, and how often that is done beside each other. Temporal allows a namespace some ten lists
 * a second; each is another wait.
 */
const STRETCH = 500
const AT_ONCE = 4
/** Milliseconds for which the list of runs may not show a new one yet. */
const LISTED_WITHIN_MS = 600_000
/** Milliseconds that a request's run may last: it is kept that much longer than its request is old. */
const RUN_MS = 2 * 86_400_000

/**
 * Histories hold no text, only ids, counts and codes: here that is not assumed. Every run of the person's requests that is still
 * kept, and the erasure's own, is read with every byte that it has.
 */
export function createCheckHistories(deps: MentionDeps): MentionSteps['checkHistories'] {
  const { cases, histories, residue } = deps
  return async ({ caseId }) => {
    const { subjects, request } = await cases.open(caseId)
    const search = deps.searchFor(needlesOf(request))
    const since = Date.now() - (await histories.keptForMs()) - RUN_MS
    const pseudonyms = subjects.map(({ pseudonym }) => pseudonym)
    const own = activityInfo().workflowExecution?.workflowId
    const total = { store: 'workflow histories', looked: 0, found: 0 }
    const look = async (workflowIds: readonly string[], recent: readonly string[]) => {
      for await (const bytes of histories.runsOf(workflowIds, recent)) {
        total.looked += 1
        if (await search.isInBytes(bytes)) total.found += 1
        heartbeat()
      }
    }
    if (own !== undefined) await look([own], [own])
    const stretches = residue.requestsSince(pseudonyms, since, STRETCH)
    const work = async () => {
      for (let next = await stretches.next(); next.done !== true; next = await stretches.next()) {
        const recent = next.value.filter((id) => unixMsOf(id) > Date.now() - LISTED_WITHIN_MS)
        await look(next.value.map(workflowOf), recent.map(workflowOf))
        heartbeat()
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
    return total
  }
}

function workflowOf(requestId: string): string {
  return `request/${requestId}`
}

/** When a UUIDv7 was made, in milliseconds since the Unix epoch. */
function unixMsOf(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
}
