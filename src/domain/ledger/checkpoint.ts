import { fromBase64, HASH_BYTES, isCount, parseDecimal, toBase64 } from './bytes.ts'
import { malformed, untrusted } from './malformed.ts'
import type { OpenedNote } from './note.ts'
import { openNote } from './note.ts'
import type { VerifierKey } from './vkey.ts'

/** A tree head (C2SP tlog-checkpoint). */
export interface Checkpoint {
  readonly origin: string
  /** Number of leaves, at most 2^53 − 1. */
  readonly treeSize: number
  /** 32 bytes. */
  readonly rootHash: Uint8Array
  /** Opaque lines; logs of Palimpsest write none. */
  readonly extensions: readonly string[]
}

/** The note text of a checkpoint: origin, size and root hash on a line each. Throws `ledger_malformed`. */
export function encodeCheckpoint(checkpoint: Omit<Checkpoint, 'extensions'> & Partial<Checkpoint>): string {
  const { origin, treeSize, rootHash, extensions = [] } = checkpoint
  if (!isCount(treeSize)) throw malformed('A tree size has to be an integer from 0 to 2^53 - 1.')
  if (rootHash.length !== HASH_BYTES) throw malformed('A root hash has to be 32 bytes long.')
  const lines = [origin, String(treeSize), toBase64(rootHash), ...extensions]
  if (lines.some((line) => line === '' || line.includes('\n'))) {
    throw malformed('A line of a checkpoint must not be empty nor hold a newline.')
  }
  return `${lines.join('\n')}\n`
}

/** Reads the text of a checkpoint. Throws `ledger_malformed`, also on a size with leading zeros. */
export function parseCheckpoint(text: string): Checkpoint {
  if (!text.endsWith('\n')) throw malformed('A checkpoint has to end in a newline.')
  const [origin = '', size = '', root = '', ...extensions] = text.slice(0, -1).split('\n')
  if (origin === '' || extensions.includes('')) throw malformed('A checkpoint must not hold an empty line.')
  const treeSize = parseDecimal(size, 'tree size of a checkpoint')
  const rootHash = fromBase64(root, 'root hash of a checkpoint')
  if (rootHash.length !== HASH_BYTES) throw malformed('The root hash of a checkpoint has to be 32 bytes long.')
  return { origin, treeSize, rootHash, extensions }
}

/** A checkpoint whose log's signature holds, with the note it came from. */
export interface OpenedCheckpoint {
  readonly checkpoint: Checkpoint
  readonly note: OpenedNote
}

/**
 * Opens a signed checkpoint: at least one signature has to be by a trusted log key that bears the origin's name; those
 * of witnesses count beside it, not instead of it. Throws as `openNote` does.
 */
export function openCheckpoint(note: string | Uint8Array, trusted: readonly VerifierKey[]): OpenedCheckpoint {
  const opened = openNote(note, trusted)
  const checkpoint = parseCheckpoint(opened.text)
  if (!opened.verified.some(({ key }) => key.type === 'ed25519' && key.name === checkpoint.origin)) {
    throw untrusted('This checkpoint is not signed by a trusted key of the log it names.')
  }
  return { checkpoint, note: opened }
}
