import type { Explained } from '../../../domain/erasure/tombstone-receipts.ts'
import type { LedgerTombstones } from '../../../ports/tombstones.ts'
import type { Sql } from '../sql.ts'
import { asEraser } from './as-eraser.ts'
import { carryOutAgain } from './tombstones-again.ts'
import { explainTombstone } from './tombstones-explained.ts'

/** Tombstones over the ledger's database. */
export function createLedgerTombstones(sql: Sql): LedgerTombstones {
  return {
    async applied() {
      const [row] = await sql`SELECT number::float8 AS number FROM tombstones_applied`
      return row?.number ?? 0
    },

    carryOut: (tombstone) => carryOutAgain(sql, tombstone),

    async raise(number) {
      const raised = await asEraser(
        sql,
        (transaction) => transaction`
          UPDATE tombstones_applied SET number = greatest(number, ${number}::bigint)
          WHERE number >= ${number}::bigint - 1`,
      )
      return raised.count === 1
    },

    async openedAt(caseId) {
      const [row] = await sql`
        SELECT (extract(epoch FROM requested_at) * 1000)::float8 AS at FROM erasure_case WHERE id = ${caseId}`
      if (!row) throw new Error('there is no such erasure case')
      return row.at
    },

    tombstoneOf: (caseId, at) =>
      asEraser(sql, async (transaction) => {
        const [[row], subjects, values, texts] = await Promise.all([
          transaction`SELECT tenant_id, receipt_number FROM erasure_case WHERE id = ${caseId}`,
          transaction`SELECT pseudonym, data_key_id, erasure_token FROM erasure_subject WHERE case_id = ${caseId}`,
          transaction`SELECT entry_id, placeholder FROM erasure_value WHERE case_id = ${caseId}`,
          transaction`
            SELECT entry_id, content_group, encode(new_digest, 'hex') AS now FROM erasure_cut
            WHERE case_id = ${caseId}`,
        ])
        if (!row) throw new Error('there is no such erasure case')
        return {
          tenant: row.tenant_id,
          case: caseId,
          receipt: row.receipt_number ?? 0,
          at,
          keys: subjects.map((one) => one.data_key_id),
          subjects: subjects.map((one) => ({ pseudonym: one.pseudonym, token: one.erasure_token })),
          values: values.map((one) => [one.entry_id, one.placeholder] as const),
          texts: texts.map((one) => [one.entry_id, one.content_group, one.now] as const),
        }
      }),

    async tombstoneOfCaseKey(caseId, at) {
      const [row] = await sql`SELECT tenant_id, receipt_number, case_key_id FROM erasure_case WHERE id = ${caseId}`
      if (!row) throw new Error('there is no such erasure case')
      const { tenant_id: tenant, receipt_number: receipt, case_key_id: key } = row
      return { tenant, case: caseId, receipt: receipt ?? 0, at, keys: [key], subjects: [], values: [], texts: [] }
    },

    async isUnderWay(caseId) {
      const rows = await sql`SELECT FROM erasure_case WHERE id = ${caseId} AND state = 'running'`
      return rows.length > 0
    },

    async receipted() {
      const [row] = await sql`SELECT receipted::float8 AS number FROM tombstones_applied`
      return row?.number ?? 0
    },

    async raiseReceipted(number) {
      await asEraser(
        sql,
        (transaction) => transaction`
          UPDATE tombstones_applied SET receipted = ${number}::bigint
          WHERE receipted = ${number}::bigint - 1 AND number >= ${number}::bigint`,
      )
    },

    explained: (tombstone): Promise<{ gone: Explained; written: Partial<Explained>[] }> =>
      explainTombstone(sql, tombstone),
  }
}
