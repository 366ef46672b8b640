import { condition } from '@temporalio/workflow'
import type { ClaimedCase } from '../../activities/erasure/types.ts'
import { refusal } from './failures.ts'
import { type FirstSteps, steps } from './steps.ts'

/** Puts a refusal on record where a legal hold is in force, and ends with it. */
export async function refuseUnderHold(caseId: string, first: FirstSteps): Promise<void> {
  const { holds } = await first.findHolds({ caseId })
  if (holds.length === 0) return
  await steps.refuseErasure({ caseId, code: 'legal_hold', holds })
  throw refusal('legal_hold', `A legal hold is in force: ${holds.join(', ')}. Release it, then ask again.`)
}

/**
 * Waits for a decision on record; calls it to mind before the deadline, and refuses when that has passed. The record is read
 * before each wait: a decision may have been made before this run began to listen.
 */
export async function waitForApproval(
  { caseId, deadline, remindBefore }: ClaimedCase,
  signal: { isSignalled(): boolean; reset(): void },
): Promise<void> {
  await steps.awaitApproval({ caseId })
  const reminders = [...remindBefore].sort((a, b) => b - a).filter((before) => deadline - before > Date.now())
  for (;;) {
    signal.reset()
    const { decision } = await steps.readApproval({ caseId })
    if (decision === 'approved') return
    if (decision === 'rejected') {
      await steps.refuseErasure({ caseId, code: 'not_approved', holds: [] })
      throw refusal('not_approved', 'A second officer has refused this erasure.')
    }
    const next = reminders[0]
    if (await condition(signal.isSignalled, Math.max(deadline - (next ?? 0) - Date.now(), 1))) continue
    if (next === undefined) {
      await steps.refuseErasure({ caseId, code: 'approval_overdue', holds: [] })
      throw refusal('approval_overdue', 'Nobody approved this erasure within its legal deadline. Ask again at once.')
    }
    reminders.shift()
    await steps.remindApproval({ caseId, daysLeft: Math.ceil(next / 86_400_000) })
  }
}
