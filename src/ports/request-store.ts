import type {
  AttemptOutcome,
  AttemptState,
  AttemptSummary,
  InboxRequest,
  PreparedRequest,
  RouteTarget,
  SealedPrompt,
  SealedResponse,
} from '../domain/requests/types.ts'
import type { Reservation } from './budgets.ts'

export interface IdempotencyClaim {
  tenantId: string
  /** HMACs under the tenant's idempotency secret. */
  keyIndex: Uint8Array
  bodyIndex: Uint8Array
}

export type AcceptResult =
  | { kind: 'accepted' }
  /** The key is taken. `sameBody` says whether by the same request body. */
  | { kind: 'duplicate'; requestId: string; sameBody: boolean }

export interface StoredAttempt {
  attemptNo: number
  owner: string
  state: AttemptState
  leaseExpired: boolean
  provider: string
  model: string
  startedAt: number
  outcome: AttemptOutcome | null
}

export interface StreamPiece {
  requestId: string
  attemptNo: number
  chunkNo: number
  sealedChunk: Uint8Array
}

export interface StalledRequest {
  requestId: string
  withdrawn: boolean
  context: InboxRequest['context']
}

/**
 * Requests in flight. Duties: every method is one durable transaction when it returns; `accept` writes inbox and
 * idempotency row together or neither; of `withdraw` and `beginFirstAttempt` exactly one succeeds; only the owner of an
 * attempt that nobody superseded can change it. Any other error than the stated means that nothing is known to have
 * been written. Safe for concurrent use.
 */
export interface RequestStore {
  /** Identity of this process as a holder of attempts. */
  readonly owner: string
  /**
   * With a reservation, this is made in the same transaction, or nothing is accepted. Default: none.
   * @throws AcceptanceUnknown, SubjectDetached or BudgetExhausted; any other error means that nothing was written.
   */
  accept(
    request: InboxRequest,
    acceptForMs: number,
    idempotency: IdempotencyClaim | null,
    reservation?: Reservation | null,
  ): Promise<AcceptResult>
  /**
   * Takes back a request that no attempt was begun for, with its idempotency row; also one whose acceptance was left open.
   * False when an attempt was begun or the request is recorded. Safe to repeat.
   */
  withdraw(requestId: string): Promise<boolean>
  findInbox(requestId: string): Promise<InboxRequest | undefined>
  /** What a caller of this tenant may ask about requests in flight: another tenant's are not there. */
  ofTenant(tenantId: string): Pick<RequestStore, 'findInbox' | 'attempts'>
  /** The request a live idempotency row names. */
  findIdempotent(claim: IdempotencyClaim): Promise<{ requestId: string; sameBody: boolean } | undefined>

  /**
   * Puts the first attempt on record. `withdrawn`: was taken back or is past its accept deadline; `exists`: an attempt
   * is there already; `gone`: no such request in flight.
   */
  beginFirstAttempt(
    requestId: string,
    target: RouteTarget,
    prepared: PreparedRequest,
    prompt: SealedPrompt,
  ): Promise<'begun' | 'withdrawn' | 'exists' | 'gone'>
  /**
   * Puts attempt `attemptNo` on record after the one before it failed or was superseded, with what the first one reserved once more.
   * False when it exists.
   * @param hardLimits in force, by budget; a budget that is not named has none. Default: none at all.
   * @throws BudgetExhausted where there is no room for a further attempt: the one before it is then the request's end.
   */
  beginNextAttempt(
    requestId: string,
    attemptNo: number,
    target: RouteTarget,
    hardLimits?: Readonly<Record<string, string | null>>,
  ): Promise<boolean>
  /** Makes the outcome of a request's newest attempt, which has ended, final as this one. */
  endWithout(requestId: string, attemptNo: number, outcome: AttemptOutcome): Promise<void>
  newestAttempt(requestId: string): Promise<StoredAttempt | undefined>
  /**
   * Takes an attempt over whose lease is past: it becomes `interrupted` if it was delivering, else `superseded`; with
   * `andCall` the next one, to the same target, is on record in the same step (`begun`), unless it has to be reserved for.
   */
  takeOver(
    requestId: string,
    attemptNo: number,
    andCall: boolean,
  ): Promise<'begun' | 'superseded' | 'interrupted' | 'not_ours'>
  attempts(requestId: string): Promise<AttemptSummary[]>
  readPrepared(requestId: string): Promise<(SealedPrompt & { prepared: PreparedRequest }) | undefined>
  /** The sealed answer of the newest attempt, if it has one. */
  readResponse(requestId: string): Promise<(SealedResponse & { attemptNo: number }) | undefined>

  /**
   * Ends an attempt that this process holds, with its sealed answer if there is one. Gives what `attempts` says of it from then on; null
   * when it was superseded.
   */
  endAttempt(
    requestId: string,
    attemptNo: number,
    outcome: AttemptOutcome,
    response: SealedResponse | null,
  ): Promise<AttemptSummary | null>
  /** Ends an attempt found `interrupted`, as whoever found it. */
  settleInterrupted(
    requestId: string,
    attemptNo: number,
    outcome: AttemptOutcome,
    response: SealedResponse,
  ): Promise<void>
  /** Makes stream pieces durable and marks their attempts delivering; gives the keys of those still held. */
  appendPieces(pieces: StreamPiece[]): Promise<Set<string>>
  readPieces(requestId: string, attemptNo: number): Promise<Uint8Array[]>
  /** Extends the leases of attempts that this process holds and works on. */
  renewLeases(requestIds: readonly string[]): Promise<void>

  /** Requests older than `olderThanMs` that nobody is calling a model for, and withdrawn ones. */
  findStalled(olderThanMs: number, limit: number): Promise<StalledRequest[]>
  /** Removes a withdrawn request for good. */
  removeWithdrawn(requestId: string): Promise<void>
  removeExpiredIdempotency(limit: number): Promise<number>
}

/** Thrown by `accept` where it is open whether the request was accepted. */
export class AcceptanceUnknown extends Error {
  constructor(options: ErrorOptions) {
    super('it is not known whether the request was accepted', options)
    this.name = 'AcceptanceUnknown'
  }
}

/** Thrown by `accept` where the person was erased since the subject was looked up; nothing was written. */
export class SubjectDetached extends Error {
  constructor() {
    super('the data subject of this request was erased')
    this.name = 'SubjectDetached'
  }
}

/** Key of a piece in `appendPieces`' answer. */
export function attemptKey(requestId: string, attemptNo: number): string {
  return `${requestId}#${attemptNo}`
}

export type { SealedPrompt, SealedResponse }
