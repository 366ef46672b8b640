import { fromBase64, fromUtf8, toBase64 } from './bytes.ts'
import { cosignatureMessage, parseCosignature } from './cosignature.ts'
import type { Sign } from './ed25519.ts'
import { verifyEd25519 } from './ed25519.ts'
import { doesNotHold, malformed, untrusted } from './malformed.ts'
import type { VerifierKey } from './vkey.ts'
import { hasControl, isKeyName } from './vkey.ts'

/** Largest signed note that is read, in bytes. */
export const MAX_NOTE_BYTES = 1024 * 1024
/** Most signature lines that are read; C2SP signed-note asks for at least 16. */
export const MAX_NOTE_SIGNATURES = 100

/** One signature line. `signature` is what follows the four bytes of the key id. */
export interface NoteSignature {
  readonly name: string
  readonly keyId: number
  readonly signature: Uint8Array
}

/** A note taken apart, nothing verified. */
export interface Note {
  /** With its last newline, without the blank line. */
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

/** Who signs a note: the name and id of the key that `verifierKey` gives, and the way to sign with it. */
export interface NoteSigner {
  readonly name: string
  readonly keyId: number
  readonly sign: Sign
}

/** A signature that held: by which key, and, from a witness, its time in seconds since the Unix epoch. */
export interface VerifiedSignature {
  readonly key: VerifierKey
  readonly timestamp: bigint | null
}

/** A note of which at least one trusted key's signature holds. */
export interface OpenedNote extends Note {
  /** Each key once. */
  readonly verified: readonly VerifiedSignature[]
}

const SIGNATURE_LINE = /^— ([^ ]+) ([A-Za-z0-9+/=]+)$/

/** Writes a signed note (C2SP signed-note). Throws `ledger_malformed` where text or a key name is not allowed in one. */
export function formatNote(text: string, signatures: readonly NoteSignature[]): string {
  if (!isNoteText(text)) throw malformed('The text of a note has to be well-formed lines that end in a newline.')
  if (signatures.length === 0) throw malformed('A note needs at least one signature.')
  const lines = signatures.map((line) => {
    if (!isKeyName(line.name)) throw malformed('A key name must not hold a space, a plus or a control character.')
    const id = Buffer.alloc(4)
    id.writeUInt32BE(line.keyId)
    return `— ${line.name} ${toBase64(Buffer.concat([id, line.signature]))}\n`
  })
  return `${text}\n${lines.join('')}`
}

/** Signs a note's text with each signer in turn. */
export async function signNote(text: string, signers: readonly NoteSigner[]): Promise<string> {
  const message = Buffer.from(text, 'utf8')
  const signatures: NoteSignature[] = []
  for (const { name, keyId, sign } of signers) signatures.push({ name, keyId, signature: await sign(message) })
  return formatNote(text, signatures)
}

/**
 * Takes a signed note apart; nothing is verified. Strict: UTF-8, no control character but newline (so no CRLF), the last
 * blank line before the signatures, no data behind them. Throws `ledger_malformed`.
 */
export function parseNote(note: string | Uint8Array): Note {
  const all = typeof note === 'string' ? note : fromUtf8(note, 'signed note')
  if (all.length > MAX_NOTE_BYTES) throw malformed('This signed note is too large.')
  const split = all.lastIndexOf('\n\n')
  if (split < 0 || !isNoteText(all)) {
    throw malformed(
      'A signed note has to be lines of text, a blank line and signature lines, without control characters.',
    )
  }
  const lines = all.slice(split + 2, -1).split('\n')
  if (lines.length > MAX_NOTE_SIGNATURES) throw malformed('This signed note has too many signatures.')
  return { text: all.slice(0, split + 1), signatures: lines.map(parseSignatureLine) }
}

function parseSignatureLine(line: string): NoteSignature {
  const parts = SIGNATURE_LINE.exec(line)
  const [, name = '', encoded = ''] = parts ?? []
  if (parts === null || !isKeyName(name)) throw malformed('A signature line has to read: em dash, key name, base64.')
  const bytes = fromBase64(encoded, 'signature in a note')
  if (bytes.length < 5) throw malformed('A signature in a note is too short.')
  return { name, keyId: bytes.readUInt32BE(0), signature: bytes.subarray(4) }
}

/**
 * Verifies a signed note against trusted keys. Signatures of other keys are ignored, also where they share a name or an id
 * with a trusted key. Every signature of a trusted key has to hold, also a second one by the same key. Throws
 * `ledger_evidence_invalid` where one does not, `ledger_signer_unknown` where none is by a trusted key, and
 * `ledger_malformed`.
 */
export function openNote(note: string | Uint8Array, trusted: readonly VerifierKey[]): OpenedNote {
  const known = new Map<string, VerifierKey>()
  for (const key of trusted) {
    const before = known.get(idOf(key))
    if (before !== undefined && Buffer.compare(before.publicKey, key.publicKey) !== 0) {
      throw malformed('Two trusted keys have the same name and id; trust one of them.')
    }
    known.set(idOf(key), key)
  }
  const parsed = parseNote(note)
  const verified = new Map<VerifierKey, VerifiedSignature>()
  for (const line of parsed.signatures) {
    const key = known.get(idOf(line))
    if (key === undefined) continue
    verified.set(key, { key, timestamp: verifyLine(parsed.text, line, key) })
  }
  if (verified.size === 0) throw untrusted('No signature in this note is by a trusted key.')
  return { ...parsed, verified: [...verified.values()] }
}

function verifyLine(text: string, line: NoteSignature, key: VerifierKey): bigint | null {
  const cosignature = key.type === 'cosignature' ? parseCosignature(line.signature) : null
  const message = cosignature === null ? text : cosignatureMessage(text, cosignature.timestamp)
  const signature = cosignature === null ? line.signature : cosignature.signature
  if (!verifyEd25519(key.key, Buffer.from(message, 'utf8'), signature)) {
    throw doesNotHold('A signature in this note by a trusted key does not hold.')
  }
  return cosignature?.timestamp ?? null
}

function idOf(key: { name: string; keyId: number }): string {
  return `${key.name}+${key.keyId}`
}

function isNoteText(text: string): boolean {
  return text.endsWith('\n') && text.isWellFormed() && !hasControl(text.replaceAll('\n', ''))
}
