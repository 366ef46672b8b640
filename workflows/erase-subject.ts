import {
  CancellationScope,
  defineQuery,
  defineSignal,
  isCancellation,
  setCurrentDetails,
  setHandler,
} from '@temporalio/workflow'
import type { ClaimedCase, ErasureCounts, StoreResidue } from '../activities/erasure/types.ts'
import { asTold, invalidInput, isRefusal, malformedReference, residueFound } from './erasure/failures.ts'
import { refuseUnderHold, waitForApproval } from './erasure/refuse.ts'
import { type FirstSteps, firstSteps, long, steps } from './erasure/steps.ts'
import { failureCode } from './failure-code.ts'

/** Input of `eraseSubject`, as one JSON object. */
export interface EraseSubjectInput {
  /** The single-use reference that `POST /v1/erasures/references` gave. Never an identifier. */
  reference: string
}

export interface EraseSubjectResult {
  caseId: string
  receipt: number
  counts: ErasureCounts
  residue: StoreResidue[]
  certificateSha256: string
}

/** An officer has decided; who and how is read from the record. */
export const decided = defineSignal('decided')
export const progress = defineQuery<{ step: string; counts: Partial<ErasureCounts> }>('progress')

/**
 * Erases a person everywhere: identity and keys first, so that nothing of theirs can be read, then the sealed copies, then
 * what others wrote of them; looks whether anything was left, and certifies what was done. Startable from the Temporal UI.
 * A run that failed is run again under the same workflow id and goes through all steps again, each of which finds what is done.
 */
export async function eraseSubject(input: EraseSubjectInput): Promise<EraseSubjectResult> {
  let step = 'claim'
  let signalled = false
  const counts: Partial<ErasureCounts> = {}
  setHandler(progress, () => ({ step, counts }))
  setHandler(decided, () => {
    signalled = true
  })
  const begin = (name: string) => {
    step = name
    setCurrentDetails(`Step: ${name}\n\n${JSON.stringify(counts)}`)
  }
  const first = firstSteps()
  const claimed = await claim(input, first)
  const { caseId } = claimed
  try {
    if (!claimed.isClosing) {
      begin('resolve')
      await first.resolvePerson({ caseId })
      begin('holds')
      await refuseUnderHold(caseId, first)
      if (claimed.needsApproval) {
        begin('approval')
        await waitForApproval(claimed, {
          isSignalled: () => signalled,
          reset: () => {
            signalled = false
          },
        })
        await refuseUnderHold(caseId, first)
      }
      await erase(claimed, counts, begin, first)
    }
    begin('case key')
    await steps.destroyCaseKey({ caseId })
    begin('certificate')
    const { sha256 } = await steps.signCertificate({ caseId })
    begin('close')
    const done = await steps.closeCase({ caseId })
    Object.assign(counts, done.counts)
    begin('done')
    return { caseId, ...done, certificateSha256: sha256 }
  } catch (error) {
    if (!isRefusal(error)) {
      const code = isCancellation(error) ? 'cancelled' : failureCode(error)
      await CancellationScope.nonCancellable(() => steps.failErasure({ caseId, code }))
    }
    throw asTold(error)
  }
}

const REFERENCE = /^erasure_[A-Za-z0-9_-]{43}$/

/** What is typed into the UI may be anything: it fails for good, with a sentence that says what to type. */
async function claim(input: unknown, first: FirstSteps): Promise<ClaimedCase> {
  const reference = (input as Partial<EraseSubjectInput> | null | undefined)?.reference
  if (typeof reference !== 'string') throw invalidInput()
  if (!REFERENCE.test(reference)) throw malformedReference()
  try {
    return await first.claimErasure({ reference })
  } catch (error) {
    throw asTold(error)
  }
}

/**
 * From the receipt to the closing entry. Whatever the size of the tenant's text, the person's own is unreadable first: the search
 * for mentions in other people's comes behind it.
 */
async function erase(
  { caseId, tenant }: ClaimedCase,
  counts: Partial<ErasureCounts>,
  begin: (name: string) => void,
  first: FirstSteps,
): Promise<void> {
  const announce = async () => {
    const { entry } = await first.announceErasure({ caseId })
    await first.awaitLeaf({ entry, tenant })
    await first.publishTombstones({ caseId })
  }
  begin('announce')
  try {
    await announce()
  } catch (error) {
    // A hold that came since they were looked at: nothing is announced, nothing is gone.
    if (failureCode(error) === 'legal_hold') await refuseUnderHold(caseId, first)
    throw error
  }
  begin('detach')
  counts.subjects = (await first.detachIdentity({ caseId })).subjects
  begin('keys')
  counts.keys = (await first.destroyKeys({ caseId })).keys
  begin('in flight')
  counts.inFlight = (await long.endInFlight({ caseId })).requests
  begin('content')
  Object.assign(counts, await long.deleteContent({ caseId }))
  begin('mentions')
  const { textsScanned, textsUnreadable } = await long.findMentions({ caseId })
  Object.assign(counts, { textsScanned, textsUnreadable })
  // What will be cut out of other people's text is a second part of the same receipt, where there is any.
  begin('announce cuts')
  await announce()
  begin('others')
  const others = await long.cutMentions({ caseId })
  Object.assign(counts, { othersValues: others.values, textsCut: others.textsCut })
  begin('archives')
  counts.archiveObjects = (await long.eraseArchives({ caseId }))?.objects ?? null
  begin('histories')
  const histories = await long.checkHistories({ caseId })
  begin('residue')
  const residue = [histories, ...(await long.scanResidue({ caseId })).stores]
  if (residue.some(({ found }) => found > 0)) throw residueFound(residue)
  begin('complete')
  await steps.completeErasure({ caseId, residue, counts: counts as ErasureCounts })
}
