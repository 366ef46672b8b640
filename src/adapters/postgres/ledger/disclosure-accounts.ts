import type { DisclosureAccounts } from '../../../ports/disclosure-accounts.ts'
import type { Sql } from '../sql.ts'
import { ENTRY_COLUMNS, entryOf } from './entry-row.ts'

/** One query over the ledger, along an index of its own. */
export function createDisclosureAccounts(sql: Sql): DisclosureAccounts {
  return {
    async ofSubject(tenantId, pseudonym, { after, from, to, limit }) {
      const time = (at: number | null) => (at === null ? null : new Date(at))
      const rows = await sql.asTenant(tenantId)`
        SELECT ${sql.unsafe(ENTRY_COLUMNS)}, c.sealed_prompt AS sealed_purpose
        FROM ledger_entry e LEFT JOIN content c ON c.entry_id = e.id
        WHERE e.kind = 'disclosure' AND e.tenant_id = ${tenantId} AND e.subject_pseudonym = ${pseudonym}
          AND (${after}::uuid IS NULL OR e.id > ${after})
          AND (${time(from)}::timestamptz IS NULL OR e.occurred_at >= ${time(from)})
          AND (${time(to)}::timestamptz IS NULL OR e.occurred_at < ${time(to)})
        ORDER BY e.id LIMIT ${limit}`
      return rows.map((row) => ({ ...entryOf(row), sealedPurpose: row.sealed_purpose }))
    },
  }
}
