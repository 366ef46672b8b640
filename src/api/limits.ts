import type { Context } from 'hono'
import { limitsOf } from '../config/limits.ts'
import type { KeyIdentity } from '../config/types.ts'
import { burstExceeded, demandOf } from '../domain/limits/demand.ts'
import type { TokenEstimate } from '../domain/limits/estimate.ts'
import { rateLimitHeaders, retryAfterSeconds } from '../domain/limits/headers.ts'
import type { LimiterSource, LimitUnit } from '../domain/limits/types.ts'
import { PalimpsestError } from '../errors.ts'
import type { Over, Taken } from '../ports/rate-limiter.ts'
import type { ApiDeps, ApiEnv } from './deps.ts'

/** Seconds after which a Redis that was away is asked again by whoever was refused. */
const AWAY_RETRY_SECONDS = 2

/** Tells how many tokens were used in the end; once. */
export type Settle = (usedTokens: number) => void

const NOTHING_TO_SETTLE: Settle = () => undefined

/**
 * Takes a request, and the tokens it may use, from every bucket that binds the caller. The answer's headers say how they
 * stand, whatever it is. @param estimate null: it uses no model tokens.
 * @throws PalimpsestError `rate_limit_exceeded`, 429; `tokens_exceed_limit`, 400, where waiting would not help;
 * `limiter_unavailable`, 503
 */
export async function takeFromLimits(
  deps: Pick<ApiDeps, 'config' | 'limiter' | 'metrics'>,
  c: Context<ApiEnv>,
  caller: KeyIdentity,
  estimate: TokenEstimate | null,
): Promise<Settle> {
  const limited = limitsOf(deps.config, caller)
  if (limited.length === 0) return NOTHING_TO_SETTLE
  const burst = estimate && burstExceeded(limited, estimate)
  if (burst !== null) {
    deps.metrics.limited('none', 'too_large')
    throw tooLarge(burst)
  }
  const result = await deps.limiter.take(demandOf(caller.tenantId, limited, estimate))
  if (result.kind === 'away') {
    deps.metrics.limited('none', 'unavailable')
    throw limiterUnavailable()
  }
  tell(c, result)
  if (result.kind === 'taken') {
    deps.metrics.limited(result.source, 'taken')
    return result.settle
  }
  deps.metrics.limited(result.source, result.unit)
  throw exceeded(result.unit, result.retryAfterMs)
}

function tell(c: Context<ApiEnv>, { source, standing }: Taken | Over): void {
  c.set('limitHeaders', { ...limiterHeader(source), ...rateLimitHeaders(standing) })
}

function limiterHeader(source: LimiterSource): Record<string, string> {
  return { 'x-palimpsest-limiter': source }
}

export function exceeded(unit: LimitUnit, waitMs: number): PalimpsestError {
  return new PalimpsestError({
    code: 'rate_limit_exceeded',
    status: 429,
    message: `The limit of ${unit} a minute is reached; nothing was sent, try again after the seconds that Retry-After says.`,
    retryAfterSeconds: retryAfterSeconds(waitMs),
  })
}

export function tooLarge(burst: number): PalimpsestError {
  return new PalimpsestError({
    code: 'tokens_exceed_limit',
    status: 400,
    message: `The prompt has more tokens than the limit of this key ever lets pass at once, ${burst}: shorten it.`,
    param: 'messages',
  })
}

export function limiterUnavailable(): PalimpsestError {
  return new PalimpsestError({
    code: 'limiter_unavailable',
    status: 503,
    message: 'The rate limits cannot be asked, so nothing was sent; try again shortly.',
    retryAfterSeconds: AWAY_RETRY_SECONDS,
  })
}
