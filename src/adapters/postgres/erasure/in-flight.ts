import { SUBJECT_ERASED } from '../../../domain/requests/build-entry.ts'
import type { RequestContext } from '../../../domain/requests/types.ts'
import type { ErasureInFlight } from '../../../ports/erasure-in-flight.ts'
import type { Sql } from '../sql.ts'
import { asEraser } from './as-eraser.ts'

export function createErasureInFlight(sql: Sql): ErasureInFlight {
  return {
    async clearWithdrawn(caseId) {
      await asEraser(
        sql,
        (transaction) => transaction`
          UPDATE inbox i SET subject_pseudonym = '', data_key_id = i.request_id, context = '{}', sealed_body = '',
            sealed_subject = NULL, subject_commitment = NULL
          FROM erasure_subject s
          WHERE s.case_id = ${caseId} AND i.subject_pseudonym = s.pseudonym AND i.state = 'withdrawn'`,
      )
    },

    async left(caseId, limit) {
      const rows = await asEraser(
        sql,
        (transaction) => transaction`
          SELECT i.request_id, i.context, NOT EXISTS (
            SELECT FROM attempt a WHERE a.request_id = i.request_id AND a.state IN ('calling', 'delivering')
              AND a.lease_until > now()) AS unheld
          FROM inbox i JOIN erasure_subject s ON s.pseudonym = i.subject_pseudonym
          WHERE s.case_id = ${caseId} AND i.state <> 'withdrawn' ORDER BY i.accepted_at LIMIT ${limit}`,
      )
      return rows.map((row) => {
        const { tenantId, tool } = JSON.parse(row.context) as RequestContext
        return {
          requestId: row.request_id,
          unheld: row.unheld,
          facts: { tenantId, tool },
        }
      })
    },

    async ended(caseId) {
      const [row] = await asEraser(
        sql,
        (transaction) => transaction`
          SELECT count(*)::integer AS requests
          FROM ledger_entry e JOIN erasure_subject s ON s.pseudonym = e.subject_pseudonym
          WHERE s.case_id = ${caseId} AND e.error_code = ${SUBJECT_ERASED.code}`,
      )
      return row?.requests ?? 0
    },
  }
}
