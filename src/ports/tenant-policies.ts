/** One version of a tenant's policy. Times are milliseconds since the Unix epoch. */
export interface PolicyVersion {
  /** Of the entry that put it in force. */
  id: string
  version: string
  previousVersion: string | null
  /** What changed: the file, or somebody by the API. */
  source: 'file' | 'api'
  setBy: string | null
  setAt: number
  /** As it was sent, with labels in the place of listed values; null: the file's held. */
  document: unknown
  /** What follows from it and from the rules for all tenants, with labels, too. */
  effective: unknown
  /** JSON Patch (RFC 6902) from the version before. */
  changes: readonly unknown[]
}

export interface CurrentPolicy extends PolicyVersion {
  /** SHA-256 in hex of what the file said of the tenant when the policy was set by the API; null: it is the file's. */
  fileDigest: string | null
}

/** What gateways keep in memory of a policy in force. */
export interface KnownPolicy {
  tenantId: string
  /** Of the entry that put it in force. */
  id: string
  /** As it was set by the API; null: the file's holds. */
  document: unknown
  /** The values of its lists, as they are sealed for the entry's content; null: there are none. */
  sealedValues: Uint8Array | null
}

/**
 * Policies of tenants, as entries of kind `policy` have put them in force: an entry and its effect are one transaction, and one takes
 * the place of the version that it names, or does not come into force. Safe for concurrent use.
 */
export interface TenantPolicies {
  /** Undefined: none is on record. Asked of the database. */
  current(tenantId: string): Promise<CurrentPolicy | undefined>
  /** Newest first; `before` is the id of an entry. Without document, policy and changes. */
  list(
    tenantId: string,
    options: { before: string | null; limit: number },
  ): Promise<Omit<PolicyVersion, 'document' | 'effective' | 'changes'>[]>
  /** The newest of this version's times in force. */
  find(tenantId: string, version: string): Promise<PolicyVersion | undefined>
  /** Of every tenant whose policy was set by the API or lists values. */
  known(): Promise<KnownPolicy[]>
  /** Of one tenant, in the same case. */
  knownOf(tenantId: string): Promise<KnownPolicy | undefined>
  /** A number that is another one after every change. */
  change(): Promise<bigint>
}
