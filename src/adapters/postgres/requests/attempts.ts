import type { AttemptOutcome, AttemptSummary, PreparedRequest, RouteTarget } from '../../../domain/requests/types.ts'
import type { SealedPrompt, SealedResponse, StoredAttempt } from '../../../ports/request-store.ts'
import { toBudgetError } from '../budgets/reserve.ts'
import type { Query, Row, Sql } from '../sql.ts'

/** Seconds a lease lasts; renewed at a third of it. */
export const LEASE_SECONDS = 15

export async function beginFirstAttempt(
  sql: Sql,
  owner: string,
  requestId: string,
  target: RouteTarget,
  prepared: PreparedRequest,
  prompt: SealedPrompt,
): Promise<'begun' | 'withdrawn' | 'exists' | 'gone'> {
  const rows = await sql`
    WITH started AS (
      UPDATE inbox SET started = true
      WHERE request_id = ${requestId} AND state = 'accepted' AND (started OR accept_deadline > now())
      RETURNING request_id
    ), late AS (
      UPDATE inbox SET state = 'withdrawn'
      WHERE request_id = ${requestId} AND state = 'accepted' AND NOT (started OR accept_deadline > now())
      RETURNING request_id
    ), freed AS (
      DELETE FROM idempotency WHERE request_id IN (SELECT request_id FROM late)
    )
    INSERT INTO attempt (request_id, attempt_no, owner, state, lease_until, provider, model, started_at, prepared,
                         coverage, sealed_prompt, prompt_commitment, placeholders, entity_types, blind_indexes,
                         sealed_values)
    SELECT request_id, 1, ${owner}, 'calling', now() + make_interval(secs => ${LEASE_SECONDS}), ${target.provider},
           ${target.model}, now(), ${JSON.stringify(prepared)}, ${prompt.coverage}, ${prompt.sealedPrompt},
           ${prompt.promptCommitment}, ${prompt.values.map((value) => value.placeholder)}::text[],
           ${prompt.values.map((value) => value.entityType)}::text[],
           ${prompt.values.map((value) => value.blindIndex)}::bytea[],
           ${prompt.values.map((value) => value.sealedValue)}::bytea[]
    FROM started ON CONFLICT DO NOTHING RETURNING request_id`
  if (rows.length > 0) return 'begun'
  const [row] = await sql`
    SELECT (SELECT count(*) FROM attempt WHERE request_id = ${requestId})::integer AS attempts,
           (SELECT count(*) FROM inbox WHERE request_id = ${requestId})::integer AS inbox`
  if (row?.attempts > 0) return 'exists'
  return row?.inbox > 0 ? 'withdrawn' : 'gone'
}

export async function beginNextAttempt(
  sql: Sql,
  owner: string,
  requestId: string,
  attemptNo: number,
  target: RouteTarget,
  hardLimits: Readonly<Record<string, string | null>> = {},
): Promise<boolean> {
  const begun = sql`
    WITH alive AS (
      SELECT request_id, reserved FROM inbox WHERE request_id = ${requestId} AND state = 'accepted' FOR KEY SHARE
    ), begun AS (
      INSERT INTO attempt (request_id, attempt_no, owner, state, lease_until, provider, model, started_at)
      SELECT request_id, ${attemptNo}, ${owner}, 'calling', now() + make_interval(secs => ${LEASE_SECONDS}),
             ${target.provider}, ${target.model}, now()
      FROM alive JOIN attempt before USING (request_id)
      WHERE before.attempt_no = ${attemptNo - 1} AND before.state IN ('failed', 'superseded')
      ON CONFLICT DO NOTHING RETURNING request_id
    )
    SELECT CASE WHEN reserved THEN budget_reserve_again(request_id, ${attemptNo}, ${JSON.stringify(hardLimits)}::jsonb) END
    FROM begun JOIN alive USING (request_id)`
  const rows = await begun.catch((error: unknown) => {
    throw toBudgetError(error)
  })
  return rows.length > 0
}

export async function endWithout(
  sql: Sql,
  requestId: string,
  attemptNo: number,
  outcome: AttemptOutcome,
): Promise<void> {
  await sql`
    UPDATE attempt SET outcome = ${JSON.stringify(outcome)}
    WHERE request_id = ${requestId} AND attempt_no = ${attemptNo} AND state IN ('failed', 'superseded')`
}

export async function newestAttempt(sql: Sql, requestId: string): Promise<StoredAttempt | undefined> {
  const [row] = await sql`
    SELECT attempt_no, owner, state, lease_until < now() AS lease_expired, provider, model, started_at, outcome
    FROM attempt WHERE request_id = ${requestId} ORDER BY attempt_no DESC LIMIT 1`
  return (
    row && {
      attemptNo: row.attempt_no,
      owner: row.owner,
      state: row.state,
      leaseExpired: row.lease_expired,
      provider: row.provider,
      model: row.model,
      startedAt: row.started_at.getTime(),
      outcome: row.outcome === null ? null : JSON.parse(row.outcome),
    }
  )
}

/**
 * The request's row is held meanwhile, so that no entry is written over the attempt that begins here. `delivering` is
 * never followed by a call.
 */
export async function takeOver(
  sql: Sql,
  owner: string,
  requestId: string,
  attemptNo: number,
  andCall: boolean,
): Promise<'begun' | 'superseded' | 'interrupted' | 'not_ours'> {
  const [row] = await sql`
    WITH alive AS (
      SELECT request_id, reserved FROM inbox WHERE request_id = ${requestId} AND state = 'accepted' FOR KEY SHARE
    ), taken AS (
      UPDATE attempt SET ended_at = now(),
        state = CASE state WHEN 'delivering' THEN 'interrupted' ELSE 'superseded' END
      FROM alive
      WHERE attempt.request_id = alive.request_id AND attempt_no = ${attemptNo}
        AND attempt.state IN ('calling', 'delivering') AND lease_until < now()
      RETURNING attempt.request_id, attempt.state, provider, model, alive.reserved
    ), begun AS (
      INSERT INTO attempt (request_id, attempt_no, owner, state, lease_until, provider, model, started_at)
      SELECT request_id, ${attemptNo + 1}, ${owner}, 'calling', now() + make_interval(secs => ${LEASE_SECONDS}),
             provider, model, now()
      FROM taken WHERE state = 'superseded' AND ${andCall}::boolean AND NOT reserved
      RETURNING attempt_no
    )
    SELECT CASE WHEN EXISTS (SELECT FROM begun) THEN 'begun' ELSE state END AS state FROM taken`
  return row?.state ?? 'not_ours'
}

export async function attempts(sql: Query, requestId: string): Promise<AttemptSummary[]> {
  const rows = await sql`
    SELECT attempt_no, provider, model, state, started_at, ended_at, outcome
    FROM attempt WHERE request_id = ${requestId} ORDER BY attempt_no`
  return rows.map(summaryOf)
}

function summaryOf(row: Row): AttemptSummary {
  return {
    attemptNo: row.attempt_no,
    provider: row.provider,
    model: row.model,
    state: row.state,
    startedAt: row.started_at.getTime(),
    endedAt: row.ended_at?.getTime() ?? null,
    outcome: row.outcome === null ? null : JSON.parse(row.outcome),
  }
}

export async function readPrepared(
  sql: Sql,
  requestId: string,
): Promise<(SealedPrompt & { prepared: PreparedRequest }) | undefined> {
  const [row] = await sql`
    SELECT prepared, coverage, sealed_prompt, prompt_commitment, placeholders, entity_types, blind_indexes,
           sealed_values
    FROM attempt WHERE request_id = ${requestId} AND attempt_no = 1`
  if (!row) return undefined
  return {
    prepared: JSON.parse(row.prepared),
    coverage: row.coverage,
    sealedPrompt: row.sealed_prompt,
    promptCommitment: row.prompt_commitment,
    values: row.placeholders.map((placeholder: string, index: number) => ({
      placeholder,
      entityType: row.entity_types[index],
      blindIndex: row.blind_indexes[index],
      sealedValue: row.sealed_values[index],
    })),
  }
}

export async function readResponse(
  sql: Sql,
  requestId: string,
): Promise<(SealedResponse & { attemptNo: number }) | undefined> {
  const [row] = await sql`
    SELECT attempt_no, sealed_response, response_commitment FROM attempt
    WHERE request_id = ${requestId} AND sealed_response IS NOT NULL ORDER BY attempt_no DESC LIMIT 1`
  return (
    row && {
      attemptNo: row.attempt_no,
      sealedResponse: row.sealed_response,
      responseCommitment: row.response_commitment,
    }
  )
}

export async function endAttempt(
  sql: Sql,
  owner: string,
  requestId: string,
  attemptNo: number,
  outcome: AttemptOutcome,
  response: SealedResponse | null,
): Promise<AttemptSummary | null> {
  const [row] = await sql`
    UPDATE attempt SET state = ${outcome.status}, ended_at = now(), outcome = ${JSON.stringify(outcome)},
      sealed_response = ${response?.sealedResponse ?? null},
      response_commitment = ${response?.responseCommitment ?? null}
    WHERE request_id = ${requestId} AND attempt_no = ${attemptNo} AND owner = ${owner}
      AND state IN ('calling', 'delivering')
    RETURNING attempt_no, provider, model, state, started_at, ended_at, outcome`
  return row ? summaryOf(row) : null
}

export async function settleInterrupted(
  sql: Sql,
  requestId: string,
  attemptNo: number,
  outcome: AttemptOutcome,
  response: SealedResponse,
): Promise<void> {
  await sql`
    UPDATE attempt SET outcome = ${JSON.stringify(outcome)}, sealed_response = ${response.sealedResponse},
      response_commitment = ${response.responseCommitment}
    WHERE request_id = ${requestId} AND attempt_no = ${attemptNo} AND state = 'interrupted' AND outcome IS NULL`
}

export async function renewLeases(sql: Sql, owner: string, requestIds: readonly string[]): Promise<void> {
  // In one order with the pieces of streams, which lock the same rows.
  await sql`
    UPDATE attempt SET lease_until = now() + make_interval(secs => ${LEASE_SECONDS})
    FROM (
      SELECT request_id, attempt_no FROM attempt
      WHERE request_id = ANY(${requestIds}::uuid[]) AND owner = ${owner} AND state IN ('calling', 'delivering')
      ORDER BY request_id FOR NO KEY UPDATE
    ) held
    WHERE attempt.request_id = held.request_id AND attempt.attempt_no = held.attempt_no`
}
