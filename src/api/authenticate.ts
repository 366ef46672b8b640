import type { MiddlewareHandler } from 'hono'
import { findKey } from '../config/keys.ts'
import type { Config, KeyIdentity, KeyRole } from '../config/types.ts'
import { PalimpsestError } from '../errors.ts'
import type { ApiEnv } from './deps.ts'

/** Answers 401 without a known key, and 403 where it bears none of the roles. The caller is kept for the handler. */
export function requireRole(config: Config, ...roles: KeyRole[]): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const caller = callerOf(config, c.req.header('authorization'))
    if (!caller) {
      c.header('www-authenticate', 'Bearer')
      throw unknownKey()
    }
    if (!roles.some((role) => caller.roles.includes(role))) {
      throw new PalimpsestError({
        code: 'role_missing',
        status: 403,
        message: `This needs a key with the role ${roles.join(' or ')}.`,
      })
    }
    c.set('caller', caller)
    await next()
  }
}

function callerOf(config: Config, header: string | undefined): KeyIdentity | null {
  const presented = header?.match(/^Bearer +(\S+) *$/i)?.[1]
  return presented === undefined ? null : findKey(config, presented)
}

function unknownKey(): PalimpsestError {
  return new PalimpsestError({
    code: 'invalid_api_key',
    status: 401,
    message: 'Send a key of this gateway as "Authorization: Bearer <key>".',
  })
}
