import { i64 } from './bytes.ts'
import { SIGNATURE_BYTES } from './ed25519.ts'
import { malformed } from './malformed.ts'

/** A witness's statement about a checkpoint (C2SP tlog-cosignature, Ed25519). */
export interface Cosignature {
  /** Seconds since the Unix epoch. */
  readonly timestamp: bigint
  readonly signature: Uint8Array
}

/** What a witness signs: two lines and the checkpoint's text with its last newline. */
export function cosignatureMessage(checkpointText: string, timestamp: bigint): string {
  return `cosignature/v1\ntime ${timestamp}\n${checkpointText}`
}

/** The signature bytes of a cosignature in a note: `u64 timestamp ‖ signature`. */
export function encodeCosignature(cosignature: Cosignature): Buffer {
  return Buffer.concat([i64(cosignature.timestamp), cosignature.signature])
}

/** Reads them. Throws `ledger_malformed` on another length or a time beyond 2^63 − 1. */
export function parseCosignature(bytes: Uint8Array): Cosignature {
  const all = Buffer.from(bytes)
  const timestamp = all.length === 8 + SIGNATURE_BYTES ? all.readBigInt64BE(0) : -1n
  if (timestamp < 0n) throw malformed('A cosignature has to be a time and 64 bytes of signature.')
  return { timestamp, signature: all.subarray(8) }
}
