/** The shape of prices that stand before the published list. */
import { z } from 'zod'
import { serviceTiers } from '../domain/cost/service-tier.ts'
import { providerNames } from '../domain/routing/types.ts'
import { modelPattern } from './schema-names.ts'

const amount = (pattern: RegExp, example: string) =>
  z
    .string(`must be text such as "${example}"`)
    .regex(/^[^-]/, { error: 'must not be negative', abort: true })
    .regex(pattern, `must be a decimal number with at most 10 places, such as "${example}"`)
const usd = amount(/^\d{1,9}(\.\d{1,10})?$/, '2.50')
const day = z.iso.date('must be a day such as 2026-01-31')

const tokens = z.strictObject({
  input: usd,
  output: usd,
  cached: usd.optional(),
  cache_write: usd.optional(),
  cache_write_1h: usd.optional(),
  reasoning: usd.optional(),
  audio_input: usd.optional(),
  audio_output: usd.optional(),
})

const price = z.strictObject({
  provider: z.enum(providerNames),
  match: modelPattern,
  service_tier: z.enum(serviceTiers).optional(),
  from: day.optional(),
  to: day.optional(),
  discount_percent: amount(/^\d{1,3}(\.\d{1,10})?$/, '12.5').optional(),
  per_million: tokens.optional(),
  per_request: usd.optional(),
  per_hour: usd.optional(),
})

export const prices = z.array(price).max(1_000)

export type PriceFile = z.infer<typeof price>
