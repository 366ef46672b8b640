/** What was looked at, and how often the person was there. */
export interface Looked {
  looked: number
  found: number
}

/** What the databases still hold of a person's own. Only reads. */
export interface PersonResidue {
  /** Ids of their requests accepted since a time (milliseconds since the Unix epoch), in stretches of at most `limit`. */
  requestsSince(pseudonyms: readonly string[], since: number, limit: number): AsyncGenerator<string[]>
  /** Rows of sealed content and detected values of their entries, what the auditor's view shows of these, and idempotency keys of theirs. */
  ownEntries(pseudonyms: readonly string[]): Promise<{ content: Looked; auditView: Looked; keys: number }>
  /** Identities: sealed ids, blind indexes and secrets. */
  identities(pseudonyms: readonly string[]): Promise<Looked>
  /** Consents of the person, among all. */
  consents(pseudonyms: readonly string[]): Promise<Looked>
  /** Budgets that the person has of their own, among all people's. */
  budgets(pseudonyms: readonly string[]): Promise<Looked>
  /** Rows of requests under way and their pieces, among the tenant's and its idempotency keys; and what stands in clear in all of these. */
  inFlight(tenantId: string, pseudonyms: readonly string[]): Promise<Looked & { open: string[] }>
}
