import { ApplicationFailure, activityInfo, heartbeat } from '@temporalio/activity'
import { isReference, referenceDigest } from '../../src/domain/erasure/reference.ts'
import { withoutData } from '../without-data.ts'
import { createAnnouncement } from './announce.ts'
import { createApprovalSteps } from './approval-steps.ts'
import { createClosingSteps } from './closing-steps.ts'
import type { ErasureCoreDeps } from './core-deps.ts'
import type { CoreSteps } from './types.ts'

const DAY_MS = 86_400_000
/** Days before the deadline at which a missing approval is called to mind. */
const REMIND_DAYS = [14, 7, 3, 1]

/** An erasure's own steps: who it is about, their identity, keys and content, and what stands of it in the ledger. */
export function createErasureCore(deps: ErasureCoreDeps): CoreSteps {
  const { cases, progress, subjects, content, keys, policy } = deps
  const steps: CoreSteps = {
    async claimErasure({ reference }) {
      if (!isReference(reference)) throw unclaimed('unknown')
      const claim = await progress.claim(referenceDigest(reference), activityInfo().workflowExecution?.workflowId ?? '')
      if (typeof claim === 'string') throw unclaimed(claim)
      return {
        caseId: claim.id,
        tenant: claim.tenantId,
        needsApproval: policy.needsApproval(claim.tenantId),
        deadline: claim.deadline,
        remindBefore: REMIND_DAYS.map((days) => days * DAY_MS),
        isClosing: claim.endedAt !== null,
      }
    },

    resolvePerson: async ({ caseId }) => subjects.resolve(await cases.open(caseId)),

    detachIdentity: async ({ caseId }) => ({ subjects: await subjects.detach(caseId) }),

    async destroyKeys({ caseId }) {
      const covered = (await cases.open(caseId)).subjects
      await Promise.all(covered.map(({ dataKeyId }) => keys.destroyDataKey(dataKeyId)))
      return { keys: covered.length }
    },

    async deleteContent({ caseId }) {
      let limit = FIRST_STRETCH
      for (let after: string | null = null; ; ) {
        const began = deps.now()
        const { next } = await content.deleteStretch(caseId, after, limit)
        limit = nextStretch(limit, deps.now() - began)
        heartbeat()
        after = next
        if (after === null) break
      }
      const { entries = 0, values = 0 } = (await progress.facts(caseId)).outcome as {
        entries?: number
        values?: number
      }
      return { entries, values }
    },

    ...createAnnouncement(deps),
    ...createApprovalSteps(deps),
    ...createClosingSteps(deps),
  }
  return withoutData(steps, 'a step of the erasure could not be done and is tried again')
}

/** Entries of the first transaction that deletes, of any at most, and milliseconds that one should take. */
const FIRST_STRETCH = 500
const MOST_STRETCH = 4_000
const STRETCH_MS = 250

/** Large texts take longer to delete than small ones: no write transaction lasts long, whatever they are. */
function nextStretch(limit: number, tookMs: number): number {
  const fitting = Math.round((limit * STRETCH_MS) / Math.max(tookMs, 1))
  return Math.min(Math.max(fitting, Math.ceil(limit / 8), 10), limit * 2, MOST_STRETCH)
}

const SENTENCES = {
  unknown:
    'There is no such reference. Take the one that POST /v1/erasures/references gave, as it is; it is never an identifier.',
  used: 'This reference was used by another workflow. Ask for a new one with POST /v1/erasures/references.',
  expired: 'This reference has expired. Ask for a new one with POST /v1/erasures/references.',
} as const

function unclaimed(why: keyof typeof SENTENCES): ApplicationFailure {
  return ApplicationFailure.nonRetryable(SENTENCES[why], `reference_${why}`)
}
