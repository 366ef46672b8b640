/**
 * The log's signing keys, one Ed25519 key a tenant. Duties: the private key never leaves the implementation; the key is
 * durable before the first signature is given. Safe for concurrent use.
 */
export interface LogSigner {
  /** 32 bytes (RFC 8032). */
  publicKey(tenantId: string): Promise<Uint8Array>
  /** 64 bytes over exactly `message`. */
  sign(tenantId: string, message: Uint8Array): Promise<Uint8Array>
}
