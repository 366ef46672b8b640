import { referenceDigest } from '../../../domain/erasure/reference.ts'
import { asksForMore, mergeRequests } from '../../../domain/erasure/request.ts'
import { statesBefore } from '../../../domain/erasure/states.ts'
import type { CaseFacts, NewCase } from '../../../ports/erasure-cases.ts'
import { KeyDestroyed, type KeyService } from '../../../ports/key-service.ts'
import type { Sql } from '../sql.ts'
import { asEraser } from './as-eraser.ts'
import { openCase, sealCase } from './seal-case.ts'

/**
 * Whoever asks for more than the one before is the officer from then on, and what a second one approved counts no more.
 * Undefined: the case changed meanwhile.
 */
export async function takeUpCase(
  sql: Sql,
  keys: KeyService,
  found: CaseFacts,
  now: Omit<NewCase, 'id' | 'tenantId' | 'deadline'>,
): Promise<{ reference: string } | undefined> {
  const [row] = await asEraser(
    sql,
    (transaction) => transaction`
      SELECT case_key_id, sealed_request, reference_digest FROM erasure_case
      WHERE id = ${found.id} AND sealed_request IS NOT NULL`,
  )
  const dataKey = row && (await keys.dataKey(row.case_key_id).catch(goneWith))
  if (!row || !dataKey) return undefined
  const before = openCase(dataKey, found.tenantId, found.id, row.sealed_request)
  const isFresh = found.workflowId === null && found.referenceExpiresAt > now.requestedAt
  const reference = isFresh ? before.reference : now.reference
  const isMore = asksForMore(before.request, now.request)
  const request = mergeRequests(before.request, now.request)
  const sealed = sealCase(dataKey, found.tenantId, found.id, { request, reference })
  const expires = new Date(isFresh ? found.referenceExpiresAt : now.referenceExpiresAt)
  const { count } = await asEraser(
    sql,
    (transaction) => transaction`
      UPDATE erasure_case
      SET state = 'pending', workflow_id = NULL, error_code = NULL, sealed_request = ${sealed},
          reference_digest = ${referenceDigest(reference)}, reference_expires_at = ${expires},
          officer = CASE WHEN ${isMore} THEN ${now.officer} ELSE officer END,
          approver = CASE WHEN ${isMore} THEN NULL ELSE approver END,
          decision = CASE WHEN ${isMore} THEN NULL ELSE decision END,
          decided_by = CASE WHEN ${isMore} THEN NULL ELSE decided_by END
      WHERE id = ${found.id} AND state = ${found.state} AND state = ANY(${statesBefore('pending')})
        AND workflow_id IS NOT DISTINCT FROM ${found.workflowId} AND reference_digest = ${row.reference_digest}
        AND sealed_request IS NOT NULL`,
  )
  return count === 1 ? { reference } : undefined
}

function goneWith(error: unknown): undefined {
  if (!(error instanceof KeyDestroyed)) throw error
  return undefined
}
