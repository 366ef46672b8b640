import { heartbeat } from '@temporalio/activity'
import { withoutData } from '../without-data.ts'
import { createCheckHistories } from './check-histories.ts'
import { createFindMentions } from './find-mentions.ts'
import type { MentionDeps, MentionSteps } from './mention-deps.ts'
import { createScanResidue } from './scan-residue.ts'

/** An erasure's steps in what others wrote, and its last look at what is there. */
export function createMentionSteps(deps: MentionDeps): MentionSteps {
  const { texts } = deps
  const steps: MentionSteps = {
    findMentions: createFindMentions(deps),

    async cutMentions({ caseId }) {
      let after: string | null = null
      do {
        after = await texts.deleteValues(caseId, after)
        heartbeat()
      } while (after !== null)
      while (await texts.cutSome(caseId)) heartbeat()
      return texts.finish(caseId)
    },

    checkHistories: createCheckHistories(deps),
    scanResidue: createScanResidue(deps),
  }
  return withoutData(steps, 'mentions of the person could not be worked on and are looked for again')
}
