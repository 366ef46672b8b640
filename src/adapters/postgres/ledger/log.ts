import type { VerifierKey } from '../../../domain/ledger/vkey.ts'
import type { SigningKey } from '../../../ports/log-signer.ts'

/** One key of a log, and since when. */
export interface LogKey {
  key: VerifierKey
  version: SigningKey
  /** The entry that brought it in; null: the log began with it. */
  since: { entryId: string; leafIndex: number; atMicros: bigint } | null
  /** Microseconds since the Unix epoch until which it signs beside the key that followed; null: none followed. */
  signsUntil: bigint | null
}

/** A signature of a log over a message, and by which of its keys. */
export interface LogSignature {
  key: VerifierKey
  signature: Uint8Array
}

/** The log of a tenant, of one generation. */
export interface Log {
  tenantId: string
  logId: Buffer
  origin: string
  generation: number
  /** The key that signs, as checkpoints and epochs name it. */
  key: VerifierKey
  /** Every key that signed or signs this log, from the signer: the database does not say who may write. */
  keys: readonly VerifierKey[]
  sign(message: Uint8Array): Promise<Uint8Array>
  /** In the overlap of a rotation, the signature of the key that is being replaced; null: it signs no more. */
  signBeside?(message: Uint8Array): Promise<LogSignature | null>
  /** The same keys, oldest first, each with since when. */
  history?: readonly LogKey[]
}
