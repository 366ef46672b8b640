import { type Batch, nextBatchPosition } from '../../../domain/ledger/batch.ts'
import type { StoredContent } from '../../../domain/ledger/entry-draft.ts'
import { ENVELOPE_FIELDS, type Envelope } from '../../../domain/ledger/envelope.ts'
import type { StoredEntry } from '../../../ports/ledger-reader.ts'
import type { EntryDraft } from '../../../ports/ledger-writer.ts'
import type { Sql, TransactionSql } from '../connect.ts'
import type { WriterEpoch } from './epoch.ts'
import { holdGenerations } from './generation.ts'
import { insertionInto, insertRows } from './insert-rows.ts'
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
  const number = (some: readonly EntryDraft[]) =>
    [...Map.groupBy(some, (draft) => draft.envelope.tenant_id)].map(([tenant, own]) =>
      numberBatch(epochs.get(tenant) as WriterEpoch, own, gatewayVersion),
    )
  // Before the transaction, so that it does not idle meanwhile; anew where some turn out not to be written, which is rare.
  let written = number(drafts)
  const gone = await sql.begin(async (transaction) => {
    const [settled] = await Promise.all([
      lockRequests(transaction, drafts),
      holdGenerations(
        transaction,
        [...epochs.values()].map((epoch) => epoch.log),
      ),
    ])
    const isGone = ({ settlesRequest, envelope }: EntryDraft) => settlesRequest && !settled.has(envelope.id)
    const valid = drafts.filter((draft) => !isGone(draft))
    const rest = drafts.filter(isGone)
    if (rest.length > 0) written = number(valid)
    if (written.length > 0) {
      await Promise.all([
        insertBatches(transaction, written),
        insertContent(transaction, valid),
        ...settle(transaction, requestsOf(settled), dropping(valid)),
        // Last, because whoever accepts a call waits for these rows.
        settleBudgets(transaction, settled, valid),
      ])
    }
    return new Set(rest.map((draft) => draft.envelope.id))
  })
  for (const { epoch, statement } of written) {
    epoch.next = nextBatchPosition(statement)
    epoch.opening = null
  }
  return gone
}

/** Requests to settle, and whether something is reserved for them. */
type Settled = ReadonlyMap<string, boolean>

const requestsOf = (settled: Settled): Set<string> => new Set(settled.keys())

const UNDER_WAY = -1

/**
 * Locks the requests to settle and gives those that are still in flight, with no call under way and with exactly the
 * attempts that their drafts list. No attempt begins while its request is locked; they are read by a statement of their
 * own, behind the lock, so that one which had just begun is seen.
 */
async function lockRequests(transaction: TransactionSql, drafts: readonly EntryDraft[]): Promise<Settled> {
  const settling = drafts.filter((draft) => draft.settlesRequest)
  if (settling.length === 0) return new Map()
  const ids = settling.map((draft) => draft.envelope.id)
  const [locked, attempts] = await Promise.all([
    transaction`
      SELECT request_id, reserved FROM inbox WHERE request_id = ANY(${ids}::uuid[]) AND state = 'accepted'
      ORDER BY request_id FOR UPDATE`,
    transaction`
      SELECT request_id, count(*)::integer AS attempts, bool_or(state IN ('calling', 'delivering')) AS under_way
      FROM attempt WHERE request_id = ANY(${ids}::uuid[]) GROUP BY request_id`,
  ])
  const inFlight = new Map<string, boolean>(locked.map((row) => [row.request_id, row.reserved]))
  const counts = new Map(attempts.map((row) => [row.request_id, row.under_way ? UNDER_WAY : row.attempts]))
  const fits = ({ envelope }: EntryDraft) =>
    inFlight.has(envelope.id) && (counts.get(envelope.id) ?? 0) === envelope.attempt_count
  return new Map(settling.filter(fits).map(({ envelope: { id } }) => [id, inFlight.get(id) === true]))
}

/** Ends what was reserved for these requests, and counts what each of them cost. */
async function settleBudgets(
  transaction: TransactionSql,
  settled: Settled,
  drafts: readonly EntryDraft[],
): Promise<void> {
  const reserved = drafts.filter(({ settlesRequest, envelope }) => settlesRequest && settled.get(envelope.id))
  if (reserved.length === 0) return
  const ids = reserved.map(({ envelope }) => envelope.id)
  const costs = reserved.map(({ envelope }) => envelope.cost_usd ?? '0')
  await transaction`SELECT budget_settle(${ids}::uuid[], ${costs}::numeric[])`
}

const COLUMN_TYPES = {
  version: 'int',
  int: 'int',
  kind: 'text',
  text: 'text',
  json: 'text',
  'text[]': 'text[]',
  uuid: 'uuid',
  timestamp: 'timestamp',
  bool: 'bool',
  digest: 'bytes',
  decimal: 'decimal',
} as const

const ENTRIES = insertionInto<StoredEntry>('ledger_entry', [
  ...ENVELOPE_FIELDS.map(
    ({ name, type }) => [name, COLUMN_TYPES[type], (row: StoredEntry) => row.envelope[name]] as const,
  ),
  ['envelope_nonce', 'bytes', (row) => row.envelopeNonce],
  ['envelope_commitment', 'bytes', (row) => row.commitments.envelope],
  ['subject_commitment', 'bytes', (row) => row.commitments.subject],
  ['prompt_commitment', 'bytes', (row) => row.commitments.prompt],
  ['response_commitment', 'bytes', (row) => row.commitments.response],
])

const BATCHES = insertionInto<Batch>('ledger_batch', [
  ['log_id', 'bytes', (row) => row.log_id],
  ['writer_epoch', 'uuid', (row) => row.writer_epoch],
  ['batch_no', 'int', (row) => row.batch_no],
  ['first_seq', 'int', (row) => row.first_seq],
  ['entry_count', 'int', (row) => row.entry_count],
  ['entries_digest', 'bytes', (row) => row.entries_digest],
  ['previous_batch_hash', 'bytes', (row) => row.previous_batch_hash],
  ['signature', 'bytes', (row) => row.signature],
])

interface PendingEntry {
  envelope: Envelope
  leaf: Buffer
}

const PENDING = insertionInto<PendingEntry>('ledger_pending', [
  ['entry_id', 'uuid', (row) => row.envelope.id],
  ['log_id', 'bytes', (row) => row.envelope.log_id],
  ['writer_epoch', 'uuid', (row) => row.envelope.writer_epoch],
  ['writer_seq', 'int', (row) => row.envelope.writer_seq],
  ['leaf', 'bytes', (row) => row.leaf],
])

const CONTENT = insertionInto<StoredContent & { entryId: string }>('content', [
  ['entry_id', 'uuid', (row) => row.entryId],
  ['sealed_subject', 'bytes', (row) => row.sealedSubject],
  ['sealed_prompt', 'bytes', (row) => row.sealedPrompt],
  ['sealed_response', 'bytes', (row) => row.sealedResponse],
  ['coverage', 'text', (row) => row.coverage],
])

/** Inserts numbered batches with their entries and their place in the work list. */
export async function insertBatches(transaction: TransactionSql, batches: readonly NumberedBatch[]): Promise<void> {
  const signed = batches.map(({ statement, signature }) => ({ ...statement, signature }))
  const pending = batches.flatMap(({ entries, leaves }) =>
    entries.map(({ envelope }, index) => ({ envelope, leaf: leaves[index] as Buffer })),
  )
  await Promise.all([
    insertRows(
      transaction,
      ENTRIES,
      batches.flatMap((batch) => batch.entries),
    ),
    insertRows(transaction, BATCHES, signed),
    insertRows(transaction, PENDING, pending),
  ])
}

/**
 * The content of entries that are no request's. Of a person who was erased while the act was under way nothing comes in behind the
 * erasure: their entry is there, and what was sealed for it is not, as their receipt says.
 */
async function insertContent(transaction: TransactionSql, drafts: readonly EntryDraft[]): Promise<void> {
  const people = new Set(drafts.flatMap(({ content, envelope }) => (content && envelope.subject_pseudonym) || []))
  const erased = people.size === 0 ? new Set<string>() : await erasedAmong(transaction, [...people])
  const rows = drafts.flatMap(({ content, envelope }) =>
    content === null || erased.has(envelope.subject_pseudonym ?? '') ? [] : { ...content, entryId: envelope.id },
  )
  await insertRows(transaction, CONTENT, rows)
}

async function erasedAmong(transaction: TransactionSql, pseudonyms: readonly string[]): Promise<Set<string>> {
  const rows = await transaction`
    SELECT pseudonym FROM data_subject WHERE pseudonym = ANY(${pseudonyms}::text[]) AND erased_at IS NOT NULL`
  return new Set(rows.map(({ pseudonym }) => pseudonym))
}

function dropping(drafts: readonly EntryDraft[]): Set<string> {
  return new Set(drafts.filter((draft) => draft.dropsContent).map((draft) => draft.envelope.id))
}

/** Sealed blobs move from the in-flight rows into content as they are, unless they are dropped; then the rows go. */
function settle(
  transaction: TransactionSql,
  settled: ReadonlySet<string>,
  dropped: ReadonlySet<string>,
): Promise<unknown>[] {
  if (settled.size === 0) return []
  const ids = [...settled]
  const kept = ids.filter((id) => !dropped.has(id))
  const moved = kept.length === 0 ? [] : moveContent(transaction, kept)
  return [
    ...moved,
    transaction`DELETE FROM attempt_chunk WHERE request_id = ANY(${ids}::uuid[])`,
    transaction`DELETE FROM attempt WHERE request_id = ANY(${ids}::uuid[])`,
    transaction`DELETE FROM inbox WHERE request_id = ANY(${ids}::uuid[])`,
  ]
}

function moveContent(transaction: TransactionSql, ids: readonly string[]): Promise<unknown>[] {
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
  ]
}
