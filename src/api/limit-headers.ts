import type { MiddlewareHandler } from 'hono'
import type { ApiEnv } from './deps.ts'

/** Puts on the answer, also on an error's, how the caller's limits stand. */
export const limitHeaders: MiddlewareHandler<ApiEnv> = async (c, next) => {
  await next()
  for (const [name, value] of Object.entries(c.get('limitHeaders') ?? {})) c.res.headers.set(name, value)
}
