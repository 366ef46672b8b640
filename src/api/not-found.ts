import type { Context, Hono } from 'hono'
import { PalimpsestError } from '../errors.ts'
import type { ApiEnv } from './deps.ts'

/**
 * The handler of addresses without one: 405 `method_not_allowed` with the methods there are where another method has a
 * handler, else 404 `unknown_url`. It reads the routes when it is called first.
 */
export function createNotFound(app: Hono<ApiEnv>): (c: Context<ApiEnv>) => never {
  let known: { pattern: RegExp; method: string }[] | null = null
  return (c) => {
    known ??= app.routes
      .filter(({ method }) => method !== 'ALL')
      .map(({ path, method }) => ({ pattern: new RegExp(`^${path.replaceAll(/:[^/]+/g, '[^/]+')}$`), method }))
    const methods = new Set(known.filter(({ pattern }) => pattern.test(c.req.path)).map(({ method }) => method))
    if (methods.has('GET')) methods.add('HEAD')
    if (methods.size === 0) throw unknownUrl()
    const allowed = [...methods].sort()
    c.header('allow', allowed.join(', '))
    throw methodNotAllowed(allowed)
  }
}

function methodNotAllowed(allowed: readonly string[]): PalimpsestError {
  return new PalimpsestError({
    code: 'method_not_allowed',
    status: 405,
    message: `This address takes ${allowed.join(' and ')} only.`,
  })
}

function unknownUrl(): PalimpsestError {
  return new PalimpsestError({
    code: 'unknown_url',
    status: 404,
    message: 'There is nothing at this address: /openapi.json lists what there is.',
  })
}
