import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  condition,
  defineQuery,
  defineSignal,
  isCancellation,
  patched,
  proxyActivities,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
  TemporalFailure,
} from '@temporalio/workflow'
import type { ClaimedCase, ErasureActivities, ErasureCounts, StoreResidue } from '../activities/erasure/types.ts'
import { failureCode, withoutStacks } from './failure-code.ts'

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

// What is away is waited for: an erasure that has begun is finished. What can never succeed fails for good by its type.
const steps = proxyActivities<ErasureActivities>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '1 minute',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute' },
})
const long = proxyActivities<ErasureActivities>({
  startToCloseTimeout: '12 hours',
  heartbeatTimeout: '2 minutes',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute' },
})

// Until the person is unreadable each step is done in this process, without a wait for a worker between two of them.
const here = proxyLocalActivities<ErasureActivities>({
  startToCloseTimeout: '20 seconds',
  scheduleToCloseTimeout: '20 seconds',
  retry: { maximumAttempts: 1 },
})

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

type FirstSteps = Pick<
  ErasureActivities,
  | 'claimErasure'
  | 'resolvePerson'
  | 'findHolds'
  | 'announceErasure'
  | 'awaitLeaf'
  | 'publishTombstones'
  | 'detachIdentity'
  | 'destroyKeys'
>

/**
 * The steps up to the destruction of the keys: tried here first, and what cannot be done here now is done like any other step,
 * whose attempts the UI shows, for as long as it takes. An erasure that began before there was this does all of them so.
 */
function firstSteps(): FirstSteps {
  const isHere = patched('first-steps-here')
  const first = <I, O>(now: (input: I) => Promise<O>, later: (input: I) => Promise<O>) =>
    isHere ? hereFirst(now, later) : later
  return {
    claimErasure: first(here.claimErasure, steps.claimErasure),
    resolvePerson: first(here.resolvePerson, steps.resolvePerson),
    findHolds: first(here.findHolds, steps.findHolds),
    announceErasure: first(here.announceErasure, steps.announceErasure),
    awaitLeaf: first(here.awaitLeaf, long.awaitLeaf),
    publishTombstones: first(here.publishTombstones, steps.publishTombstones),
    detachIdentity: first(here.detachIdentity, steps.detachIdentity),
    destroyKeys: first(here.destroyKeys, steps.destroyKeys),
  }
}

function hereFirst<I, O>(now: (input: I) => Promise<O>, later: (input: I) => Promise<O>): (input: I) => Promise<O> {
  return async (input) => {
    try {
      return await now(input)
    } catch (error) {
      if (isCancellation(error) || isFinal(error)) throw error
      return later(input)
    }
  }
}

/** Whether a step says by its type that it can never succeed: a step done here may say so without more around it. */
function isFinal(error: unknown): boolean {
  for (let failure = error; failure instanceof TemporalFailure; failure = failure.cause) {
    if (failure instanceof ApplicationFailure && failure.nonRetryable === true) return true
  }
  return false
}

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

async function refuseUnderHold(caseId: string, first: FirstSteps): Promise<void> {
  const { holds } = await first.findHolds({ caseId })
  if (holds.length === 0) return
  await steps.refuseErasure({ caseId, code: 'legal_hold', holds })
  throw refusal('legal_hold', `A legal hold is in force: ${holds.join(', ')}. Release it, then ask again.`)
}

/**
 * Waits for a decision on record; calls it to mind before the deadline, and refuses when that has passed. The record is read
 * before each wait: a decision may have been made before this run began to listen.
 */
async function waitForApproval(
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

const REFERENCE = /^erasure_[A-Za-z0-9_-]{43}$/
const REFUSALS = new Set(['legal_hold', 'not_approved', 'approval_overdue'])

function refusal(type: string, message: string): ApplicationFailure {
  return withoutStacks(ApplicationFailure.create({ nonRetryable: true, type, message }))
}

function isRefusal(error: unknown): boolean {
  return error instanceof ApplicationFailure && REFUSALS.has(error.type ?? '')
}

function residueFound(residue: readonly StoreResidue[]): ApplicationFailure {
  const where = residue.filter(({ found }) => found > 0).map(({ store, found }) => `${store} (${found})`)
  return ApplicationFailure.create({
    nonRetryable: true,
    type: 'residue_found',
    message: `The person was still found in: ${where.join(', ')}. Nothing is certified; see the result, then run it again.`,
    details: [residue],
  })
}

/** The sentence of a step stands in the workflow's own failure, where a reader looks first. */
function asTold(error: unknown): unknown {
  return withoutStacks(
    error instanceof ActivityFailure && error.cause instanceof ApplicationFailure ? error.cause : error,
  )
}

function invalidInput(): ApplicationFailure {
  return refusal('invalid_input', 'Start it with {"reference": "…"}, as POST /v1/erasures/references gives it.')
}

function malformedReference(): ApplicationFailure {
  return refusal(
    'invalid_reference',
    'A reference looks like erasure_… with 43 characters behind the underscore: copy it whole from POST /v1/erasures/references.',
  )
}
