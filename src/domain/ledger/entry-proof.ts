import { equalBytes, HASH_BYTES, label, u32 } from './bytes.ts'
import { canonicalEnvelope, encodeAbsent, encodeEnvelope } from './canonical.ts'
import type { Checkpoint } from './checkpoint.ts'
import { openCheckpoint } from './checkpoint.ts'
import type { Commitments, Group, Opening } from './commitment.ts'
import { commitAbsent, GROUPS, verifyCommitment } from './commitment.ts'
import { decodeEnvelope } from './decode-envelope.ts'
import type { Envelope } from './envelope.ts'
import { encodeLeaf, leafHash, leafOf } from './leaf.ts'
import { doesNotHold, malformed } from './malformed.ts'
import { logIdOf, parseOrigin } from './origin.ts'
import { parseProof } from './proof-file.ts'
import { verifyInclusion } from './verify-proof.ts'
import type { VerifierKey } from './vkey.ts'

/** The groups whose content is sealed. */
export const SEALED_GROUPS = ['subject', 'prompt', 'response'] as const

export type SealedGroup = (typeof SEALED_GROUPS)[number]

/** What rebuilds an entry's leaf, and as many openings as the reader may see: the extra data of a proof. */
export interface EntryEvidence {
  readonly envelope: Envelope
  readonly envelopeNonce: Uint8Array
  readonly commitments: Commitments
  readonly openings: Partial<Readonly<Record<SealedGroup, Opening>>>
}

const GROUP_NAMES = Object.keys(GROUPS) as Group[]
const START = label('entry')
const COMMITMENTS_AT = START.length
const NONCE_AT = COMMITMENTS_AT + 4 * HASH_BYTES
const ENVELOPE_AT = NONCE_AT + HASH_BYTES + 4
/** Of an opening: its group, its nonce, the length of its bytes. */
const OPENING_HEADER_BYTES = 1 + HASH_BYTES + 4

/** The record of an entry (docs/ledger.md section 13): the extra data of its proof, and what a pack shows of it. */
export function encodeEvidence({ envelope, envelopeNonce, commitments, openings }: EntryEvidence): Buffer {
  const bytes = encodeEnvelope(envelope)
  const parts: Uint8Array[] = [START, ...GROUP_NAMES.map((group) => commitments[group]), envelopeNonce]
  parts.push(u32(bytes.length), bytes)
  for (const group of SEALED_GROUPS) {
    const opening = openings[group]
    if (opening !== undefined) {
      parts.push(Buffer.from([GROUPS[group]]), opening.nonce, u32(opening.bytes.length), opening.bytes)
    }
  }
  return Buffer.concat(parts)
}

/** Reads it, strictly: the same evidence gives the same bytes. Throws `ledger_malformed`. */
export function decodeEvidence(bytes: Uint8Array): EntryEvidence {
  const all = Buffer.from(bytes)
  if (all.length < ENVELOPE_AT || !all.subarray(0, COMMITMENTS_AT).equals(START)) throw notARecord()
  const end = ENVELOPE_AT + all.readUInt32BE(ENVELOPE_AT - 4)
  if (end > all.length) throw notARecord()
  const [envelope, subject, prompt, response] = GROUP_NAMES.map((_, i) => hashAt(all, COMMITMENTS_AT + HASH_BYTES * i))
  return {
    envelope: decodeEnvelope(all.subarray(ENVELOPE_AT, end)),
    envelopeNonce: hashAt(all, NONCE_AT),
    commitments: { envelope, subject, prompt, response } as Commitments,
    openings: readOpenings(all, end),
  }
}

/** In the order of their numbers, each at most once. */
function readOpenings(all: Buffer, from: number): EntryEvidence['openings'] {
  const openings: Partial<Record<SealedGroup, Opening>> = {}
  let at = from
  for (const group of SEALED_GROUPS) {
    if (all[at] !== GROUPS[group]) continue
    const start = at + OPENING_HEADER_BYTES
    if (start > all.length) throw notARecord()
    const end = start + all.readUInt32BE(start - 4)
    if (end > all.length) throw notARecord()
    openings[group] = { nonce: hashAt(all, at + 1), bytes: all.subarray(start, end) }
    at = end
  }
  if (at !== all.length) throw notARecord()
  return openings
}

function hashAt(all: Buffer, at: number): Buffer {
  return all.subarray(at, at + HASH_BYTES)
}

function notARecord() {
  return malformed('This is not the record of an entry: its commitments, nonce, envelope and openings.')
}

/** How far a group of an entry was checked: opened, known to be empty, or sealed with its commitment in the leaf only. */
export type GroupState = 'opened' | 'absent' | 'sealed'

/** What a proof of one entry has shown. */
export interface VerifiedEntry {
  readonly envelope: Envelope
  readonly index: number
  readonly checkpoint: Checkpoint
  readonly leafHash: Buffer
  readonly groups: Readonly<Record<Group, GroupState>>
  readonly openings: EntryEvidence['openings']
}

/**
 * Verifies a proof for one entry alone: the checkpoint's signature by a trusted key, the path from the entry's leaf to its
 * root, the envelope against its commitment, and each opening. Throws `ledger_malformed`, `ledger_signer_unknown` or
 * `ledger_evidence_invalid`.
 */
export function verifyEntryProof(file: string | Uint8Array, trusted: readonly VerifierKey[]): VerifiedEntry {
  const proof = parseProof(file)
  const { checkpoint } = openCheckpoint(proof.checkpoint, trusted)
  if (proof.extra === null) throw malformed("A proof of an entry has to carry the entry's envelope.")
  const evidence = decodeEvidence(proof.extra)
  const { envelope } = evidence
  if (!equalBytes(envelope.log_id, logIdOf(checkpoint.origin))) throw doesNotHold('The entry is of another log.')
  if (parseOrigin(checkpoint.origin).tenant !== envelope.tenant_id) throw doesNotHold('The entry is of another tenant.')
  const groups = checkGroups(evidence)
  const hash = leafHash(encodeLeaf(leafOf(envelope, evidence.commitments)))
  if (!verifyInclusion(proof.index, checkpoint.treeSize, hash, proof.path, checkpoint.rootHash)) {
    throw doesNotHold('The entry is not in the tree of the checkpoint at the index the proof names.')
  }
  return { envelope, index: proof.index, checkpoint, leafHash: hash, groups, openings: evidence.openings }
}

/**
 * Checks an entry's envelope and openings against its four commitments. A group whose blob digest is NULL has to have the
 * commitment of an absent one, and only such a group. Throws `ledger_evidence_invalid`.
 */
export function checkGroups(evidence: EntryEvidence): Record<Group, GroupState> {
  const { envelope, envelopeNonce, commitments, openings } = evidence
  const bytes = canonicalEnvelope(envelope)
  if (!verifyCommitment(commitments.envelope, 'envelope', envelopeNonce, envelope.id, bytes)) {
    throw doesNotHold('The envelope is not the one that was committed to.')
  }
  const states: Record<Group, GroupState> = {
    envelope: 'opened',
    subject: 'sealed',
    prompt: 'sealed',
    response: 'sealed',
  }
  for (const group of SEALED_GROUPS) {
    const absent = envelope[`${group}_blob_digest`] === null
    const opening = openings[group]
    if (equalBytes(commitments[group], commitAbsent(group, envelope.id)) !== absent) {
      throw doesNotHold(`The ${group} commitment and the ${group} blob digest do not agree that there is content.`)
    }
    if (absent && opening !== undefined) throw malformed(`An entry without ${group} takes no opening of it.`)
    if (opening !== undefined) checkOpening(group, commitments[group], envelope.id, opening)
    if (absent) states[group] = 'absent'
    else if (opening !== undefined) states[group] = 'opened'
  }
  return states
}

function checkOpening(group: SealedGroup, commitment: Uint8Array, entryId: string, opening: Opening): void {
  if (equalBytes(opening.bytes, encodeAbsent())) throw malformed(`The opening of the ${group} holds no content.`)
  if (!verifyCommitment(commitment, group, opening.nonce, entryId, opening.bytes)) {
    throw doesNotHold(`The ${group} is not the one that was committed to.`)
  }
}
