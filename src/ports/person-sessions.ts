/** Who is signed in with a browser. Times are milliseconds since the Unix epoch. */
export interface PersonSession {
  /** Of the entry that opened it; null: it was opened before sessions had one. */
  id: string | null
  tenantId: string
  /** A pseudonym. */
  person: string
  roles: readonly string[]
  app: string
  team: string | null
  createdAt: number
  expiresAt: number
}

/**
 * Sessions by the SHA-256 of their cookie. Entries of kind `administration` open and end them, in the transaction of the entry. An
 * ended one is gone at once, at every gateway. Safe for concurrent use.
 */
export interface PersonSessions {
  find(cookieHash: Uint8Array): Promise<PersonSession | undefined>
  /** Ends one that no entry opened. */
  end(cookieHash: Uint8Array): Promise<void>
  /** Removes those whose time is over. */
  removeEnded(): Promise<void>
}
