/** One version of a tenant's signing key. */
export interface SigningKey {
  /** 32 bytes (RFC 8032). */
  readonly publicKey: Uint8Array
  /** True: it has signed for the last time. */
  readonly retired: boolean
  /** 64 bytes over exactly `message`, at most 4096 bytes. @throws SigningKeyRetired; KmsUnavailable: the same call may succeed later */
  sign(message: Uint8Array): Promise<Uint8Array>
}

/**
 * The logs' signing keys, Ed25519, versions of one for each tenant. Which of them signs is not decided here: an entry of the log
 * brings the next one in. Duties: the private key never leaves the implementation; a key is durable before the first
 * signature is given; the public half of every version is kept for good, because it decides who may write into a log. Safe
 * for concurrent use, also by several processes.
 */
export interface LogSigner {
  /** Every version, oldest first, those included that are made and not in use yet. The first is made at first use. */
  keys(tenantId: string): Promise<SigningKey[]>
  /** The version behind the one that has this public key; made where there is none, the same one for all who ask. */
  next(tenantId: string, after: Uint8Array): Promise<SigningKey>
  /** Ends a version: it never signs again. Idempotent. */
  retire(tenantId: string, publicKey: Uint8Array): Promise<void>
  /** Asks whether the service answers us. Changes nothing. */
  check(): Promise<void>
}

export class SigningKeyRetired extends Error {
  readonly code = 'signing_key_retired'

  constructor(options?: ErrorOptions) {
    super('this signing key is retired', options)
    this.name = 'SigningKeyRetired'
  }
}

export class SigningKeyUnknown extends Error {
  readonly code = 'signing_key_unknown'

  constructor() {
    super('the signer has no such key; see that it is the one this ledger was written with')
    this.name = 'SigningKeyUnknown'
  }
}
