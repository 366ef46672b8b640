import { uuidBytes } from '../ids/uuidv7.ts'
import { equalBytes, HASH_BYTES, hmacSha256, label } from './bytes.ts'
import { encodeAbsent } from './canonical.ts'
import { invalidEntry, malformed } from './malformed.ts'

/** The groups of an entry that can be opened one without the others. The number is the group's byte. */
export const GROUPS = { envelope: 1, subject: 2, prompt: 3, response: 4 } as const

export type Group = keyof typeof GROUPS

/** One commitment for each group, 32 bytes each. */
export type Commitments = Readonly<Record<Group, Uint8Array>>

const START = label('commitment')
const ABSENT_NONCE = Buffer.alloc(HASH_BYTES)

/**
 * `HMAC-SHA256(nonce, "palimpsest/v1/commitment" ‖ 0x00 ‖ u8 group ‖ entry id ‖ bytes)`, 32 bytes. The nonce is 32 random
 * bytes, used for this group of this entry only, and never all zero. Throws `ledger_entry_invalid`.
 */
export function commit(group: Group, nonce: Uint8Array, entryId: string, bytes: Uint8Array): Buffer {
  if (nonce.length !== HASH_BYTES || equalBytes(nonce, ABSENT_NONCE)) {
    throw invalidEntry(`${group} nonce`, 'has to be 32 random bytes')
  }
  return mac(group, nonce, entryId, bytes)
}

/**
 * The commitment to a SUBJECT, PROMPT or RESPONSE that does not exist: nonce of 32 zero bytes, content one zero byte.
 * There is nothing to hide, so anybody can check it; its blob digest in the envelope is NULL.
 */
export function commitAbsent(group: Exclude<Group, 'envelope'>, entryId: string): Buffer {
  return mac(group, ABSENT_NONCE, entryId, encodeAbsent())
}

/** True where the opening (nonce and bytes) is the one that was committed to. */
export function verifyCommitment(
  commitment: Uint8Array,
  group: Group,
  nonce: Uint8Array,
  entryId: string,
  bytes: Uint8Array,
): boolean {
  return nonce.length === HASH_BYTES && equalBytes(commitment, mac(group, nonce, entryId, bytes))
}

function mac(group: Group, nonce: Uint8Array, entryId: string, bytes: Uint8Array): Buffer {
  return hmacSha256(nonce, START, Buffer.from([GROUPS[group]]), uuidBytes(entryId), bytes)
}

/** What opens a commitment: the nonce and the group's canonical bytes. */
export interface Opening {
  readonly nonce: Uint8Array
  readonly bytes: Uint8Array
}

/** The plaintext of a sealed blob: nonce (32 bytes) ‖ the group's canonical bytes. */
export function encodeOpening(opening: Opening): Buffer {
  return Buffer.concat([opening.nonce, opening.bytes])
}

/** Reads the plaintext of a sealed blob. Throws `ledger_malformed` where it is too short. */
export function decodeOpening(plaintext: Uint8Array): { nonce: Buffer; bytes: Buffer } {
  if (plaintext.length <= HASH_BYTES) throw malformed('An opening has to hold a nonce and at least one byte.')
  const all = Buffer.from(plaintext)
  return { nonce: all.subarray(0, HASH_BYTES), bytes: all.subarray(HASH_BYTES) }
}
