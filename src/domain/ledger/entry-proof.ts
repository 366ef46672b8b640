import { equalBytes, fromBase64, fromHex, fromUtf8, HASH_BYTES, toBase64 } from './bytes.ts'
import { canonicalEnvelope, encodeAbsent } from './canonical.ts'
import type { Checkpoint } from './checkpoint.ts'
import { openCheckpoint } from './checkpoint.ts'
import type { Commitments, Group, Opening } from './commitment.ts'
import { commitAbsent, verifyCommitment } from './commitment.ts'
import type { Envelope } from './envelope.ts'
import { envelopeFromJson, envelopeToJson } from './envelope-json.ts'
import { isCanonicalJson, isJsonObject, jcs } from './json.ts'
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

const FORMAT = 'palimpsest/v1/entry-proof'
const MEMBERS = 'commitments,envelope,envelope_nonce,format,openings'

/** The extra data of an entry's proof: canonical JSON (RFC 8785) in UTF-8. */
export function encodeEvidence(evidence: EntryEvidence): Buffer {
  const openings: Record<string, { bytes: string; nonce: string }> = {}
  for (const group of SEALED_GROUPS) {
    const opening = evidence.openings[group]
    if (opening !== undefined) openings[group] = { bytes: toBase64(opening.bytes), nonce: hex(opening.nonce) }
  }
  const { envelope, subject, prompt, response } = evidence.commitments
  const json = {
    format: FORMAT,
    envelope: envelopeToJson(evidence.envelope),
    envelope_nonce: hex(evidence.envelopeNonce),
    commitments: { envelope: hex(envelope), subject: hex(subject), prompt: hex(prompt), response: hex(response) },
    openings,
  }
  return Buffer.from(jcs(json), 'utf8')
}

/** Reads it, strictly: canonical JSON, exactly the members it has to have. Throws `ledger_malformed`. */
export function decodeEvidence(bytes: Uint8Array): EntryEvidence {
  const text = fromUtf8(bytes, 'extra data of a proof')
  if (!isCanonicalJson(text)) throw malformed('The extra data of a proof has to be canonical JSON.')
  const json: unknown = JSON.parse(text)
  if (!isJsonObject(json) || Object.keys(json).sort().join() !== MEMBERS || json.format !== FORMAT) {
    throw malformed('The extra data of a proof has to hold an envelope, its nonce, commitments and openings.')
  }
  const commitments = json.commitments
  if (!isJsonObject(commitments) || Object.keys(commitments).sort().join() !== 'envelope,prompt,response,subject') {
    throw malformed('The extra data of a proof has to hold four commitments.')
  }
  return {
    envelope: envelopeFromJson(json.envelope),
    envelopeNonce: readHash(json.envelope_nonce),
    commitments: {
      envelope: readHash(commitments.envelope),
      subject: readHash(commitments.subject),
      prompt: readHash(commitments.prompt),
      response: readHash(commitments.response),
    },
    openings: readOpenings(json.openings),
  }
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

function readOpenings(json: unknown): EntryEvidence['openings'] {
  if (!isJsonObject(json)) throw malformed('The openings of a proof have to be a JSON object.')
  const openings: Partial<Record<SealedGroup, Opening>> = {}
  for (const [name, value] of Object.entries(json)) {
    const group = SEALED_GROUPS.find((sealed) => sealed === name)
    if (group === undefined || !isJsonObject(value) || Object.keys(value).sort().join() !== 'bytes,nonce') {
      throw malformed('An opening has to be of subject, prompt or response and hold bytes and a nonce.')
    }
    if (typeof value.bytes !== 'string') throw malformed('The bytes of an opening have to be base64.')
    openings[group] = { bytes: fromBase64(value.bytes, 'opening'), nonce: readHash(value.nonce) }
  }
  return openings
}

function readHash(value: unknown): Buffer {
  const bytes = typeof value === 'string' ? fromHex(value, 'hash in a proof') : Buffer.alloc(0)
  if (bytes.length !== HASH_BYTES) throw malformed('A hash or nonce in a proof has to be 64 hex digits.')
  return bytes
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
