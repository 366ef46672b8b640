import { fullInMs } from './bucket.ts'
import type { BucketStanding, LimitUnit } from './types.ts'

/**
 * `x-ratelimit-limit-…`, `-remaining-…` and `-reset-…` as OpenAI's API has them, each of the bucket that has least left.
 * The limit is what a full bucket holds, the reset the time until it is full. Where nothing is limited there is nothing.
 */
export function rateLimitHeaders(standing: readonly BucketStanding[]): Record<string, string> {
  return { ...headersOf(standing, 'requests'), ...headersOf(standing, 'tokens') }
}

function headersOf(standing: readonly BucketStanding[], unit: LimitUnit): Record<string, string> {
  const [first, ...rest] = standing.filter((bucket) => bucket.unit === unit)
  if (first === undefined) return {}
  const least = rest.reduce((a, b) => (b.level < a.level || (b.level === a.level && isSlower(b, a)) ? b : a), first)
  return {
    [`x-ratelimit-limit-${unit}`]: String(Math.floor(least.rate.burst)),
    [`x-ratelimit-remaining-${unit}`]: String(Math.max(0, Math.floor(least.level + 1e-9))),
    [`x-ratelimit-reset-${unit}`]: duration(fullInMs(least)),
  }
}

function isSlower(a: BucketStanding, b: BucketStanding): boolean {
  return a.rate.perMinute < b.rate.perMinute
}

/** As OpenAI writes times: `120ms`, `8.64s`, `6m0s`, `1h0m0s`. */
export function duration(ms: number): string {
  const rounded = Math.ceil(ms)
  if (rounded < 1000) return `${rounded}ms`
  const seconds = Math.ceil(rounded / 10) / 100
  if (seconds < 60) return `${seconds}s`
  const whole = Math.ceil(seconds)
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)]
  return `${hours > 0 ? `${hours}h` : ''}${minutes}m${whole % 60}s`
}

/** `Retry-After` in whole seconds, at least one. */
export function retryAfterSeconds(waitMs: number): number {
  return Math.max(1, Math.ceil(waitMs / 1000))
}
