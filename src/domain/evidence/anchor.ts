import { fromBase64, fromHex, HASH_BYTES, isCount, sha256, toBase64 } from '../ledger/bytes.ts'
import { parseCheckpoint } from '../ledger/checkpoint.ts'
import { isJsonObject, jcs, parseJson } from '../ledger/json.ts'
import { malformed } from '../ledger/malformed.ts'
import { parseNote } from '../ledger/note.ts'

export const ANCHOR_FORMAT = 'palimpsest/v1/anchor'

/** A signed tree head. */
export interface AnchorHead {
  readonly origin: string
  /** The signed checkpoint, with the cosignatures of witnesses where there are any. */
  readonly note: string
  readonly treeSize: number
  readonly rootHash: Uint8Array
}

/** What an anchor keeps of a log that grew: its head and the leaf hashes since the anchor before. */
export interface AnchorItem extends AnchorHead {
  readonly firstLeaf: number
  readonly leafHashes: readonly Uint8Array[]
}

/** One object of the anchor store, for all logs of a deployment that grew. */
export interface Anchor {
  /** 1, 2, 3, …: the object's name, so that only one can be written after another. */
  readonly number: number
  /** SHA-256 of the object before; null for the first. */
  readonly previous: Uint8Array | null
  /** Microseconds since the Unix epoch, by the operator's clock. */
  readonly anchoredAt: number
  /** Sorted by origin. */
  readonly items: readonly AnchorItem[]
  /** In every 64th anchor the last heads of all other logs, so that nobody has to read back to the beginning. */
  readonly heads: readonly AnchorHead[]
}

/** The object's bytes: canonical JSON (RFC 8785). */
export function encodeAnchor(anchor: Anchor): Buffer {
  const json = {
    format: ANCHOR_FORMAT,
    number: anchor.number,
    previous: anchor.previous === null ? null : Buffer.from(anchor.previous).toString('hex'),
    anchored_at: anchor.anchoredAt,
    items: anchor.items.map(({ origin, note, firstLeaf, leafHashes }) => ({
      origin,
      note,
      first_leaf: firstLeaf,
      leaf_hashes: toBase64(Buffer.concat(leafHashes)),
    })),
    heads: anchor.heads.map(({ origin, note }) => ({ origin, note })),
  }
  return Buffer.from(jcs(json), 'utf8')
}

/** SHA-256 of the object's bytes: what the next anchor names. */
export function anchorDigest(bytes: Uint8Array): Buffer {
  return sha256(bytes)
}

/** Reads an anchor; its form is checked, its signatures are not. Throws `ledger_malformed`. */
export function decodeAnchor(bytes: Uint8Array): Anchor {
  const json = parseJson(Buffer.from(bytes).toString('utf8'), 'anchor')
  if (
    !isJsonObject(json) ||
    json.format !== ANCHOR_FORMAT ||
    !Array.isArray(json.items) ||
    !Array.isArray(json.heads)
  ) {
    throw malformed('An anchor has to hold its format, items and heads.')
  }
  const { number, previous, anchored_at } = json
  if (!isCount(number) || !isCount(anchored_at)) throw malformed('An anchor has to hold its number and time.')
  return {
    number,
    previous: previous === null ? null : fromHex(String(previous), 'digest of an anchor'),
    anchoredAt: anchored_at,
    items: json.items.map(readItem),
    heads: json.heads.map(readHead),
  }
}

function readHead(json: unknown): AnchorHead {
  if (!isJsonObject(json) || typeof json.note !== 'string') throw malformed('An anchor has to hold notes.')
  const { origin, treeSize, rootHash } = parseCheckpoint(parseNote(json.note).text)
  if (json.origin !== origin) throw malformed('A head in an anchor is of another log.')
  return { origin, note: json.note, treeSize, rootHash }
}

function readItem(json: unknown): AnchorItem {
  const head = readHead(json)
  const { first_leaf: firstLeaf, leaf_hashes } = json as Record<string, unknown>
  if (!isCount(firstLeaf) || typeof leaf_hashes !== 'string')
    throw malformed('An item of an anchor has no leaf hashes.')
  const hashes = fromBase64(leaf_hashes, 'leaf hashes of an anchor')
  if (hashes.length !== (head.treeSize - firstLeaf) * HASH_BYTES) {
    throw malformed('An item of an anchor has to hold the hash of each leaf from its first to its checkpoint.')
  }
  const leafHashes = Array.from({ length: hashes.length / HASH_BYTES }, (_, i) =>
    hashes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES),
  )
  return { ...head, firstLeaf, leafHashes }
}

/** `00000000000000000042.json`: names sort as numbers do. */
export function anchorName(number: number): string {
  return `${digits(number)}.json`
}

/** `00000000000000000042.tsr`: the time stamp beside an anchor. */
export function stampName(number: number): string {
  return `${digits(number)}.tsr`
}

function digits(number: number): string {
  return String(number).padStart(20, '0')
}
