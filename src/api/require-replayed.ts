import type { MiddlewareHandler } from 'hono'
import type { ApiDeps, ApiEnv } from './deps.ts'

/**
 * For what opens stored text: both databases are asked whether what was erased is gone from them as they stand now, because one
 * may have been restored a moment ago. @throws PalimpsestError `erasures_not_replayed` and its like, 503
 */
export function requireReplayed({ gate }: Pick<ApiDeps, 'gate'>): MiddlewareHandler<ApiEnv> {
  return async (_, next) => {
    await gate.requireReplayed()
    await next()
  }
}
