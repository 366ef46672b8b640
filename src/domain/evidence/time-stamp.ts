import { fromBase64, isCount, label, toBase64, u64 } from '../ledger/bytes.ts'
import { CompactRange } from '../ledger/compact-range.ts'
import { isJsonObject, parseJson } from '../ledger/json.ts'
import { leafHash } from '../ledger/leaf.ts'
import { doesNotHold, malformed } from '../ledger/malformed.ts'
import type { NodeRef } from '../ledger/merkle.ts'
import { inclusionProof } from '../ledger/prove.ts'
import { MAX_PROOF_HASHES, verifyInclusion } from '../ledger/verify-proof.ts'

/** The member of a pack that has its time stamps, one JSON object a line. */
export const TIME_STAMPS_NAME = 'time-stamps.jsonl'

/** A time stamp of one anchor, and the way from one log's checkpoint in it to what was stamped (docs/ledger.md section 17). */
export interface PackedStamp {
  readonly origin: string
  readonly anchor: number
  /** The signed checkpoint as it stands in the anchor, with its cosignatures. */
  readonly note: string
  readonly index: number
  readonly count: number
  readonly path: readonly Uint8Array[]
  /** Of the tree of the anchor's notes. */
  readonly root: Uint8Array
  /** TimeStampResp of RFC 3161, DER. */
  readonly reply: Uint8Array
}

/** What a time stamp of an anchor is over: its number and the tree of its items' notes, so that one item shows no other. */
export function stampedBytes(anchor: number, notes: readonly string[]): Buffer {
  const hashes = notes.map(hashOf)
  return encode(anchor, hashes.length, rootOver(hashes))
}

/** What the time stamp has to be over, from what a pack shows. Throws `ledger_evidence_invalid`. */
export function stampedBytesOf({ anchor, index, count, note, path, root }: PackedStamp): Buffer {
  if (!verifyInclusion(index, count, hashOf(note), path, root)) {
    throw doesNotHold('The checkpoint is not among those that the time stamp is over.')
  }
  return encode(anchor, count, root)
}

/** The place of one note among those of its anchor, with the audit path (RFC 6962 section 2.1.1) and the root. */
export async function placeInStamp(
  notes: readonly string[],
  index: number,
): Promise<Pick<PackedStamp, 'index' | 'count' | 'path' | 'root'>> {
  const hashes = notes.map(hashOf)
  const nodeOf = ({ level, index: at }: NodeRef) => rootOver(hashes.slice(at * 2 ** level, (at + 1) * 2 ** level))
  return {
    index,
    count: hashes.length,
    path: await inclusionProof(hashes.length, index, nodeOf),
    root: rootOver(hashes),
  }
}

export function encodeStampLine(stamp: PackedStamp): string {
  return JSON.stringify({
    ...stamp,
    path: stamp.path.map(toBase64),
    root: toBase64(stamp.root),
    reply: toBase64(stamp.reply),
  })
}

/** Reads a line of the member. Throws `ledger_malformed`. */
export function decodeStampLine(line: string): PackedStamp {
  const json = parseJson(line, 'line of time stamps')
  if (!isJsonObject(json)) throw malformed('A time stamp has to be an object.')
  const { origin, anchor, note, index, count, path, root, reply } = json
  if (
    typeof origin !== 'string' ||
    typeof note !== 'string' ||
    typeof reply !== 'string' ||
    typeof root !== 'string' ||
    !Array.isArray(path)
  ) {
    throw malformed('A time stamp has to name its log, its checkpoint, a path and a reply.')
  }
  if (!isCount(anchor) || !isCount(index) || !isCount(count) || path.length > MAX_PROOF_HASHES) {
    throw malformed('A time stamp has to hold its anchor and its place.')
  }
  const hashes = path.map((hash) => fromBase64(String(hash), 'path of a time stamp'))
  const bytes = { root: fromBase64(root, 'root of a time stamp'), reply: fromBase64(reply, 'reply of a time stamp') }
  return { origin, anchor, note, index, count, path: hashes, ...bytes }
}

function encode(anchor: number, count: number, root: Uint8Array): Buffer {
  return Buffer.concat([label('time-stamp'), u64(anchor), u64(count), root])
}

function hashOf(note: string): Buffer {
  return leafHash(Buffer.from(note, 'utf8'))
}

/** The root over leaf hashes (RFC 6962 section 2.1). */
function rootOver(hashes: readonly Buffer[]): Buffer {
  const range = new CompactRange()
  for (const hash of hashes) range.append(hash)
  return range.root()
}
