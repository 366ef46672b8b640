import { toBase64 } from './bytes.ts'
import { doesNotHold, malformed } from './malformed.ts'
import { formatNote, type NoteSignature, openNote, parseNote } from './note.ts'
import type { VerifierKey } from './vkey.ts'

/** Longest consistency proof that may be sent to a witness (C2SP tlog-witness). */
export const MAX_WITNESS_PROOF = 63
/** Seconds that a witness's clock may be ahead of ours. */
const MAX_AHEAD_SECONDS = 300
const SIZE_LINE = /^(0|[1-9]\d{0,15})\n$/

/** The body of `add-checkpoint` (C2SP tlog-witness): the size the witness has, the proof from it, the signed checkpoint. */
export function encodeAddCheckpoint(oldSize: number, proof: readonly Uint8Array[], note: string): string {
  if (proof.length > MAX_WITNESS_PROOF) throw malformed('A consistency proof for a witness has at most 63 hashes.')
  return `old ${oldSize}\n${proof.map((hash) => `${toBase64(hash)}\n`).join('')}\n${note}`
}

/** The size in the answer to a conflict: decimal and a newline. Null where it is none. */
export function parseWitnessSize(body: string): number | null {
  const size = SIZE_LINE.test(body) ? Number(body.slice(0, -1)) : null
  return Number.isSafeInteger(size) ? size : null
}

/**
 * The cosignatures of one witness in its answer to `add-checkpoint`, each held against its key; lines of other keys are left
 * out. Throws `ledger_malformed` where it is no list of signature lines, and `ledger_evidence_invalid` where a signature does
 * not hold, where there is none, or where its time is 0 or beyond `nowSeconds`.
 */
export function cosignaturesIn(
  note: string,
  answer: string,
  key: VerifierKey,
  nowSeconds: number,
): readonly NoteSignature[] {
  const { text } = parseNote(note)
  // An empty line would move the place where the text ends.
  if (answer.startsWith('\n') || answer.includes('\n\n'))
    throw malformed('A witness answers with signature lines only.')
  const lines = parseNote(`${text}\n${answer}`).signatures
  const own = lines.filter(({ name, keyId }) => name === key.name && keyId === key.keyId)
  const [line] = own
  if (line === undefined) throw doesNotHold('The answer of a witness holds no signature by its key.')
  const { verified } = openNote(formatNote(text, own), [key])
  const time = Number(verified[0]?.timestamp ?? 0n)
  if (time === 0 || time > nowSeconds + MAX_AHEAD_SECONDS) {
    throw doesNotHold('The time of a cosignature has to be the one at which it was made.')
  }
  return [line]
}

/** A signed note with more signature lines behind its own; a line that stands there already is not repeated. */
export function withSignatures(note: string, more: readonly NoteSignature[]): string {
  const { text, signatures } = parseNote(note)
  const lineOf = (line: NoteSignature) => formatNote('.\n', [line])
  const known = new Set(signatures.map(lineOf))
  return formatNote(text, [...signatures, ...more.filter((line) => !known.has(lineOf(line)))])
}

/** How many of the witnesses cosigned a note; a cosignature that does not hold counts as none. */
export function countCosignatures(note: string, keys: readonly VerifierKey[]): number {
  const { text, signatures } = parseNote(note)
  return keys.filter((key) => {
    const own = signatures.filter(({ name, keyId }) => name === key.name && keyId === key.keyId)
    if (own.length === 0) return false
    try {
      return openNote(formatNote(text, own), [key]).verified.length > 0
    } catch {
      return false
    }
  }).length
}
