import type { Context, MiddlewareHandler } from 'hono'
import { findKey, hashKey } from '../config/keys.ts'
import { maxKeyLength } from '../config/schema-names.ts'
import type { KeyIdentity } from '../config/types.ts'
import { isApiKey } from '../domain/access/api-key.ts'
import { type KeyRole, roleNames } from '../domain/access/roles.ts'
import { PalimpsestError } from '../errors.ts'
import type { ApiKeyRecord } from '../ports/api-keys.ts'
import type { ApiDeps, ApiEnv } from './deps.ts'
import { innerCallOf } from './inner-call.ts'
import { identityOf, tenantHeader } from './people/identity-of.ts'
import { callerOfSession } from './people/session.ts'

type AuthDeps = Pick<
  ApiDeps,
  'config' | 'apiKeys' | 'identityProviders' | 'sessions' | 'keys' | 'development' | 'log' | 'now'
>

/**
 * Answers 401 without a known key, token or session, and 403 where it bears none of the roles. The caller is kept for the handler.
 */
export function requireRole(deps: AuthDeps, ...roles: KeyRole[]): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const inner = innerCallOf(c.req.raw)
    if (inner) c.set('hear', inner.hear)
    const found = inner?.caller ?? callerOf(deps, c)
    const caller = found instanceof Promise ? await found : found
    if (!caller) {
      c.header('www-authenticate', 'Bearer')
      throw unknownKey()
    }
    if (!roles.some((role) => caller.roles.includes(role))) throw roleMissing(roles)
    c.set('caller', caller)
    await next()
  }
}

type Found = KeyIdentity | null

/** A signed JSON Web Token, or what pretends to be one: its last part may be empty. */
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]*$/

/** Keys of the configuration and of the database are found in memory; what is none may be a person's token. */
function callerOf(deps: AuthDeps, c: Context<ApiEnv>): Found | Promise<Found> {
  const authorization = c.req.header('authorization')
  if (authorization === undefined) return deps.config.people ? callerOfSession(deps, c) : null
  const presented = authorization.match(/^Bearer +(\S+) *$/i)?.[1]
  if (presented === undefined) return null
  const configured = findKey(deps.config, presented)
  if (configured) return configured
  if (deps.config.people && TOKEN.test(presented)) {
    return deps.identityProviders.ofToken(presented).then((person) => identityOf(deps, person, tenantHeader(c)))
  }
  if (presented.length > maxKeyLength || !isApiKey(presented)) return null
  try {
    const made = deps.apiKeys.byHash(hashKey(presented))
    return made instanceof Promise ? made.then(known(deps), unavailable(deps)) : known(deps)(made)
  } catch (error) {
    if (error instanceof PalimpsestError) throw error
    return unavailable(deps)(error)
  }
}

function known(deps: AuthDeps): (record: ApiKeyRecord | undefined) => Found {
  return (record) => {
    // A tenant that is configured no more has no callers.
    if (!record || !deps.config.tenants.has(record.tenantId)) return null
    if (record.revoked) throw ended('key_revoked', 'This key was revoked: use another one.')
    if (record.expiresAt !== null && record.expiresAt <= deps.now()) {
      throw ended('key_expired', 'This key has expired: use the one that took its place, or have one made.')
    }
    return keyIdentityOf(record)
  }
}

/** Who may call with a key of the database, of every tenant, from memory. */
export function callersOf(apiKeys: Pick<ApiDeps['apiKeys'], 'all'>, nowMs: number): KeyIdentity[] {
  return [...apiKeys.all()]
    .filter(({ revoked, expiresAt }) => !revoked && (expiresAt === null || expiresAt > nowMs))
    .map(keyIdentityOf)
}

function keyIdentityOf(record: ApiKeyRecord): KeyIdentity {
  return {
    tenantId: record.tenantId,
    keyId: record.id,
    roles: roleNames.filter((role) => record.roles.includes(role)),
    app: record.app,
    team: record.team,
    scope: record.scope,
    ...(record.limits && { limits: record.limits }),
  }
}

/** No key is honoured that may have been revoked. */
function unavailable(deps: AuthDeps): (cause: unknown) => never {
  return (cause) => {
    deps.log.warn({ cause: cause instanceof Error ? cause.name : 'unknown' }, 'which keys there are cannot be read')
    throw new PalimpsestError({
      code: 'keys_unavailable',
      status: 503,
      message: 'Whether this key still holds cannot be asked, so nothing was done; try again shortly.',
      retryAfterSeconds: 2,
      cause,
    })
  }
}

function roleMissing(roles: readonly KeyRole[]): PalimpsestError {
  return new PalimpsestError({
    code: 'role_missing',
    status: 403,
    message: `This needs a key with the role ${roles.join(' or ')}.`,
  })
}

function ended(code: 'key_revoked' | 'key_expired', message: string): PalimpsestError {
  return new PalimpsestError({ code, status: 401, message })
}

function unknownKey(): PalimpsestError {
  return new PalimpsestError({
    code: 'invalid_api_key',
    status: 401,
    message: 'Send a key of this gateway as "Authorization: Bearer <key>".',
  })
}
