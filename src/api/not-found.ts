import type { Context, Hono } from 'hono'
import { PalimpsestError } from '../errors.ts'
import type { ApiEnv } from './deps.ts'

/**
 * The handler of addresses without one: 405 `method_not_allowed` with the methods there are where another method has a
 * handler, else 404: `endpoint_not_offered` for what OpenAI has and this gateway does not, `unknown_url` for the rest. It reads the routes when it is called first.
 */
export function createNotFound(app: Hono<ApiEnv>): (c: Context<ApiEnv>) => never {
  let known: { pattern: RegExp; method: string }[] | null = null
  return (c) => {
    known ??= app.routes
      .filter(({ method }) => method !== 'ALL')
      .map(({ path, method }) => ({ pattern: new RegExp(`^${path.replaceAll(/:[^/]+/g, '[^/]+')}$`), method }))
    const methods = new Set(known.filter(({ pattern }) => pattern.test(c.req.path)).map(({ method }) => method))
    if (methods.has('GET')) methods.add('HEAD')
    if (methods.size === 0) throw NOT_OFFERED.test(c.req.path) ? notOffered() : unknownUrl()
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

/** Endpoints of OpenAI's own API that its clients call and that are not here. */
const NOT_OFFERED =
  /^\/v1\/(responses|embeddings|completions|moderations|audio|images|videos|files|uploads|batches|fine_tuning|assistants|threads|conversations|vector_stores|realtime|evals|containers|messages)(\/|$)/

function notOffered(): PalimpsestError {
  return new PalimpsestError({
    code: 'endpoint_not_offered',
    status: 404,
    message:
      'This endpoint of the API is not offered here, and nothing was sent on: use POST /v1/chat/completions, which is ' +
      'redacted and recorded (in a client that chooses by itself, turn on its chat completions).',
  })
}

function unknownUrl(): PalimpsestError {
  return new PalimpsestError({
    code: 'unknown_url',
    status: 404,
    message: 'There is nothing at this address: /openapi.json lists what there is.',
  })
}
