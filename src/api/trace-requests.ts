import type { Context, MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import type { Tracing } from '../ports/tracing.ts'
import type { ApiEnv } from './deps.ts'

/** What is asked for by machines all the time, and would drown the rest. */
const UNTRACED = /^\/(healthz|readyz|metrics|openapi\.json)$/

/**
 * A span for each request, below the one that the caller's `traceparent` names. Its `tracestate` and baggage are not taken
 * in: they may hold anything. The span ends with the head of the answer.
 */
export function traceRequests(tracing: Tracing): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    if (UNTRACED.test(c.req.path)) return next()
    const { method } = c.req
    const span = tracing.begin({
      name: method,
      kind: 'server',
      parent: c.req.header('traceparent') ?? null,
      attributes: { 'http.request.method': method },
    })
    await span.within(next)
    const { status } = c.res
    const route = routeOf(c)
    const requestId = c.res.headers.get('x-palimpsest-request-id')
    span.rename(`${method} ${route}`)
    span.set({
      'http.route': route,
      'http.response.status_code': status,
      ...(requestId !== null && { 'palimpsest.request_id': requestId }),
    })
    span.end(status >= 500 ? String(status) : null)
  }
}

/** The pattern that took the request, never its path. */
function routeOf(c: Context): string {
  return routePath(c, -1)
}
