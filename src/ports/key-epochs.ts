/** Where a tenant's epochs stand. */
export interface TenantEpochs {
  tenantId: string
  /** The epoch that wraps new keys. */
  epoch: number
  /** Milliseconds since the Unix epoch. */
  openedAt: number
  /** Epochs that wrap nothing new and are not destroyed yet. */
  retired: number
}

/** One stretch of keys that were wrapped anew. */
export interface Rewrapped {
  moved: number
  /** Keys whose own epoch is gone already: nothing opens them. */
  lost: number
  /** Where to go on; null: it was the last stretch. */
  next: string | null
}

/**
 * A tenant's key-encryption-key epochs. Duties: each step can be repeated after a crash in its middle and by several
 * processes at once; a key that is live stays readable throughout; an epoch is destroyed only when nothing live is wrapped
 * under it or an older one.
 */
export interface KeyEpochs {
  tenants(): Promise<TenantEpochs[]>
  /** Opens the next epoch where the one in force is `olderThanMs` or more; gives the one in force then. */
  open(tenantId: string, olderThanMs: number): Promise<{ epoch: number; opened: boolean }>
  /** Wraps what is under older epochs under the one in force, `limit` keys at most, beginning behind `after`. */
  rewrap(tenantId: string, after: string | null, limit: number): Promise<Rewrapped>
  /** Destroys what has been retired for `retiredForMs`. */
  destroyRetired(tenantId: string, retiredForMs: number): Promise<{ destroyed: number[]; blocked: number[] }>
}
