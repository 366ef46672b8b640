import type { PersonClaims } from '../domain/access/person.ts'

/** What a sign-in needs to be finished; the browser keeps it meanwhile, where no script reads it. */
export interface BegunSignIn {
  issuer: string
  state: string
  nonce: string
  codeVerifier: string
}

/**
 * The issuers of the configuration. Nothing of a token is believed before its signature, issuer, audience and times have been
 * checked, by an algorithm that is configured. Safe for concurrent use.
 */
export interface IdentityProviders {
  /**
   * Whose bearer token this is.
   * @throws PalimpsestError `invalid_token` or `token_expired`, 401; `identity_provider_unavailable`, 503
   */
  ofToken(token: string): Promise<PersonClaims>
  /** Asks each issuer about itself. @throws PalimpsestError `identity_provider_unavailable`, 503, where one does not answer */
  check(): Promise<void>
  /** Begins a sign-in by authorization code with PKCE. @returns where to send the browser. */
  begin(issuer: string, redirectUri: string): Promise<{ url: string; begun: BegunSignIn }>
  /**
   * @param cameBack the address that the browser came back to, with its query.
   * @throws PalimpsestError `sign_in_failed`, 401; `identity_provider_unavailable`, 503
   */
  finish(begun: BegunSignIn, cameBack: URL): Promise<PersonClaims>
}
