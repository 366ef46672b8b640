import { nextBatchPosition } from '../../../domain/ledger/batch.ts'
import type { EntryDraft } from '../../../ports/ledger-writer.ts'
import type { Sql, TransactionSql } from '../connect.ts'
import { bytea } from './bytea.ts'
import type { WriterEpoch } from './epoch.ts'
import { holdGenerations } from './generation.ts'
import { type NumberedBatch, numberBatch } from './number-batch.ts'

/**
 * Writes drafts of any tenants in one transaction: entries, batches, work list, and for those that settle a request its
 * content and the end of its in-flight rows. Gives the ids of drafts that were not written because their request is no
 * longer in flight, or not as they tell it. The epochs move on only after the commit.
 */
export async function commitBatches(
  sql: Sql,
  drafts: readonly EntryDraft[],
  epochOf: (tenantId: string) => Promise<WriterEpoch>,
  gatewayVersion: string,
): Promise<Set<string>> {
  const tenants = [...new Set(drafts.map((draft) => draft.envelope.tenant_id))]
  const epochs = new Map(await Promise.all(tenants.map(async (tenant) => [tenant, await epochOf(tenant)] as const)))
  const written: NumberedBatch[] = []
  const gone = await sql.begin(async (transaction) => {
    const [settled] = await Promise.all([
      lockRequests(transaction, drafts),
      holdGenerations(
        transaction,
        [...epochs.values()].map((epoch) => epoch.log),
      ),
    ])
    const valid = drafts.filter((draft) => !draft.settlesRequest || settled.has(draft.envelope.id))
    for (const [tenant, epoch] of epochs) {
      const own = valid.filter((draft) => draft.envelope.tenant_id === tenant)
      if (own.length > 0) written.push(numberBatch(epoch, own, gatewayVersion))
    }
    if (written.length > 0) {
      await Promise.all([
        ...insertBatches(transaction, written),
        ...insertContent(transaction, valid),
        ...settle(transaction, settled),
      ])
    }
    return new Set(drafts.filter((draft) => !valid.includes(draft)).map((draft) => draft.envelope.id))
  })
  for (const { epoch, statement } of written) {
    epoch.next = nextBatchPosition(statement)
    epoch.opening = null
  }
  return gone
}

const UNDER_WAY = -1

/**
 * Locks the requests to settle and gives those that are still in flight, with no call under way and with exactly the
 * attempts that their drafts list. No attempt begins while its request is locked; they are read by a statement of their
 * own, behind the lock, so that one which had just begun is seen.
 */
async function lockRequests(transaction: TransactionSql, drafts: readonly EntryDraft[]): Promise<Set<string>> {
  const settling = drafts.filter((draft) => draft.settlesRequest)
  if (settling.length === 0) return new Set()
  const ids = settling.map((draft) => draft.envelope.id)
  const [locked, attempts] = await Promise.all([
    transaction`
      SELECT request_id FROM inbox WHERE request_id = ANY(${ids}::uuid[]) AND state = 'accepted'
      ORDER BY request_id FOR UPDATE`,
    transaction`
      SELECT request_id, count(*)::integer AS attempts, bool_or(state IN ('calling', 'delivering')) AS under_way
      FROM attempt WHERE request_id = ANY(${ids}::uuid[]) GROUP BY request_id`,
  ])
  const inFlight = new Set(locked.map((row) => row.request_id))
  const counts = new Map(attempts.map((row) => [row.request_id, row.under_way ? UNDER_WAY : row.attempts]))
  const fits = ({ envelope }: EntryDraft) =>
    inFlight.has(envelope.id) && (counts.get(envelope.id) ?? 0) === envelope.attempt_count
  return new Set(settling.filter(fits).map((draft) => draft.envelope.id))
}

/** The statements that insert numbered batches with their entries and their place in the work list. */
export function insertBatches(transaction: TransactionSql, batches: readonly NumberedBatch[]): Promise<unknown>[] {
  const rows = batches.flatMap((batch) => batch.rows)
  const pending = batches.flatMap(({ epoch, statement, entryIds, leaves }) =>
    entryIds.map((id, index) => ({
      entry_id: id,
      log_id: bytea(epoch.log.logId),
      writer_epoch: epoch.id,
      writer_seq: statement.first_seq + index,
      leaf: bytea(leaves[index] as Buffer),
    })),
  )
  const signed = batches.map(({ statement, signature }) => ({
    log_id: bytea(statement.log_id),
    writer_epoch: statement.writer_epoch,
    batch_no: statement.batch_no,
    first_seq: statement.first_seq,
    entry_count: statement.entry_count,
    entries_digest: bytea(statement.entries_digest),
    previous_batch_hash: bytea(statement.previous_batch_hash),
    signature: bytea(signature),
  }))
  return [
    transaction`
      INSERT INTO ledger_entry SELECT * FROM json_populate_recordset(NULL::ledger_entry, ${JSON.stringify(rows)}::text::json)`,
    transaction`
      INSERT INTO ledger_batch SELECT * FROM json_populate_recordset(NULL::ledger_batch, ${JSON.stringify(signed)}::text::json)`,
    transaction`
      INSERT INTO ledger_pending
      SELECT * FROM json_populate_recordset(NULL::ledger_pending, ${JSON.stringify(pending)}::text::json)`,
  ]
}

/** The content of entries that are no request's. */
function insertContent(transaction: TransactionSql, drafts: readonly EntryDraft[]): Promise<unknown>[] {
  const bytes = (value: Uint8Array | null) => value && bytea(value)
  const rows = drafts.flatMap(({ content, envelope }) =>
    content === null
      ? []
      : {
          entry_id: envelope.id,
          sealed_subject: bytes(content.sealedSubject),
          sealed_prompt: bytes(content.sealedPrompt),
          sealed_response: bytes(content.sealedResponse),
          coverage: content.coverage,
        },
  )
  if (rows.length === 0) return []
  return [
    transaction`
      INSERT INTO content (entry_id, sealed_subject, sealed_prompt, sealed_response, coverage)
      SELECT entry_id, sealed_subject, sealed_prompt, sealed_response, coverage
      FROM json_populate_recordset(NULL::content, ${JSON.stringify(rows)}::text::json)`,
  ]
}

/** Sealed blobs move from the in-flight rows into content as they are; then the rows go. */
function settle(transaction: TransactionSql, settled: ReadonlySet<string>): Promise<unknown>[] {
  if (settled.size === 0) return []
  const ids = [...settled]
  return [
    transaction`
      INSERT INTO content (entry_id, sealed_subject, sealed_prompt, sealed_response, coverage)
      SELECT i.request_id, i.sealed_subject, a.sealed_prompt, r.sealed_response, a.coverage
      FROM inbox i
      LEFT JOIN attempt a ON a.request_id = i.request_id AND a.attempt_no = 1
      LEFT JOIN LATERAL (
        SELECT sealed_response FROM attempt WHERE request_id = i.request_id AND sealed_response IS NOT NULL
        ORDER BY attempt_no DESC LIMIT 1) r ON true
      WHERE i.request_id = ANY(${ids}::uuid[])`,
    transaction`
      INSERT INTO pii_value (entry_id, placeholder, entity_type, tenant_id, blind_index, sealed_value)
      SELECT a.request_id, v.placeholder, v.entity_type, i.tenant_id, v.blind_index, v.sealed_value
      FROM attempt a JOIN inbox i USING (request_id),
        unnest(a.placeholders, a.entity_types, a.blind_indexes, a.sealed_values)
          AS v(placeholder, entity_type, blind_index, sealed_value)
      WHERE a.request_id = ANY(${ids}::uuid[]) AND a.attempt_no = 1`,
    transaction`DELETE FROM attempt_chunk WHERE request_id = ANY(${ids}::uuid[])`,
    transaction`DELETE FROM attempt WHERE request_id = ANY(${ids}::uuid[])`,
    transaction`DELETE FROM inbox WHERE request_id = ANY(${ids}::uuid[])`,
  ]
}
