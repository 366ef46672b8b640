import { consistencyProof, inclusionProof } from '../../../domain/ledger/prove.ts'
import { formatVkey } from '../../../domain/ledger/vkey.ts'
import type { EntryProof, LedgerReader, SignedCheckpoint } from '../../../ports/ledger-reader.ts'
import type { Sql } from '../connect.ts'
import { ENTRY_COLUMNS, entryOf } from './entry-row.ts'
import type { Logs } from './logs.ts'
import { nodeSourceOf } from './node-source.ts'

export function createLedgerReader(sql: Sql, logs: Logs): LedgerReader {
  return {
    async entry(tenantId, entryId) {
      const [row] = await sql`
        SELECT ${sql.unsafe(ENTRY_COLUMNS)} FROM ledger_entry e WHERE e.id = ${entryId} AND e.tenant_id = ${tenantId}`
      return row && entryOf(row)
    },

    async find(entryId) {
      const [row] = await sql`SELECT ${sql.unsafe(ENTRY_COLUMNS)} FROM ledger_entry e WHERE e.id = ${entryId}`
      return row && entryOf(row)
    },

    async content(tenantId, entryId) {
      const [row] = await sql`
        SELECT c.sealed_subject, c.sealed_prompt, c.sealed_response, c.coverage
        FROM content c JOIN ledger_entry e ON e.id = c.entry_id
        WHERE c.entry_id = ${entryId} AND e.id = ${entryId} AND e.tenant_id = ${tenantId}`
      return (
        row && {
          sealedSubject: row.sealed_subject,
          sealedPrompt: row.sealed_prompt,
          sealedResponse: row.sealed_response,
          coverage: row.coverage,
        }
      )
    },

    async values(tenantId, entryId) {
      const rows = await sql`
        SELECT placeholder, entity_type, sealed_value FROM pii_value
        WHERE entry_id = ${entryId} AND tenant_id = ${tenantId} ORDER BY placeholder`
      return rows.map((row) => ({
        placeholder: row.placeholder,
        entityType: row.entity_type,
        sealedValue: row.sealed_value,
      }))
    },

    async page(tenantId, after, limit) {
      const { logId } = await logs.of(tenantId)
      const rows = await sql`
        SELECT l.leaf_index::float8 AS leaf_index, ${sql.unsafe(ENTRY_COLUMNS)}
        FROM ledger_leaf l JOIN ledger_entry e ON e.id = l.entry_id
        WHERE l.log_id = ${logId} AND l.leaf_index > ${after} ORDER BY l.leaf_index LIMIT ${limit}`
      return rows.map((row) => ({ leafIndex: row.leaf_index, entry: entryOf(row) }))
    },

    async latestOfKind(tenantId, kind) {
      const [row] = await sql`
        SELECT ${sql.unsafe(ENTRY_COLUMNS)} FROM ledger_entry e
        WHERE e.tenant_id = ${tenantId} AND e.kind = ${kind} ORDER BY e.occurred_at DESC LIMIT 1`
      return row && entryOf(row)
    },

    latestCheckpoint: (tenantId) => latestCheckpoint(sql, logs, tenantId),

    async proof(tenantId, entryId): Promise<EntryProof | undefined> {
      const checkpoint = await latestCheckpoint(sql, logs, tenantId)
      const { logId } = await logs.of(tenantId)
      const [row] = await sql`
        SELECT leaf_index::float8 AS leaf_index, leaf FROM ledger_leaf
        WHERE entry_id = ${entryId} AND log_id = ${logId}`
      if (!checkpoint || !row || row.leaf_index >= checkpoint.treeSize) return undefined
      const path = await inclusionProof(checkpoint.treeSize, row.leaf_index, nodeSourceOf(sql, logId))
      return { leafIndex: row.leaf_index, leaf: row.leaf, path, checkpoint }
    },

    async consistency(tenantId, from, to) {
      const { logId } = await logs.of(tenantId)
      return consistencyProof(from, to, nodeSourceOf(sql, logId))
    },

    async verifierKey(tenantId) {
      return formatVkey((await logs.of(tenantId)).key)
    },
  }
}

async function latestCheckpoint(sql: Sql, logs: Logs, tenantId: string): Promise<SignedCheckpoint | undefined> {
  const { logId, origin } = await logs.of(tenantId)
  const [row] = await sql`
    SELECT tree_size::float8 AS tree_size, note FROM ledger_checkpoint
    WHERE log_id = ${logId} ORDER BY tree_size DESC LIMIT 1`
  return row && { origin, treeSize: row.tree_size, note: row.note }
}
