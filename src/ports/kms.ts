/** What a wrapped key belongs to. All of it is authenticated with the key; none of it is personal data. */
export interface WrapContext {
  /** `data-key`, or a tenant secret's name. */
  purpose: string
  tenantId: string
  id: string
}

/**
 * The key-management service: the only place where key-encryption keys exist, one for a tenant's epoch. Duties: a created
 * key is durable before its reference is returned; a call that fails says which of four things is the case, by its error:
 * the service is away (KmsUnavailable: the same call may succeed later), there is no such key (KmsKeyUnknown), the key was
 * destroyed (KmsKeyGone), or the service refuses (KmsRefused: nothing changes until somebody acts). Safe for concurrent
 * use, also by several processes.
 */
export interface Kms {
  readonly name: 'local' | 'aws' | 'vault'
  /**
   * Makes the key of a tenant's epoch and returns its reference; asked again it returns the same one.
   * @throws KmsKeyGone where this epoch's key was destroyed: take the next number.
   */
  createKey(tenantId: string, epoch: number): Promise<string>
  /** 32 fresh random bytes, in clear and wrapped. */
  generate(keyRef: string, context: WrapContext): Promise<{ plaintext: Uint8Array; wrapped: Buffer }>
  unwrap(keyRef: string, wrapped: Uint8Array, context: WrapContext): Promise<Uint8Array>
  /** The same bytes wrapped under another epoch of the same tenant. */
  rewrap(from: string, to: string, wrapped: Uint8Array, context: WrapContext): Promise<Buffer>
  /**
   * Destroys a key: from now on nothing opens with it. Idempotent; that the key does not exist is fine.
   * @returns milliseconds since the Unix epoch from which on the service's own administrators cannot bring it back.
   */
  destroyKey(keyRef: string): Promise<number>
  /** Asks whether the service answers us and would let us in. Changes nothing. */
  check(): Promise<void>
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
