/** One version of a tenant's signing key. */
export interface SigningKey {
  /** 32 bytes (RFC 8032). */
  readonly publicKey: Uint8Array
  /** 64 bytes over exactly `message`. */
  sign(message: Uint8Array): Promise<Uint8Array>
}

/**
 * The logs' signing keys, Ed25519, one for a tenant at a time. Duties: the private key never leaves the implementation; a
 * key is durable before the first signature is given; the public half of every version is kept for good, because it
 * decides who may write into a log. Safe for concurrent use, also by several processes.
 */
export interface LogSigner {
  /** Every version, oldest first; the last one signs. The first is made at first use. */
  keys(tenantId: string): Promise<SigningKey[]>
  /** Makes the next version and gives it. */
  rotate(tenantId: string): Promise<SigningKey>
}
