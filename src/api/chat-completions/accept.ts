import { createHmac } from 'node:crypto'
import type { KeyIdentity } from '../../config/types.ts'
import type { ChatRequest } from '../../domain/chat/types.ts'
import { endUserOf } from '../../domain/chat/validate.ts'
import type { RequestHeaders } from '../../domain/chat/validate-headers.ts'
import { uuidv7 } from '../../domain/ids/uuidv7.ts'
import { encodeSubject } from '../../domain/ledger/canonical.ts'
import { commit, encodeOpening } from '../../domain/ledger/commitment.ts'
import { keyedPseudonym } from '../../domain/requests/keyed-pseudonym.ts'
import type { InboxRequest, RequestContext } from '../../domain/requests/types.ts'
import type { RouteDecision, RouteRefusal } from '../../domain/routing/types.ts'
import { seal } from '../../domain/sealing/seal.ts'
import { PalimpsestError } from '../../errors.ts'
import type { Reservation } from '../../ports/budgets.ts'
import type { Delivery, EarlyRedaction } from '../../ports/in-flight.ts'
import {
  AcceptanceUnknown,
  type AcceptResult,
  type IdempotencyClaim,
  SubjectDetached,
} from '../../ports/request-store.ts'
import type { Subject } from '../../ports/subject-directory.ts'
import type { ApiDeps } from '../deps.ts'
import { redactEarly } from './redact-early.ts'
import { reservationOf } from './reserve.ts'
import { withdraw } from './start.ts'

/** Milliseconds after which an accepted request whose workflow never came up is no longer begun. */
const ACCEPT_FOR_MS = 5 * 60_000

export interface Incoming {
  caller: KeyIdentity
  headers: RequestHeaders
  /** As the app sent it: what its Idempotency-Key stands for. */
  sent: ChatRequest
  /** As it goes on. */
  body: ChatRequest
  region: string
  /** What it may cost is that of the models that may answer. */
  planned: RouteDecision | RouteRefusal
  simulate: RequestContext['simulate']
}

export type Accepted = { kind: 'accepted'; requestId: string } | { kind: 'duplicate'; requestId: string }

/**
 * Makes the request durable: sealed under its data subject's key, with its idempotency row and what is reserved for it, in one
 * transaction. From here on it survives any crash. Where it stays open whether that happened, it is taken back before the error is
 * thrown.
 * @throws PalimpsestError `idempotency_key_reused`, or the store's error, BudgetExhausted among them.
 */
export async function accept(deps: ApiDeps, incoming: Incoming, delivery: Delivery): Promise<Accepted> {
  const { caller, headers, body } = incoming
  const acceptedAt = deps.now()
  const requestId = uuidv7(acceptedAt, deps.randomBytes(10))
  const claim = await idempotencyClaim(deps, incoming)
  if (claim) {
    const holder = await deps.store.findIdempotent(claim)
    if (holder) return duplicateOf(holder)
  }
  const user = endUserOf(body) || null
  const day = new Date(acceptedAt).toISOString().slice(0, 10)
  const identity = user === null ? `daily:${caller.app}:${day}` : `user:${user}`
  let early: EarlyRedaction | null = null
  const take = async (subject: Subject) => {
    const context = contextOf(deps, incoming, subject, acceptedAt)
    const inbox = sealInbox(deps, requestId, context, subject, body, { user, headers })
    early ??= redactEarly(deps, inbox, body)
    const subjectPseudonym = user === null ? null : subject.pseudonym
    const reservation = reservationOf(deps, { context, subjectPseudonym, body, planned: incoming.planned })
    return { inbox, dataKey: subject.dataKey, result: await store(deps, inbox, claim, reservation) }
  }
  const { inbox, dataKey, result } = await take(await deps.subjects.resolve(caller.tenantId, identity)).catch(
    async (error: unknown) => {
      // Erased by another process a moment ago: who comes after that is somebody new.
      if (!(error instanceof SubjectDetached)) throw error
      return take(await deps.subjects.resolveAnew(caller.tenantId, identity))
    },
  )
  if (result.kind === 'duplicate') return duplicateOf(result)
  deps.inFlight.add({
    inbox,
    dataKey,
    body,
    delivery,
    prepared: null,
    early,
    freshAttempt: null,
    response: null,
    clientGone: false,
    cancel: new AbortController(),
  })
  return { kind: 'accepted', requestId }
}

/** Where it is open whether the request was accepted it is taken back, or somebody was faster. */
async function store(
  deps: ApiDeps,
  inbox: InboxRequest,
  claim: IdempotencyClaim | null,
  reservation: Reservation | null,
): Promise<AcceptResult> {
  const { requestId } = inbox
  return deps.store.accept(inbox, ACCEPT_FOR_MS, claim, reservation).catch(async (error: unknown) => {
    if (error instanceof AcceptanceUnknown && !(await withdraw(deps, requestId))) return asDuplicate(requestId)
    throw error
  })
}

/** Somebody found the request and began it while it was open here whether it had been accepted. */
const asDuplicate = (requestId: string) => ({ kind: 'duplicate', requestId, sameBody: true }) as const

function duplicateOf(holder: { requestId: string; sameBody: boolean }): Accepted {
  if (holder.sameBody) return { kind: 'duplicate', requestId: holder.requestId }
  throw new PalimpsestError({
    code: 'idempotency_key_reused',
    status: 422,
    message: 'This Idempotency-Key was used for another request body: use a new key for a new request.',
    param: 'Idempotency-Key',
  })
}

async function idempotencyClaim(deps: ApiDeps, incoming: Incoming): Promise<IdempotencyClaim | null> {
  const { caller, headers, sent } = incoming
  if (headers.idempotencyKey === null) return null
  const secret = await deps.keys.tenantSecret(caller.tenantId, 'idempotency')
  const index = (...parts: string[]) => createHmac('sha256', secret).update(JSON.stringify(parts), 'utf8').digest()
  return {
    tenantId: caller.tenantId,
    keyIndex: index('key', caller.app, headers.idempotencyKey),
    bodyIndex: index('body', JSON.stringify(sent)),
  }
}

function contextOf(deps: ApiDeps, incoming: Incoming, subject: Subject, acceptedAt: number): RequestContext {
  const { caller, headers, body } = incoming
  const pseudonym = (kind: 'ses' | 'con', value: string | null) =>
    value === null ? null : keyedPseudonym(subject.sessionSecret, kind, value)
  return {
    tenantId: caller.tenantId,
    app: caller.app,
    team: caller.team,
    apiKeyId: caller.keyId,
    tool: headers.tool,
    feature: headers.feature,
    region: incoming.region,
    sessionPseudonym: pseudonym('ses', headers.sessionId),
    consentPseudonym: pseudonym('con', headers.consentId),
    modelAsked: body.model,
    stream: body.stream === true,
    acceptedAt,
    ...(incoming.simulate && deps.development && { simulate: incoming.simulate }),
  }
}

function sealInbox(
  deps: ApiDeps,
  requestId: string,
  context: RequestContext,
  subject: Subject,
  body: ChatRequest,
  identity: { user: string | null; headers: RequestHeaders },
): InboxRequest {
  const { pseudonym, dataKey } = subject
  const sealField = (table: string, field: string, plaintext: Uint8Array) =>
    seal(
      dataKey,
      { tenantId: context.tenantId, subjectPseudonym: pseudonym, table, rowId: requestId, field },
      deps.randomBytes(12),
      plaintext,
    )
  const named = {
    user_id: identity.user,
    session_id: identity.headers.sessionId,
    consent_id: identity.headers.consentId,
  }
  const anonymous = Object.values(named).every((value) => value === null)
  const opening = { nonce: deps.randomBytes(32), bytes: encodeSubject(named) }
  return {
    requestId,
    context,
    subjectPseudonym: pseudonym,
    dataKeyId: dataKey.keyId,
    sealedBody: sealField('inbox', 'body', Buffer.from(JSON.stringify(body), 'utf8')),
    sealedSubject: anonymous ? null : sealField('content', 'subject', encodeOpening(opening)),
    subjectCommitment: anonymous ? null : commit('subject', opening.nonce, requestId, opening.bytes),
  }
}
