import type { CaseFacts } from '../../ports/erasure-cases.ts'
import type { ApiDeps } from '../deps.ts'

/** What an officer is told of a case: never whom it is about. */
export async function caseView({ erasures: { starter } }: ApiDeps, facts: CaseFacts): Promise<Record<string, unknown>> {
  const { counts = null, residue = null } = facts.outcome
  const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString())
  const running = facts.state === 'running' && facts.workflowId !== null
  return {
    id: facts.id,
    state: facts.state,
    workflowId: facts.workflowId ?? starter.workflowIdOf(facts.id),
    ...(running && { step: await starter.step(facts.workflowId ?? '') }),
    requested_at: iso(facts.requestedAt),
    requested_by: facts.officer,
    deadline: iso(facts.deadline),
    decision: facts.decision,
    decided_by: facts.approver,
    receipt: facts.receiptNumber,
    entries: [facts.announcedBy, ...facts.announcedAlso, facts.endedBy].filter((id) => id !== null),
    ended_at: iso(facts.endedAt),
    error_code: facts.errorCode,
    found: foundOf(counts),
    counts,
    residue,
    certificate: facts.hasCertificate ? `/v1/erasures/${facts.id}/certificate` : null,
  }
}

/** Whether anything of the person was there; null while nobody knows. */
function foundOf(counts: unknown): boolean | null {
  if (counts === null) return null
  const { subjects = 0, othersValues = 0, textsCut = 0 } = counts as Record<string, number>
  return subjects + othersValues + textsCut > 0
}
