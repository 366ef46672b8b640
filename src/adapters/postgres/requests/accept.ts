import { setImmediate } from 'node:timers/promises'
import type { InboxRequest } from '../../../domain/requests/types.ts'
import type { Reservation } from '../../../ports/budgets.ts'
import {
  AcceptanceUnknown,
  type AcceptResult,
  type IdempotencyClaim,
  type StalledRequest,
  SubjectDetached,
} from '../../../ports/request-store.ts'
import { columnsOf, toBudgetError } from '../budgets/reserve.ts'
import { clockSkew } from '../clock-skew.ts'
import { mayHaveRun, type Sql } from '../connect.ts'
import type { Query } from '../sql.ts'

const IDEMPOTENCY_HOURS = 24
/** Seconds that a withdrawn row stays: longer than any statement or start that was left open can be under way. */
const WITHDRAWN_FOR_SECONDS = 60

/**
 * One statement: the inbox row and, with a key, the idempotency row that leads to it. The row counts its age from when the
 * database wrote it: a statement that lay there while the database stood still is not looked after before the gateway
 * that sent it had the time to take it back. None is written for a person who is erased, so that nothing comes in behind the
 * erasure where a process has not heard of it; nor where the gateway's clock is far from the database's, because days are sealed
 * by that one.
 * @throws PalimpsestError `clock_skew`, 503.
 */
export async function accept(
  sql: Sql,
  request: InboxRequest,
  acceptForMs: number,
  claim: IdempotencyClaim | null,
  reservation: Reservation | null = null,
): Promise<AcceptResult> {
  // A connection that died before this request came shows it in the meantime, so that what is open stays rare.
  await setImmediate()
  for (;;) {
    try {
      if (await insert(sql, request, acceptForMs, claim, reservation)) return { kind: 'accepted' }
    } catch (error) {
      throw mayHaveRun(error) ? new AcceptanceUnknown({ cause: error }) : toBudgetError(error)
    }
    // The holder may have been withdrawn or expired between the two statements: then the key is free again.
    const holder = claim && (await findIdempotent(sql, claim))
    if (holder) return { kind: 'duplicate', ...holder }
    if (await isDetached(sql, request.subjectPseudonym)) throw new SubjectDetached()
    if (!(await isOfNow(sql, request.requestId))) throw clockSkew()
  }
}

async function isOfNow(sql: Sql, requestId: string): Promise<boolean> {
  const [row] = await sql`SELECT ledger_is_now(${requestId}) AS fits`
  return row?.fits === true
}

async function isDetached(sql: Sql, pseudonym: string): Promise<boolean> {
  const rows = await sql`SELECT FROM data_subject WHERE pseudonym = ${pseudonym} AND erased_at IS NOT NULL`
  return rows.length > 0
}

/** False: the key is taken, the person erased, or the id not of this time. */
async function insert(
  sql: Sql,
  request: InboxRequest,
  acceptForMs: number,
  claim: IdempotencyClaim | null,
  reservation: Reservation | null,
): Promise<boolean> {
  if (reservation) return insertReserved(sql, request, acceptForMs, claim, reservation)
  const deadline = new Date(request.context.acceptedAt + acceptForMs)
  const context = JSON.stringify(request.context)
  if (!claim) {
    const accepted = await sql`
      INSERT INTO inbox (request_id, tenant_id, state, accepted_at, accept_deadline, subject_pseudonym, data_key_id,
                         context, sealed_body, sealed_subject, subject_commitment)
      SELECT ${request.requestId}, ${request.context.tenantId}, 'accepted', now(), ${deadline},
             ${request.subjectPseudonym}, ${request.dataKeyId}, ${context}, ${request.sealedBody},
             ${request.sealedSubject}, ${request.subjectCommitment}
      WHERE ledger_is_now(${request.requestId}::uuid) AND NOT EXISTS (
        SELECT FROM data_subject WHERE pseudonym = ${request.subjectPseudonym} AND erased_at IS NOT NULL)`
    return accepted.count > 0
  }
  const inserted = await sql`
    WITH claim AS (
      INSERT INTO idempotency AS held (tenant_id, key_index, body_index, request_id, expires_at)
      SELECT ${claim.tenantId}, ${claim.keyIndex}, ${claim.bodyIndex}, ${request.requestId}::uuid,
             now() + make_interval(hours => ${IDEMPOTENCY_HOURS})
      WHERE ledger_is_now(${request.requestId}::uuid) AND NOT EXISTS (
        SELECT FROM data_subject WHERE pseudonym = ${request.subjectPseudonym} AND erased_at IS NOT NULL)
      ON CONFLICT (tenant_id, key_index) DO UPDATE
        SET body_index = excluded.body_index, request_id = excluded.request_id, expires_at = excluded.expires_at
        WHERE held.expires_at <= now()
      RETURNING request_id
    )
    INSERT INTO inbox (request_id, tenant_id, state, accepted_at, accept_deadline, subject_pseudonym, data_key_id,
                       context, sealed_body, sealed_subject, subject_commitment)
    SELECT request_id, ${request.context.tenantId}, 'accepted', now(), ${deadline},
           ${request.subjectPseudonym}, ${request.dataKeyId}, ${context}, ${request.sealedBody},
           ${request.sealedSubject}, ${request.subjectCommitment}
    FROM claim RETURNING request_id`
  return inserted.length > 0
}

/**
 * The same with a reservation, in one statement too. Budgets are locked last, and only until the statement ends: between two calls that
 * share one lies a single write to disk. Where one has no room, the statement fails as a whole.
 */
async function insertReserved(
  sql: Sql,
  request: InboxRequest,
  acceptForMs: number,
  claim: IdempotencyClaim | null,
  reservation: Reservation,
): Promise<boolean> {
  const { requestId, context } = request
  const { amount, names, subjects, starts, ends, softs, hards } = columnsOf(reservation)
  const deadline = new Date(context.acceptedAt + acceptForMs)
  const inserted = await sql`
    WITH fit AS MATERIALIZED (
      SELECT ${requestId}::uuid AS request_id
      WHERE ledger_is_now(${requestId}::uuid) AND NOT EXISTS (
        SELECT FROM data_subject WHERE pseudonym = ${request.subjectPseudonym} AND erased_at IS NOT NULL)
    ), claim AS (
      INSERT INTO idempotency AS held (tenant_id, key_index, body_index, request_id, expires_at)
      SELECT ${context.tenantId}, ${claim?.keyIndex ?? null}::bytea, ${claim?.bodyIndex ?? null}::bytea, request_id,
             now() + make_interval(hours => ${IDEMPOTENCY_HOURS})
      FROM fit WHERE ${claim !== null}::boolean
      ON CONFLICT (tenant_id, key_index) DO UPDATE
        SET body_index = excluded.body_index, request_id = excluded.request_id, expires_at = excluded.expires_at
        WHERE held.expires_at <= now()
      RETURNING request_id
    ), taken AS MATERIALIZED (
      SELECT request_id FROM claim UNION ALL SELECT request_id FROM fit WHERE NOT ${claim !== null}::boolean
    )
    INSERT INTO inbox (request_id, tenant_id, state, accepted_at, accept_deadline, subject_pseudonym, data_key_id,
                       context, sealed_body, sealed_subject, subject_commitment, reserved)
    SELECT request_id, ${context.tenantId}, 'accepted', now(), ${deadline}, ${request.subjectPseudonym},
           ${request.dataKeyId}, ${JSON.stringify(context)}, ${request.sealedBody}, ${request.sealedSubject},
           ${request.subjectCommitment},
           budget_reserve(request_id, 1, ${context.tenantId}, ${amount}::numeric, ${names}::text[], ${subjects}::text[],
                          ${starts}::date[], ${ends}::date[], ${softs}::numeric[], ${hards}::numeric[])
    FROM taken RETURNING request_id`
  return inserted.length > 0
}

export async function findIdempotent(
  sql: Sql,
  claim: IdempotencyClaim,
): Promise<{ requestId: string; sameBody: boolean } | undefined> {
  const [row] = await sql.asTenant(claim.tenantId)`
    SELECT request_id, body_index FROM idempotency
    WHERE tenant_id = ${claim.tenantId} AND key_index = ${claim.keyIndex} AND expires_at > now()`
  return row && { requestId: row.request_id, sameBody: Buffer.compare(row.body_index, claim.bodyIndex) === 0 }
}

/**
 * `started` and `withdrawn` are decided on one row, so that exactly one of them happens. Where the acceptance itself was
 * left open the row may be missing and still be under way: a withdrawn one in its place then keeps it out. The row stays
 * until the reconciler removes it, because an ambiguous start may still bring a workflow up.
 */
export async function withdraw(sql: Sql, requestId: string): Promise<boolean> {
  return sql.begin(async (transaction) => {
    const rows = await transaction`
      INSERT INTO inbox AS held (request_id, tenant_id, state, accepted_at, accept_deadline, subject_pseudonym,
                                 data_key_id, context, sealed_body)
      VALUES (${requestId}, '', 'withdrawn', now(), now(), '', ${requestId}, '{}', '')
      ON CONFLICT (request_id) DO UPDATE SET state = 'withdrawn'
        WHERE held.state = 'withdrawn' OR NOT held.started
      RETURNING tenant_id, reserved`
    const [row] = rows
    if (!row) return false
    // An empty tenant is the row in its place: it may have been recorded meanwhile, as a refusal.
    if (row.tenant_id === '') {
      const recorded = await transaction`SELECT 1 FROM ledger_entry WHERE id = ${requestId}`
      if (recorded.length > 0) {
        await transaction`DELETE FROM inbox WHERE request_id = ${requestId}`
        return false
      }
    }
    await transaction`DELETE FROM idempotency WHERE request_id = ${requestId}`
    if (row.reserved) await transaction`SELECT budget_settle(ARRAY[${requestId}::uuid], ARRAY[0::numeric])`
    return true
  })
}

/** With what was reserved for it: `prepare` may have been the one that found it late. */
export async function removeWithdrawn(sql: Sql, requestId: string): Promise<void> {
  await sql`
    WITH removed AS (
      DELETE FROM inbox WHERE request_id = ${requestId} AND state = 'withdrawn' RETURNING request_id, reserved
    )
    SELECT budget_settle(ARRAY[request_id], ARRAY[0::numeric]) FROM removed WHERE reserved`
}

export async function findInbox(sql: Query, requestId: string): Promise<InboxRequest | undefined> {
  const [row] = await sql`
    SELECT request_id, context, subject_pseudonym, data_key_id, sealed_body, sealed_subject, subject_commitment
    FROM inbox WHERE request_id = ${requestId} AND state = 'accepted'`
  return (
    row && {
      requestId: row.request_id,
      context: JSON.parse(row.context),
      subjectPseudonym: row.subject_pseudonym,
      dataKeyId: row.data_key_id,
      sealedBody: row.sealed_body,
      sealedSubject: row.sealed_subject,
      subjectCommitment: row.subject_commitment,
    }
  )
}

export async function findStalled(sql: Sql, olderThanMs: number, limit: number): Promise<StalledRequest[]> {
  const rows = await sql`
    SELECT request_id, state, context FROM inbox
    WHERE accepted_at < now() - make_interval(secs => CASE state WHEN 'withdrawn' THEN ${WITHDRAWN_FOR_SECONDS}::float8
                                                      ELSE ${olderThanMs / 1000}::float8 END)
      AND NOT EXISTS (SELECT FROM attempt WHERE attempt.request_id = inbox.request_id
                      AND attempt.state IN ('calling', 'delivering') AND attempt.lease_until > now())
    ORDER BY accepted_at LIMIT ${limit}`
  return rows.map((row) => ({
    requestId: row.request_id,
    withdrawn: row.state === 'withdrawn',
    context: JSON.parse(row.context),
  }))
}

export async function removeExpiredIdempotency(sql: Sql, limit: number): Promise<number> {
  const result = await sql`
    DELETE FROM idempotency WHERE (tenant_id, key_index) IN (
      SELECT tenant_id, key_index FROM idempotency WHERE expires_at <= now() LIMIT ${limit})`
  return result.count
}
