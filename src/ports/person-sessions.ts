/** Who is signed in with a browser. Times are milliseconds since the Unix epoch. */
export interface PersonSession {
  tenantId: string
  /** A pseudonym. */
  person: string
  roles: readonly string[]
  app: string
  team: string | null
  createdAt: number
  expiresAt: number
}

/** Sessions by the SHA-256 of their cookie. An ended one is gone at once, at every gateway. Safe for concurrent use. */
export interface PersonSessions {
  open(cookieHash: Uint8Array, session: PersonSession): Promise<void>
  find(cookieHash: Uint8Array): Promise<PersonSession | undefined>
  end(cookieHash: Uint8Array): Promise<void>
  /** Removes those whose time is over. */
  removeEnded(): Promise<void>
}
