import { decodeJwt, errors, jwtVerify } from 'jose'
import type { PersonClaims } from '../../domain/access/person.ts'
import { PalimpsestError } from '../../errors.ts'
import { type Issuer, type KnownIssuer, providerUnavailable } from './issuer.ts'

/** Whose token this is. @throws PalimpsestError as `IdentityProviders.ofToken` says */
export async function verifyToken(issuers: ReadonlyMap<string, Issuer>, token: string): Promise<PersonClaims> {
  // Says only whose keys to try: nothing of it is believed.
  const issuer = issuers.get(statedIssuer(token) ?? '')
  if (!issuer) throw invalidToken(undefined)
  const known = await issuer.ask()
  try {
    return await verified(known, token)
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw tokenExpired(error)
    throw isRefusal(error) ? invalidToken(error) : providerUnavailable(error)
  }
}

async function verified({ options, keys }: KnownIssuer, token: string): Promise<PersonClaims> {
  const { issuer, audiences, algorithms, clockToleranceSeconds } = options
  const { payload } = await jwtVerify(token, keys, {
    issuer,
    audience: [...audiences],
    algorithms: [...algorithms],
    clockTolerance: clockToleranceSeconds,
    requiredClaims: ['exp', 'iat', 'sub'],
  })
  const { sub: subject } = payload
  if (typeof subject !== 'string' || subject === '') throw new errors.JWTInvalid('a token has no subject')
  return { issuer, subject, claims: payload }
}

function statedIssuer(token: string): string | undefined {
  try {
    return decodeJwt(token).iss
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined
    throw error
  }
}

/** What the token is to blame for; all else is the provider's silence or disorder. */
function isRefusal(error: unknown): boolean {
  const ofProvider = [errors.JWKSTimeout, errors.JWKSInvalid].some((kind) => error instanceof kind)
  return error instanceof errors.JOSEError && !ofProvider && error.code !== 'ERR_JOSE_GENERIC'
}

function invalidToken(cause: unknown): PalimpsestError {
  return new PalimpsestError({
    code: 'invalid_token',
    status: 401,
    message: 'This token is not one of an issuer of this gateway, made for it and signed by it: sign in again.',
    cause,
  })
}

function tokenExpired(cause: unknown): PalimpsestError {
  return new PalimpsestError({
    code: 'token_expired',
    status: 401,
    message: 'This token has expired: sign in again.',
    cause,
  })
}
