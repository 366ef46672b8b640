import pg from 'pg'
import type { Scope } from '../../../domain/reports/question.ts'

/** Small tables that stand beside the entries of a report: as CSV, and what DuckDB reads it as. */
export interface Reference {
  name: string
  columns: Readonly<Record<string, string>>
  sql(scope: Scope): string
}

const text = pg.escapeLiteral
const time = (at: number) => `${text(new Date(at).toISOString())}::timestamptz`

export const REFERENCES: readonly Reference[] = [
  {
    name: 'erased_subjects',
    columns: { pseudonym: 'VARCHAR', erasure_token: 'VARCHAR' },
    sql: ({ tenantId }) =>
      `SELECT pseudonym, erasure_token FROM data_subject WHERE tenant_id = ${text(tenantId)} AND erased_at IS NOT NULL`,
  },
  {
    name: 'erasure_cases',
    columns: {
      id: 'VARCHAR',
      state: 'VARCHAR',
      requested_at: 'TIMESTAMP',
      deadline: 'TIMESTAMP',
      ended_at: 'TIMESTAMP',
      officer: 'VARCHAR',
      approver: 'VARCHAR',
      receipt_number: 'INTEGER',
      error_code: 'VARCHAR',
    },
    sql: ({ tenantId, from, to, filters }) =>
      `SELECT c.id, c.state, c.requested_at::timestamp, c.deadline::timestamp, c.ended_at::timestamp, c.officer, c.approver,
         c.receipt_number, c.error_code
       FROM erasure_case c
       WHERE c.tenant_id = ${text(tenantId)} AND c.requested_at >= ${time(from)} AND c.requested_at < ${time(to)}${
         filters.subject === null
           ? ''
           : ` AND EXISTS (SELECT FROM erasure_subject s WHERE s.case_id = c.id AND s.pseudonym = ${text(filters.subject)})`
       }`,
  },
  {
    name: 'archive_periods',
    columns: {
      retention_class: 'VARCHAR',
      from_day: 'DATE',
      below_day: 'DATE',
      entries: 'BIGINT',
      expired: 'BOOLEAN',
      overdue: 'BOOLEAN',
    },
    sql: ({ tenantId, from, to }) =>
      `SELECT retention_class, from_day, below_day, entries, expired_at IS NOT NULL,
         expired_at IS NULL AND CASE WHEN retention_class ~ '^\\d+-\\d+-\\d+$'
           THEN below_day + split_part(retention_class, '-', 3)::integer < now()::date ELSE false END
       FROM archive_period
       WHERE tenant_id = ${text(tenantId)} AND anchored_at IS NOT NULL
         AND below_day > ${time(from)}::date AND from_day < ${time(to)}::date + 1`,
  },
]
