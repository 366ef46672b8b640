/**
 * The arithmetic of a token bucket. It is filled steadily, up to its burst, and a request takes what it may cost out of
 * it: so no more than `burst + rate · t` is ever taken within a time t. The script in `src/adapters/redis` does the same.
 */
import type { BucketStanding, Rate } from './types.ts'

const MINUTE_MS = 60_000

/** Bucket levels are doubles: a difference this small is rounding, not money. */
const ROUNDING = 1e-9

/** What is in it after `elapsedMs`; a clock that went back adds nothing. */
export function filled(level: number, rate: Rate, elapsedMs: number): number {
  return Math.min(rate.burst, level + (Math.max(0, elapsedMs) * rate.perMinute) / MINUTE_MS)
}

/** What is taken for a request that may cost `wanted`: never more than the bucket can hold, or it could never pass. */
export function charge(wanted: number, rate: Rate): number {
  return Math.min(wanted, rate.burst)
}

export function holds(level: number, cost: number): boolean {
  return level + ROUNDING >= cost
}

/**
 * The level once it is known that a request used `used` in place of the `taken`. What it did not use comes back, what it
 * used beyond is owed, but a bucket never owes more than one burst: what is above that is forgiven.
 */
export function settled(level: number, rate: Rate, taken: number, used: number): number {
  return Math.min(rate.burst, Math.max(-rate.burst, level + taken - used))
}

/** Milliseconds until `cost` could be taken. */
export function waitMs(level: number, rate: Rate, cost: number): number {
  return Math.max(0, ((cost - level) * MINUTE_MS) / rate.perMinute)
}

/** Milliseconds until it is full, if nobody takes anything. */
export function fullInMs({ level, rate }: Pick<BucketStanding, 'level' | 'rate'>): number {
  return waitMs(level, rate, rate.burst)
}

/** One gateway's share of a rate. Its burst is at least one: with less than that nothing would ever pass. */
export function shareOf(rate: Rate, gateways: number): Rate {
  return { perMinute: rate.perMinute / gateways, burst: Math.max(1, rate.burst / gateways) }
}
