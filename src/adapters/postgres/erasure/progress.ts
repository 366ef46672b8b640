import { hasEnded, statesBefore } from '../../../domain/erasure/states.ts'
import type { ErasureProgress } from '../../../ports/erasure-progress.ts'
import type { KeyService } from '../../../ports/key-service.ts'
import type { Sql, TransactionSql } from '../sql.ts'
import { asEraser } from './as-eraser.ts'
import { CASE_COLUMNS, factsOf, readFacts } from './case-row.ts'
import { claimReference } from './claim.ts'
import { numberReceipt } from './number-receipt.ts'

export function createErasureProgress({ sql, keys }: { sql: Sql; keys: KeyService }): ErasureProgress {
  const change = (work: (transaction: TransactionSql) => Promise<unknown>) => asEraser(sql, work)
  return {
    claim: (referenceDigest, workflowId) => claimReference(sql, referenceDigest, workflowId),
    facts: (caseId) => readFacts(sql, caseId),

    async move(caseId, to, errorCode) {
      const ended = hasEnded(to)
      const { count } = await asEraser(
        sql,
        (transaction) => transaction`
          UPDATE erasure_case SET state = ${to}, error_code = ${errorCode},
            ended_at = CASE WHEN ${ended} THEN coalesce(ended_at, now()) ELSE ended_at END,
            request_index = CASE WHEN ${ended} THEN NULL ELSE request_index END
          WHERE id = ${caseId} AND (state = ${to} OR state = ANY(${statesBefore(to)}))`,
      )
      return count === 1
    },

    numberReceipt: (caseId) => numberReceipt(sql, caseId),

    async noteAnnouncement(caseId, entry) {
      const [row] = await asEraser(
        sql,
        (transaction) => transaction`
          UPDATE erasure_case SET announced_by = coalesce(announced_by, ${entry}::uuid),
            announced_also = CASE WHEN announced_by IS NULL OR ${entry}::uuid = ANY(announced_also || announced_by)
              THEN announced_also ELSE announced_also || ${entry}::uuid END
          WHERE id = ${caseId} RETURNING announced_by`,
      )
      if (!row) throw new Error('there is no such erasure case')
      return row.announced_by
    },

    async noteEnd(caseId, entry) {
      await change((transaction) => transaction`UPDATE erasure_case SET ended_by = ${entry} WHERE id = ${caseId}`)
    },

    async announcedBy(entry) {
      const [row] = await sql`SELECT ${sql.unsafe(CASE_COLUMNS)} FROM erasure_case WHERE announced_by = ${entry}`
      return row && factsOf(row)
    },

    async cuts(caseId) {
      const rows = await asEraser(
        sql,
        (transaction) => transaction`
          SELECT entry_id, content_group, encode(new_digest, 'hex') AS now FROM erasure_cut
          WHERE case_id = ${caseId} ORDER BY entry_id, content_group`,
      )
      return rows.map((row) => ({ entry: row.entry_id, group: row.content_group, now: row.now }))
    },

    async noteEnded(caseId, outcome) {
      const members = JSON.stringify(outcome)
      await change(
        (transaction) => transaction`
          UPDATE erasure_case
          SET ended_at = coalesce(ended_at, now()), outcome = (outcome::jsonb || ${members}::jsonb)::text
          WHERE id = ${caseId}`,
      )
    },

    async seal(caseId) {
      const [row] = await sql`SELECT case_key_id FROM erasure_case WHERE id = ${caseId}`
      if (row) await keys.destroyDataKey(row.case_key_id)
      await change((transaction) => transaction`UPDATE erasure_case SET sealed_request = NULL WHERE id = ${caseId}`)
    },
  }
}
