import type { CaseUnderWay } from '../../../ports/erasure-cases.ts'
import type { Sql } from '../sql.ts'
import { asEraser } from './as-eraser.ts'
import { CASE_COLUMNS, factsOf } from './case-row.ts'

/** Whoever claims, moves or takes up a case writes its row anew: the row's own version tells. */
export async function casesUnderWay(sql: Sql, after: string | null, limit: number): Promise<CaseUnderWay[]> {
  const rows = await asEraser(
    sql,
    (transaction) => transaction`
      SELECT ${transaction.unsafe(CASE_COLUMNS)}, xmin::text AS version FROM erasure_case
      WHERE state IN ('running', 'awaiting_approval') AND workflow_id IS NOT NULL
        AND (${after}::uuid IS NULL OR id > ${after}) ORDER BY id LIMIT ${limit}`,
  )
  return rows.map((row) => ({ facts: factsOf(row), workflowId: row.workflow_id, version: row.version }))
}

export async function failLostCase(sql: Sql, caseId: string, version: string, errorCode: string): Promise<boolean> {
  const { count } = await asEraser(
    sql,
    (transaction) => transaction`
      UPDATE erasure_case SET state = 'failed', error_code = ${errorCode}
      WHERE id = ${caseId} AND xmin::text = ${version}`,
  )
  return count === 1
}
