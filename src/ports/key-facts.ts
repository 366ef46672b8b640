/** A key-encryption epoch of a tenant. Times are milliseconds since the Unix epoch. */
export interface EpochFacts {
  epoch: number
  state: 'active' | 'retired' | 'destroyed'
  openedAt: number
  retiredAt: number | null
  destroyedAt: number | null
  /** From when on the KMS's own administrators cannot bring a destroyed key back. */
  goneAt: number | null
}

/** What the keystore tells of keys without opening any. Safe for concurrent use. */
export interface KeyFacts {
  /**
   * When these data keys were destroyed and first made, and the epochs of their tenant under which a backup of the keystore may hold
   * one of them, wrapped. Keys that the keystore does not know are passed over.
   * @returns `destroyedAt` null: there is none, or one is not destroyed.
   */
  ofKeys(tenantId: string, keyIds: readonly string[]): Promise<{ destroyedAt: number | null; epochs: EpochFacts[] }>
}
