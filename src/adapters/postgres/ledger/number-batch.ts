import { randomBytes } from 'node:crypto'
import { type BatchStatement, entriesDigest } from '../../../domain/ledger/batch.ts'
import { canonicalEnvelope } from '../../../domain/ledger/canonical.ts'
import { commit, commitAbsent } from '../../../domain/ledger/commitment.ts'
import type { Envelope } from '../../../domain/ledger/envelope.ts'
import { factEntry } from '../../../domain/ledger/fact-entry.ts'
import { encodeLeaf, leafHash, leafOf } from '../../../domain/ledger/leaf.ts'
import type { StoredEntry } from '../../../ports/ledger-reader.ts'
import type { EntryDraft } from '../../../ports/ledger-writer.ts'
import { signBatch, type WriterEpoch } from './epoch.ts'

export interface NumberedBatch {
  epoch: WriterEpoch
  statement: BatchStatement
  signature: Buffer
  entries: StoredEntry[]
  entryIds: string[]
  leaves: Buffer[]
}

/** Numbers drafts of one log in its epoch, commits to each and signs the batch. The opening entry goes first. */
export function numberBatch(epoch: WriterEpoch, drafts: readonly EntryDraft[], gatewayVersion: string): NumberedBatch {
  const opening: EntryDraft[] = epoch.opening ? [factEntry(epoch.opening)] : []
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
  }
  const statement = {
    ...epoch.next,
    entry_count: leaves.length,
    entries_digest: entriesDigest(leaves.map((leaf) => leafHash(leaf))),
  }
  return { epoch, statement, signature: signBatch(epoch, statement), entries, entryIds, leaves }
}
