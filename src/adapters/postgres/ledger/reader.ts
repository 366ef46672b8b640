import { consistencyProof, inclusionProof } from '../../../domain/ledger/prove.ts'
import { formatKeyId, formatVkey } from '../../../domain/ledger/vkey.ts'
import type { EntryProof, LedgerReader, SignedCheckpoint } from '../../../ports/ledger-reader.ts'
import type { Query, Row, Sql } from '../sql.ts'
import { ENTRY_COLUMNS, entryOf } from './entry-row.ts'
import type { Log } from './log.ts'
import type { Logs } from './logs.ts'
import { nodeSourceOf } from './node-source.ts'

export function createLedgerReader(sql: Sql, logs: Logs): LedgerReader {
  return {
    async entry(tenantId, entryId) {
      const [row] = await sql.asTenant(tenantId)`
        SELECT ${sql.unsafe(ENTRY_COLUMNS)} FROM ledger_entry e WHERE e.id = ${entryId} AND e.tenant_id = ${tenantId}`
      return row && entryOf(row)
    },

    async find(entryId) {
      const [row] = await sql`SELECT ${sql.unsafe(ENTRY_COLUMNS)} FROM ledger_entry e WHERE e.id = ${entryId}`
      return row && entryOf(row)
    },

    async content(tenantId, entryId) {
      const [row] = await sql.asTenant(tenantId)`
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
      const rows = await sql.asTenant(tenantId)`
        SELECT placeholder, entity_type, sealed_value FROM pii_value
        WHERE entry_id = ${entryId} AND tenant_id = ${tenantId} ORDER BY placeholder`
      return rows.map((row) => ({
        placeholder: row.placeholder,
        entityType: row.entity_type,
        sealedValue: row.sealed_value,
      }))
    },

    async cuts(tenantId, entryId) {
      const rows = await sql.asTenant(tenantId)`
        SELECT k.content_group, k.new_digest, c.receipt_number FROM erasure_cut k JOIN erasure_case c ON c.id = k.case_id
        WHERE k.entry_id = ${entryId} AND c.tenant_id = ${tenantId} AND c.receipt_number IS NOT NULL`
      return rows.map((row) => ({ group: row.content_group, now: row.new_digest, receipt: row.receipt_number }))
    },

    async page(tenantId, after, limit) {
      const { logId } = await logs.of(tenantId)
      const rows = await sql.asTenant(tenantId)`
        SELECT l.leaf_index::float8 AS leaf_index, l.entry_id, ${sql.unsafe(ENTRY_COLUMNS)}
        FROM ledger_leaf l LEFT JOIN ledger_entry e ON e.id = l.entry_id
        WHERE l.log_id = ${logId} AND l.leaf_index > ${after} ORDER BY l.leaf_index LIMIT ${limit}`
      return rows.map((row) => ({
        leafIndex: row.leaf_index,
        entryId: row.entry_id,
        entry: row.id === null ? null : entryOf(row),
      }))
    },

    async latestOfKind(tenantId, kind) {
      const [row] = await sql.asTenant(tenantId)`
        SELECT ${sql.unsafe(ENTRY_COLUMNS)} FROM ledger_entry e
        WHERE e.tenant_id = ${tenantId} AND e.kind = ${kind} ORDER BY e.occurred_at DESC LIMIT 1`
      return row && entryOf(row)
    },

    latestCheckpoint: (tenantId) => latestCheckpoint(sql.asTenant(tenantId), logs, tenantId),

    async proof(tenantId, entryId): Promise<EntryProof | undefined> {
      const all = await logs.all(tenantId)
      const own = sql.asTenant(tenantId)
      const [row] = await own`
        SELECT l.log_id, l.leaf_index::float8 AS leaf_index, l.leaf, c.tree_size::float8 AS tree_size, c.note
        FROM ledger_leaf l
        CROSS JOIN LATERAL (
          SELECT tree_size, note FROM ledger_checkpoint
          WHERE log_id = l.log_id ORDER BY tree_size DESC LIMIT 1) c
        WHERE l.entry_id = ${entryId}`
      const log = row && all.find(({ logId }) => logId.equals(row.log_id))
      if (!log || row.leaf_index >= row.tree_size) return undefined
      const path = await inclusionProof(row.tree_size, row.leaf_index, nodeSourceOf(own, log.logId))
      return { leafIndex: row.leaf_index, leaf: row.leaf, path, checkpoint: checkpointOf(log, row) }
    },

    async consistency(tenantId, from, to) {
      const { logId } = await logs.of(tenantId)
      return consistencyProof(from, to, nodeSourceOf(sql.asTenant(tenantId), logId))
    },
  }
}

async function latestCheckpoint(sql: Query, logs: Logs, tenantId: string): Promise<SignedCheckpoint | undefined> {
  const log = await logs.of(tenantId)
  const [row] = await sql`
    SELECT tree_size::float8 AS tree_size, note FROM ledger_checkpoint
    WHERE log_id = ${log.logId} ORDER BY tree_size DESC LIMIT 1`
  return row && checkpointOf(log, row)
}

function checkpointOf({ origin, key, keys }: Log, row: Row): SignedCheckpoint {
  const signer = keys.find(({ keyId }) => formatKeyId(keyId) === firstSignerOf(row.note)) ?? key
  return { origin, treeSize: row.tree_size, note: row.note, verifierKey: formatVkey(signer) }
}

/** The key id in a note's first signature line, in hex; the store may hold anything. */
function firstSignerOf(note: string): string {
  const [, encoded = ''] = /^\u2014 \S+ (\S+)$/m.exec(note) ?? []
  return Buffer.from(encoded, 'base64').subarray(0, 4).toString('hex')
}
