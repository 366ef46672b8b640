import { fromBase64, fromUtf8, HASH_BYTES, isCount, parseDecimal, toBase64 } from './bytes.ts'
import { malformed } from './malformed.ts'
import { parseNote } from './note.ts'
import { MAX_PROOF_HASHES } from './verify-proof.ts'

/** The first line of a C2SP tlog-proof. */
export const PROOF_HEADER = 'c2sp.org/tlog-proof@v1'
/** Largest proof file that is read, in bytes. */
export const MAX_PROOF_BYTES = 64 * 1024 * 1024

/** A C2SP tlog-proof taken apart, nothing verified. */
export interface ProofFile {
  /** Opaque bytes that nothing in the proof vouches for; null where the line is missing. */
  readonly extra: Uint8Array | null
  readonly index: number
  /** Audit path, leaf's sibling first. */
  readonly path: readonly Uint8Array[]
  /** The signed checkpoint, verbatim. */
  readonly checkpoint: string
}

/** Writes a C2SP tlog-proof. Throws `ledger_malformed`. */
export function formatProof(proof: ProofFile): string {
  if (!isCount(proof.index)) throw malformed('The index of a proof has to be an integer from 0 to 2^53 - 1.')
  if (proof.path.length > MAX_PROOF_HASHES || proof.path.some((hash) => hash.length !== HASH_BYTES)) {
    throw malformed(`The path of a proof has to be at most ${MAX_PROOF_HASHES} hashes of 32 bytes.`)
  }
  parseNote(proof.checkpoint)
  const extra = proof.extra === null ? [] : [`extra ${toBase64(proof.extra)}`]
  const head = [PROOF_HEADER, ...extra, `index ${proof.index}`, ...proof.path.map(toBase64)]
  return `${head.join('\n')}\n\n${proof.checkpoint}`
}

/** Reads a C2SP tlog-proof; nothing is verified but its form. Throws `ledger_malformed`. */
export function parseProof(file: string | Uint8Array): ProofFile {
  if (file.length > MAX_PROOF_BYTES) throw malformed('This proof is too large.')
  const text = typeof file === 'string' ? file : fromUtf8(file, 'proof')
  const split = text.indexOf('\n\n')
  if (split < 0) throw malformed('A proof has to hold an empty line and then a checkpoint.')
  const lines = text.slice(0, split).split('\n')
  if (lines.shift() !== PROOF_HEADER) throw malformed(`A proof has to begin with ${PROOF_HEADER}.`)
  const extra = lines[0]?.startsWith('extra ') ? fromBase64((lines.shift() as string).slice(6), 'extra data') : null
  const index = lines.shift()
  if (index?.startsWith('index ') !== true) throw malformed('A proof has to name the index of its entry.')
  if (lines.length > MAX_PROOF_HASHES) throw malformed('The path of this proof is too long.')
  const checkpoint = text.slice(split + 2)
  parseNote(checkpoint)
  return {
    extra,
    index: parseDecimal(index.slice(6), 'index of a proof'),
    path: lines.map(parsePathLine),
    checkpoint,
  }
}

function parsePathLine(line: string): Buffer {
  const hash = fromBase64(line, 'path of a proof')
  if (hash.length !== HASH_BYTES) throw malformed('A hash in a proof has to be 32 bytes long.')
  return hash
}
