import type { DataKey } from '../domain/sealing/seal.ts'

export type TenantSecretName = 'subject-index' | 'value-index' | 'idempotency' | 'person-index' | 'key-mark'

/**
 * Data keys and index secrets. Duties: keys are cached at most 60 s, forgotten at once when destroyed here and as soon as
 * a notification arrives when destroyed elsewhere. What went wrong is never mistaken for something else: an unknown key is
 * KeyUnknown, a destroyed one KeyDestroyed, one whose tenant epoch is gone without a tombstone KeyLost; a keystore or KMS
 * that is away is any other error, and a retry. Safe for concurrent use.
 */
export interface KeyService {
  /** A new data key for a subject, durable before it is returned. */
  createDataKey(tenantId: string, subjectPseudonym: string): Promise<DataKey>
  dataKey(keyId: string): Promise<DataKey>
  /** 32 bytes, made at first use, the same in every process. */
  tenantSecret(tenantId: string, name: TenantSecretName): Promise<Uint8Array>
  /** Destroys a key for good; idempotent. */
  destroyDataKey(keyId: string): Promise<void>
  /** Calls back with each key that is to be forgotten; null: all of them. */
  onForget(forget: (keyId: string | null) => void): void
}

export class KeyUnknown extends Error {
  readonly code = 'key_unknown'

  constructor() {
    super('no such data key')
    this.name = 'KeyUnknown'
  }
}

export class KeyDestroyed extends Error {
  readonly code = 'key_destroyed'

  constructor() {
    super('the data key was destroyed')
    this.name = 'KeyDestroyed'
  }
}

export class KeyLost extends Error {
  readonly code = 'key_lost'

  constructor(options?: ErrorOptions) {
    super("the tenant's epoch that wraps this key was destroyed: restore a newer backup of the keystore", options)
    this.name = 'KeyLost'
  }
}
