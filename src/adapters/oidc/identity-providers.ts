import * as client from 'openid-client'
import type { PersonClaims } from '../../domain/access/person.ts'
import { PalimpsestError } from '../../errors.ts'
import type { BegunSignIn, IdentityProviders } from '../../ports/identity-providers.ts'
import { Issuer, type IssuerOptions, type KnownIssuer, providerUnavailable } from './issuer.ts'
import { verifyToken } from './verify-token.ts'

/** OpenID Connect with the issuers of the configuration. */
export function createIdentityProviders(options: readonly IssuerOptions[]): IdentityProviders {
  const issuers = new Map(options.map((one) => [one.issuer, new Issuer(one)]))

  async function withClient(name: string): Promise<KnownIssuer> {
    const issuer = issuers.get(name)
    if (!issuer?.options.client) throw signInFailed(undefined)
    return issuer.ask()
  }

  return {
    ofToken: (token) => verifyToken(issuers, token),

    async check() {
      await Promise.all([...issuers.values()].map((issuer) => issuer.ask()))
    },

    async begin(issuer, redirectUri) {
      const { configuration, options: own } = await withClient(issuer)
      const begun: BegunSignIn = {
        issuer,
        state: client.randomState(),
        nonce: client.randomNonce(),
        codeVerifier: client.randomPKCECodeVerifier(),
      }
      const url = client.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: own.client?.scope ?? 'openid',
        state: begun.state,
        nonce: begun.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(begun.codeVerifier),
        code_challenge_method: 'S256',
      })
      return { url: url.href, begun }
    },

    async finish(begun, cameBack) {
      const known = await withClient(begun.issuer)
      try {
        return await exchange(known, begun, cameBack)
      } catch (error) {
        throw isAway(error) ? providerUnavailable(error) : signInFailed(error)
      }
    },
  }
}

/** The code for the ID token, whose signature, nonce and audience are checked, and what the provider tells of the account beside it. */
async function exchange(
  { configuration, options }: KnownIssuer,
  begun: BegunSignIn,
  cameBack: URL,
): Promise<PersonClaims> {
  const tokens = await client.authorizationCodeGrant(configuration, cameBack, {
    expectedState: begun.state,
    expectedNonce: begun.nonce,
    pkceCodeVerifier: begun.codeVerifier,
    idTokenExpected: true,
  })
  const claims = tokens.claims()
  if (!claims) throw new Error('the provider gave no ID token')
  const { userinfo_endpoint: userinfo } = configuration.serverMetadata()
  const told = userinfo ? await client.fetchUserInfo(configuration, tokens.access_token, claims.sub) : {}
  return { issuer: options.issuer, subject: claims.sub, claims: { ...told, ...claims } }
}

/** A provider that is not reached, or answers 5xx. */
function isAway(error: unknown): boolean {
  if (error instanceof client.ResponseBodyError) return error.status >= 500
  if (!(error instanceof client.ClientError)) return error instanceof TypeError
  const { cause } = error
  if (error.code === 'OAUTH_TIMEOUT' || cause instanceof TypeError) return true
  return cause instanceof Response && cause.status >= 500
}

function signInFailed(cause: unknown): PalimpsestError {
  return new PalimpsestError({
    code: 'sign_in_failed',
    status: 401,
    message: 'This sign-in did not come to its end, or was another one: begin again at /auth/login.',
    cause,
  })
}
