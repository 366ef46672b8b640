import { randomBytes } from 'node:crypto'
import { type BatchStatement, entriesDigest } from '../../../domain/ledger/batch.ts'
import { canonicalEnvelope } from '../../../domain/ledger/canonical.ts'
import { commit, commitAbsent } from '../../../domain/ledger/commitment.ts'
import type { Envelope } from '../../../domain/ledger/envelope.ts'
import { encodeLeaf, leafHash, leafOf } from '../../../domain/ledger/leaf.ts'
import type { StoredEntry } from '../../../ports/ledger-reader.ts'
import type { EntryDraft } from '../../../ports/ledger-writer.ts'
import { bytea } from './bytea.ts'
import { signBatch, type WriterEpoch } from './epoch.ts'

/** A row of `ledger_entry` as JSON that PostgreSQL reads back into the table's types. */
type EntryRow = Record<string, unknown>

export interface NumberedBatch {
  epoch: WriterEpoch
  statement: BatchStatement
  signature: Buffer
  rows: EntryRow[]
  entries: StoredEntry[]
  entryIds: string[]
  leaves: Buffer[]
}

/** Numbers drafts of one log in its epoch, commits to each and signs the batch. The opening entry goes first. */
export function numberBatch(epoch: WriterEpoch, drafts: readonly EntryDraft[], gatewayVersion: string): NumberedBatch {
  const opening: EntryDraft[] = epoch.opening ? [{ ...NO_CONTENT, envelope: epoch.opening }] : []
  const rows: EntryRow[] = []
  const entries: StoredEntry[] = []
  const leaves: Buffer[] = []
  const entryIds: string[] = []
  const all = [...opening, ...drafts]
  const nonces = randomBytes(32 * all.length)
  for (const [index, draft] of all.entries()) {
    const envelope: Envelope = {
      ...draft.envelope,
      format_version: 1,
      gateway_version: gatewayVersion,
      log_id: epoch.log.logId,
      writer_epoch: epoch.id,
      writer_seq: epoch.next.first_seq + index,
    }
    const nonce = nonces.subarray(32 * index, 32 * index + 32)
    const commitments = {
      envelope: commit('envelope', nonce, envelope.id, canonicalEnvelope(envelope)),
      subject: draft.subjectCommitment ?? commitAbsent('subject', envelope.id),
      prompt: draft.promptCommitment ?? commitAbsent('prompt', envelope.id),
      response: draft.responseCommitment ?? commitAbsent('response', envelope.id),
    }
    leaves.push(encodeLeaf(leafOf(envelope, commitments)))
    entryIds.push(envelope.id)
    entries.push({ envelope, envelopeNonce: nonce, commitments })
    rows.push({
      ...jsonRow(envelope),
      envelope_nonce: bytea(nonce),
      envelope_commitment: bytea(commitments.envelope),
      subject_commitment: bytea(commitments.subject),
      prompt_commitment: bytea(commitments.prompt),
      response_commitment: bytea(commitments.response),
    })
  }
  const statement = {
    ...epoch.next,
    entry_count: leaves.length,
    entries_digest: entriesDigest(leaves.map((leaf) => leafHash(leaf))),
  }
  return { epoch, statement, signature: signBatch(epoch, statement), rows, entries, entryIds, leaves }
}

const NO_CONTENT = {
  subjectCommitment: null,
  promptCommitment: null,
  responseCommitment: null,
  content: null,
  settlesRequest: false,
} as const

/** Columns that are NULL are left out: PostgreSQL reads them as NULL. */
function jsonRow(envelope: Envelope): EntryRow {
  const row: EntryRow = {}
  for (const [column, value] of Object.entries(envelope)) {
    if (value === null) continue
    if (value instanceof Uint8Array) row[column] = bytea(value)
    else if (typeof value === 'bigint') row[column] = timestampText(value)
    else row[column] = value
  }
  return row
}

/** Microseconds since the Unix epoch as an ISO 8601 time with all six places. */
export function timestampText(micros: bigint): string {
  const milliseconds = Number(micros / 1000n)
  const rest = String(micros % 1000n).padStart(3, '0')
  return new Date(milliseconds).toISOString().replace('Z', `${rest}Z`)
}
