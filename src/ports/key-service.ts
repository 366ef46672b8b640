import type { DataKey } from '../domain/sealing/seal.ts'

export type TenantSecretName = 'subject-index' | 'value-index' | 'idempotency'

/**
 * Data keys and index secrets. Duties: keys are cached at most 60 s and forgotten at once when destroyed here;
 * an unknown key is an error (KeyUnknown), a destroyed one a tombstone (KeyDestroyed), a store or KMS that is away a
 * retry (any other error): never mistaken for each other. Safe for concurrent use.
 */
export interface KeyService {
  /** A new data key for a subject, durable before it is returned. */
  createDataKey(tenantId: string, subjectPseudonym: string): Promise<DataKey>
  dataKey(keyId: string): Promise<DataKey>
  /** 32 bytes, made at first use, the same in every process. */
  tenantSecret(tenantId: string, name: TenantSecretName): Promise<Uint8Array>
  /** Destroys a key for good; idempotent. */
  destroyDataKey(keyId: string): Promise<void>
}

export class KeyUnknown extends Error {
  constructor() {
    super('no such data key')
    this.name = 'KeyUnknown'
  }
}

export class KeyDestroyed extends Error {
  constructor() {
    super('the data key was destroyed')
    this.name = 'KeyDestroyed'
  }
}
