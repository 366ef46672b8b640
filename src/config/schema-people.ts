/** The shape of `people`: who signs in with an account of theirs, and what they may do here. */
import { z } from 'zod'
import { name, role, tenantId } from './schema-names.ts'

export const signingAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const

const address = z
  .string()
  .refine(
    (value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol) && !/[?#]/.test(value),
    'must be an http or https address without a query',
  )
const short = z.string().min(1).max(512)

const grant = z.strictObject({
  claim: short,
  value: short,
  tenant: tenantId,
  roles: z.array(role).min(1),
  app: name.optional(),
  team: name.optional(),
})

const issuer = z.strictObject({
  issuer: address,
  audiences: z.array(short).min(1).max(16),
  algorithms: z.array(z.enum(signingAlgorithms)).min(1).optional(),
  clock_tolerance_seconds: z.int('must be a whole number').min(0, 'must not be negative').max(300).optional(),
  client: z.strictObject({ id: short, secret: short.optional(), scope: short.optional() }).optional(),
  grants: z.array(grant).min(1).max(1_000),
})

export const people = z.strictObject({
  public_url: address.optional(),
  session_minutes: z.int('must be a whole number').min(1, 'must be at least 1').max(1_440).optional(),
  issuers: z.array(issuer).min(1).max(16),
})

export type PeopleFile = z.infer<typeof people>
