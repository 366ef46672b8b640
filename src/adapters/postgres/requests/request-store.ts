import type { RequestStore } from '../../../ports/request-store.ts'
import type { Sql } from '../connect.ts'
import * as inbox from './accept.ts'
import * as attempt from './attempts.ts'
import * as pieces from './pieces.ts'

/** @param owner UUID of this process, new at every start. */
export function createRequestStore(sql: Sql, owner: string): RequestStore {
  return {
    owner,
    accept: (request, acceptForMs, claim, reservation) => inbox.accept(sql, request, acceptForMs, claim, reservation),
    withdraw: (requestId) => inbox.withdraw(sql, requestId),
    findInbox: (requestId) => inbox.findInbox(sql, requestId),
    ofTenant(tenantId) {
      const own = sql.asTenant(tenantId)
      return {
        findInbox: (requestId) => inbox.findInbox(own, requestId),
        attempts: (requestId) => attempt.attempts(own, requestId),
      }
    },
    findIdempotent: (claim) => inbox.findIdempotent(sql, claim),
    findStalled: (olderThanMs, limit) => inbox.findStalled(sql, olderThanMs, limit),
    removeWithdrawn: (requestId) => inbox.removeWithdrawn(sql, requestId),
    removeExpiredIdempotency: (limit) => inbox.removeExpiredIdempotency(sql, limit),
    beginFirstAttempt: (requestId, target, prepared, prompt) =>
      attempt.beginFirstAttempt(sql, owner, requestId, target, prepared, prompt),
    beginNextAttempt: (requestId, attemptNo, target, hardLimits) =>
      attempt.beginNextAttempt(sql, owner, requestId, attemptNo, target, hardLimits),
    endWithout: (requestId, attemptNo, outcome) => attempt.endWithout(sql, requestId, attemptNo, outcome),
    newestAttempt: (requestId) => attempt.newestAttempt(sql, requestId),
    takeOver: (requestId, attemptNo, andCall) => attempt.takeOver(sql, owner, requestId, attemptNo, andCall),
    attempts: (requestId) => attempt.attempts(sql, requestId),
    readPrepared: (requestId) => attempt.readPrepared(sql, requestId),
    readResponse: (requestId) => attempt.readResponse(sql, requestId),
    endAttempt: (requestId, attemptNo, outcome, response) =>
      attempt.endAttempt(sql, owner, requestId, attemptNo, outcome, response),
    settleInterrupted: (requestId, attemptNo, outcome, response) =>
      attempt.settleInterrupted(sql, requestId, attemptNo, outcome, response),
    renewLeases: (requestIds) => attempt.renewLeases(sql, owner, requestIds),
    appendPieces: (list) => pieces.appendPieces(sql, owner, list),
    readPieces: (requestId, attemptNo) => pieces.readPieces(sql, requestId, attemptNo),
  }
}
