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

/** The service is away or overloaded: the same call may succeed later. */
export class KmsUnavailable extends Error {
  readonly code = 'kms_unavailable'

  constructor(options?: ErrorOptions) {
    super('the key-management service does not answer; try again', options)
    this.name = 'KmsUnavailable'
  }
}

/** The service knows no such key: another region, account or mount, or a key that was deleted long ago. */
export class KmsKeyUnknown extends Error {
  readonly code = 'kms_key_unknown'

  constructor(options?: ErrorOptions) {
    super('the key-management service knows no such key; see that it is the one this store was used with', options)
    this.name = 'KmsKeyUnknown'
  }
}

/** The key was destroyed; nothing that was wrapped under it opens again. */
export class KmsKeyGone extends Error {
  readonly code = 'kms_key_gone'

  constructor(options?: ErrorOptions) {
    super('the key-encryption key was destroyed in the key-management service', options)
    this.name = 'KmsKeyGone'
  }
}

/** `denied`: our login may not. `disabled`: an operator has switched the key off. `changed`: not what was wrapped here. */
export type KmsRefusal = 'denied' | 'disabled' | 'changed'

const REFUSALS: Record<KmsRefusal, string> = {
  denied: 'the key-management service refuses our login or request: correct its credentials, policy or address',
  disabled: 'the key is switched off in the key-management service: enable it',
  changed: 'the wrapped key does not open in its context: it was changed, moved, or wrapped elsewhere',
}

/** The service refuses: nothing changes until somebody acts. */
export class KmsRefused extends Error {
  readonly code = 'kms_refused'
  readonly refusal: KmsRefusal

  constructor(refusal: KmsRefusal, options?: ErrorOptions) {
    super(REFUSALS[refusal], options)
    this.name = 'KmsRefused'
    this.refusal = refusal
  }
}
