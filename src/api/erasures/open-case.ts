import type { KeyIdentity } from '../../config/types.ts'
import { legalDeadline } from '../../domain/erasure/deadline.ts'
import { formatReference, REFERENCE_FOR_MS } from '../../domain/erasure/reference.ts'
import type { ErasureRequest } from '../../domain/erasure/types.ts'
import { uuidv7 } from '../../domain/ids/uuidv7.ts'
import { PalimpsestError } from '../../errors.ts'
import type { CaseFacts } from '../../ports/erasure-cases.ts'
import type { ApiDeps } from '../deps.ts'
import { requirePerson } from './four-eyes.ts'

export interface OpenedCase {
  id: string
  reference: string
  deadline: number
  referenceExpiresAt: number
}

/** Times that a case which changes meanwhile is looked at again. */
const TRIES = 5

/**
 * Opens a case for a person, or takes up the one there is that nobody works on: it failed, or was never started.
 * @throws PalimpsestError `erasure_under_way`, 409, which names the case that is worked on; `person_required`, 403.
 */
export async function openCase(deps: ApiDeps, caller: KeyIdentity, request: ErasureRequest): Promise<OpenedCase> {
  requirePerson(deps, caller)
  const { cases } = deps.erasures
  const requestedAt = deps.now()
  const draft = {
    id: uuidv7(requestedAt, deps.randomBytes(10)),
    tenantId: caller.tenantId,
    officer: caller.keyId,
    requestedAt,
    deadline: legalDeadline(requestedAt),
    reference: formatReference(deps.randomBytes(32)),
    referenceExpiresAt: requestedAt + REFERENCE_FOR_MS,
    request,
  }
  for (let tries = 0; tries < TRIES; tries++) {
    const found = await cases.create(draft)
    if (!found) return draft
    if (await isWorkedOn(deps, found)) throw underWay(found.id)
    const taken = await cases.takeUp(found, draft)
    if (!taken) continue
    const after = await cases.find(caller.tenantId, found.id)
    return {
      id: found.id,
      reference: taken.reference,
      deadline: found.deadline,
      referenceExpiresAt: after?.referenceExpiresAt ?? draft.referenceExpiresAt,
    }
  }
  throw new PalimpsestError({
    code: 'erasure_changed',
    status: 503,
    message: 'The erasure of this person changed while it was asked for: ask again.',
    retryAfterSeconds: 1,
  })
}

/** A case whose workflow ended without a word (it was terminated) is nobody's. */
async function isWorkedOn(deps: ApiDeps, { state, workflowId }: CaseFacts): Promise<boolean> {
  if (state === 'failed' || workflowId === null) return false
  return deps.erasures.starter.isRunning(workflowId)
}

function underWay(caseId: string): PalimpsestError {
  return new PalimpsestError({
    code: 'erasure_under_way',
    status: 409,
    message: `An erasure of this person is under way: follow it at /v1/erasures/${caseId}.`,
  })
}
