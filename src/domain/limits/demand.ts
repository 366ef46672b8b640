import { charge, shareOf } from './bucket.ts'
import type { TokenEstimate } from './estimate.ts'
import type { Limited, LimitScope, LimitUnit, Rate } from './types.ts'

/** A guessed answer takes at most this part of a bucket: it is no more than a guess. */
const GUESS_PARTS = 10

/** What a request takes out of one bucket. */
export interface BucketDemand {
  tenantId: string
  scope: LimitScope
  name: string
  unit: LimitUnit
  rate: Rate
  /** At most `rate.burst`. */
  cost: number
}

/** One request, and what it may use, of every bucket that binds it. Without an estimate it uses no model tokens. */
export function demandOf(
  tenantId: string,
  limited: readonly Limited[],
  estimate: TokenEstimate | null,
): readonly BucketDemand[] {
  return limited.flatMap(({ scope, name, requests, tokens }) => {
    const bucket = { tenantId, scope, name }
    return [
      ...(requests ? [{ ...bucket, unit: 'requests' as const, rate: requests, cost: charge(1, requests) }] : []),
      ...(tokens && estimate
        ? [{ ...bucket, unit: 'tokens' as const, rate: tokens, cost: charge(tokensOf(estimate, tokens), tokens) }]
        : []),
    ]
  })
}

function tokensOf({ prompt, answer, isBounded }: TokenEstimate, rate: Rate): number {
  return prompt + (isBounded ? answer : Math.min(answer, Math.ceil(rate.burst / GUESS_PARTS)))
}

/** The least burst that a prompt alone exceeds: such a request can never pass. Null: there is none. */
export function burstExceeded(limited: readonly Limited[], { prompt }: TokenEstimate): number | null {
  const bursts = limited.flatMap(({ tokens }) => (tokens && tokens.burst < prompt ? [tokens.burst] : []))
  return bursts.length === 0 ? null : Math.min(...bursts)
}

/** The same demand on one gateway's share of each bucket. */
export function demandOnShare(demand: readonly BucketDemand[], gateways: number): readonly BucketDemand[] {
  return demand.map((one) => {
    const rate = shareOf(one.rate, gateways)
    return { ...one, rate, cost: charge(one.cost, rate) }
  })
}

/** Names a bucket. A tenant's buckets stand between the same braces, so that a Redis cluster keeps them together. */
export function bucketKey({ tenantId, scope, unit, name }: Omit<BucketDemand, 'rate' | 'cost'>): string {
  return `{${tenantId}}:${scope}:${unit}:${name}`
}
