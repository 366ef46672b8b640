/**
 * The key-management service: the only place where key-encryption keys exist. Duties: a created key is durable before
 * its reference is returned; `unwrap` fails with KmsUnavailable when the service is away (a retry helps) and with
 * KmsKeyGone when the key was destroyed (it does not). Safe for concurrent use.
 */
export interface Kms {
  readonly name: 'local' | 'aws' | 'vault'
  /** Makes a key for a tenant's epoch and returns its reference. */
  createKey(tenantId: string, epoch: number): Promise<string>
  /** Wraps 32 bytes; `context` is authenticated with them. */
  wrap(keyRef: string, plaintext: Uint8Array, context: string): Promise<Buffer>
  unwrap(keyRef: string, wrapped: Uint8Array, context: string): Promise<Buffer>
}

export class KmsUnavailable extends Error {
  constructor(options?: ErrorOptions) {
    super('the key-management service does not answer; try again', options)
    this.name = 'KmsUnavailable'
  }
}

export class KmsKeyGone extends Error {
  constructor(options?: ErrorOptions) {
    super('the key-encryption key does not exist in the key-management service', options)
    this.name = 'KmsKeyGone'
  }
}
