import type { SealedEntry } from '../../../domain/exports/exported-entry.ts'
import { ENTRY_COLUMNS, entryOf } from '../ledger/entry-row.ts'
import type { Query } from '../sql.ts'

export interface EntryRange {
  tenantId: string
  pseudonym: string
  /** Behind this entry; null: from the first. */
  after: string | null
  limit: number
  kinds: readonly string[]
}

/** A person's entries with their sealed content and detected values, in the order of their ids. */
export async function readEntries(sql: Query, range: EntryRange): Promise<SealedEntry[]> {
  const { tenantId, pseudonym, after, limit, kinds } = range
  const rows = await sql`
    SELECT ${sql.unsafe(ENTRY_COLUMNS)}, c.entry_id IS NOT NULL AS has_content, c.sealed_subject, c.sealed_prompt,
      c.sealed_response, c.coverage
    FROM ledger_entry e LEFT JOIN content c ON c.entry_id = e.id
    WHERE e.subject_pseudonym = ${pseudonym} AND e.tenant_id = ${tenantId} AND e.kind = ANY(${[...kinds]}::text[])
      AND (${after}::uuid IS NULL OR e.id > ${after})
    ORDER BY e.id LIMIT ${limit}`
  const values = await sql`
    SELECT entry_id, placeholder, entity_type, sealed_value FROM pii_value
    WHERE entry_id = ANY(${rows.map((row) => row.id)}::uuid[]) AND tenant_id = ${tenantId}
    ORDER BY entry_id, placeholder`
  const byEntry = Map.groupBy(values, (row) => row.entry_id)
  return rows.map((row) => ({
    envelope: entryOf(row).envelope,
    content: row.has_content
      ? {
          sealedSubject: row.sealed_subject,
          sealedPrompt: row.sealed_prompt,
          sealedResponse: row.sealed_response,
          coverage: row.coverage,
        }
      : null,
    values: (byEntry.get(row.id) ?? []).map((value) => ({
      placeholder: value.placeholder,
      entityType: value.entity_type,
      sealedValue: value.sealed_value,
    })),
  }))
}
