import type { ErasureCoreDeps } from './core-deps.ts'
import type { CoreSteps } from './types.ts'

/** The second pair of eyes. */
export function createApprovalSteps({
  progress,
  entries,
  onReminder,
}: ErasureCoreDeps): Pick<CoreSteps, 'awaitApproval' | 'readApproval' | 'remindApproval'> {
  return {
    async awaitApproval({ caseId }) {
      await progress.move(caseId, 'awaiting_approval', null)
    },

    /** What counts is the decision's entry: it is written by whoever decided, before the workflow is told. */
    async readApproval({ caseId }) {
      const { tenantId, officer, approver, decision, decidedBy } = await progress.facts(caseId)
      if (decision === null || decidedBy === null || approver === officer) return { decision: null }
      if ((await entries.entry(tenantId, decidedBy)) === undefined) return { decision: null }
      if (decision === 'approved') await progress.move(caseId, 'running', null)
      return { decision }
    },

    async remindApproval({ caseId, daysLeft }) {
      const { tenantId } = await progress.facts(caseId)
      onReminder({ caseId, tenantId, daysLeft })
    },
  }
}
