/** The configuration file's shape. What one value cannot show is in `semantics.ts`. */
import { z } from 'zod'
import { isLabel, LABEL_PREFIX } from '../domain/policy/listed-values.ts'
import { isLinearPattern } from '../domain/redaction/recognition-rules.ts'
import { HISTORY_POLICIES } from '../domain/retention/history-policy.ts'
import { leastHotDays } from '../domain/retention/retention-class.ts'
import { providerNames } from '../domain/routing/types.ts'
import { databases } from './schema-databases.ts'
import { gateways, limitSettings, limits } from './schema-limits.ts'
import {
  maxKeyLength,
  minKeyLength,
  modelName,
  modelPattern,
  name,
  region,
  role,
  tenantId,
  toolPattern,
} from './schema-names.ts'
import { people } from './schema-people.ts'
import { prices } from './schema-prices.ts'
import { answerTokens, toolSchema } from './schema-tools.ts'
import { webhooks } from './schema-webhooks.ts'
import { isCosignatureKey } from './witness-key.ts'

const entityType = z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/, 'must be an entity type such as EMAIL_ADDRESS')
const provider = z.enum(providerNames)
const days = z.int('must be a whole number of days').min(0, 'must not be negative').max(36_500)
const milliseconds = z.int('must be a whole number of milliseconds').min(1, 'must be at least 1').max(3_600_000)
const usd = z
  .string('must be text such as "400.00"')
  .regex(/^[^-]/, { error: 'must not be negative', abort: true })
  .regex(/^\d{1,12}(\.\d{1,6})?$/, 'must be a decimal number with at most 6 places, such as "400.00"')

const keptFor = {
  hot_days: days
    .min(leastHotDays, `must be at least ${leastHotDays}: a day is sealed 48 hours after its end, and stays until then`)
    .optional(),
  cold_after_days: days.optional(),
  delete_after_days: days.optional(),
}

const key = z.strictObject({
  key: z
    .string()
    .min(minKeyLength, `must have at least ${minKeyLength} characters`)
    .max(maxKeyLength, `must have at most ${maxKeyLength} characters`)
    .regex(/^[\x21-\x7e]*$/, 'must be printable ASCII without spaces'),
  role: z.union([role, z.array(role).min(1)]),
  app: name.optional(),
  team: name.optional(),
  id: name.optional(),
  limits: limits.optional(),
})

const typesAndThresholds = {
  entities: z.array(entityType).min(1).optional(),
  thresholds: z.record(entityType, z.number().min(0).max(1)).optional(),
  answers: z.enum(['record', 'mask', 'off']).optional(),
}
const asWritten = (value: string) => !isLabel(value)
const WRITE_VALUE = `must not begin with ${LABEL_PREFIX}: labels of values do, and are sent to PUT /v1/policy only`
const listedValue = z.string().min(2, 'must have at least 2 characters').max(1_000).refine(asWritten, WRITE_VALUE)
const recogniser = z.strictObject({
  name,
  entity_type: entityType,
  pattern: z
    .string()
    .min(1)
    .max(2_000)
    .refine(asWritten, WRITE_VALUE)
    .refine(isLinearPattern, 'must be a regular expression that RE2 takes: no look-around, no back references'),
  score: z.number().min(0).max(1).optional(),
  context: z.array(z.string().min(1).max(200).refine(asWritten, WRITE_VALUE)).min(1).max(100).optional(),
})

const tool = toolSchema({ redaction: z.strictObject(typesAndThresholds), retention: z.strictObject(keptFor) })

const budget = z.strictObject({
  period: z.enum(['day', 'week', 'month', 'year']),
  soft_limit_usd: usd.optional(),
  hard_limit_usd: usd.optional(),
  team: name.optional(),
  app: name.optional(),
  tool: name.optional(),
  feature: name.optional(),
  user: z.literal('any').optional(),
})

const target = z.strictObject({ provider, model: modelName })

const route = z.strictObject({
  when: z.strictObject({
    region: region.optional(),
    tool: toolPattern.optional(),
    model: modelPattern.optional(),
    risk: z.enum(['standard', 'high']).optional(),
    hipaa: z.boolean().optional(),
  }),
  use: z.array(target).min(1).max(8),
})

const tenant = z.strictObject({
  id: tenantId,
  region,
  keys: z.array(key).min(1),
  limits: limits.optional(),
  apps: z.record(name, z.strictObject({ limits: limits.optional() })).optional(),
  budgets: z.array(budget).optional(),
  tools: z.record(name, tool).optional(),
  max_answer_tokens: answerTokens.optional(),
  routes: z.array(route).optional(),
  retention: z
    .strictObject({
      ...keptFor,
      report_pack_days: days.min(1, 'must be at least 1').optional(),
      histories: z.enum(HISTORY_POLICIES).optional(),
    })
    .optional(),
  redaction: z
    .strictObject({
      ...typesAndThresholds,
      allow: z.array(listedValue).max(10_000).optional(),
      deny: z
        .array(z.strictObject({ value: listedValue, entity_type: entityType }))
        .max(10_000)
        .optional(),
      recognisers: z.array(recogniser).max(100).optional(),
      allow_unscannable: z.array(z.enum(['image', 'audio', 'file'])).optional(),
      on_failure: z.enum(['refuse', 'send']).optional(),
    })
    .optional(),
  erasure: z
    .strictObject({ approval: z.union([z.boolean(), z.literal('people', 'must be true, false or people')]).optional() })
    .optional(),
  on_disconnect: z.enum(['drain', 'cancel']).optional(),
  on_unknown_price: z.enum(['refuse', 'send']).optional(),
})

const model = z.strictObject({
  match: modelPattern,
  provider,
  model: modelName.optional(),
  fallbacks: z.array(modelName).max(7).optional(),
})

const attributes = {
  covered_for_hipaa: z.boolean().optional(),
  regions: z.array(region).min(1).optional(),
  connect_timeout_ms: milliseconds.optional(),
  idle_timeout_ms: milliseconds.optional(),
  pass_trace_context: z.boolean().optional(),
}
const apiVersion = z.string().regex(/^[A-Za-z0-9-]{1,32}$/, 'must be a version such as 2024-10-21')

const providers = z.strictObject({
  openai: z.strictObject(attributes).optional(),
  anthropic: z.strictObject(attributes).optional(),
  azure: z
    .strictObject({
      ...attributes,
      api_version: apiVersion.optional(),
      deployments: z.record(modelName, modelName).optional(),
    })
    .optional(),
  'ollama-local': z.strictObject(attributes).optional(),
  simulator: z.strictObject(attributes).optional(),
})

const httpUrl = z
  .string()
  .refine(
    (value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol),
    'must be an http or https address',
  )

const anchors = z.strictObject({
  retention_days: days.min(1, 'must be at least 1').optional(),
  witnesses: z
    .array(
      z.strictObject({
        url: httpUrl,
        key: z
          .string()
          .refine(isCosignatureKey, "must be a witness's verifier key for cosignatures, <name>+<hex id>+<base64>"),
      }),
    )
    .max(16)
    .optional(),
  witness_quorum: z.int('must be a whole number').min(0, 'must not be negative').max(16).optional(),
  time_stamp: z.strictObject({ url: httpUrl, certificate: z.string().min(1) }).optional(),
})

const archive = z.strictObject({
  storage_class: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]{0,63}$/, "must be the store's name of a class, such as GLACIER_IR or STANDARD")
    .optional(),
})

/** What a tenant's policy says: all of its part of the file but its id and its keys. */
export const policySchema = tenant.omit({ id: true, keys: true })

export const fileSchema = z.strictObject({
  tenants: z.array(tenant).min(1),
  routes: z.array(route).optional(),
  models: z.array(model).optional(),
  providers: providers.optional(),
  residency: z
    .record(region, z.union([z.literal('any', 'must be any, or a list of providers'), z.array(provider)]))
    .optional(),
  region_defaults: z.record(region, target).optional(),
  anchors: anchors.optional(),
  archive: archive.optional(),
  limits: limitSettings.optional(),
  gateways: gateways.optional(),
  people: people.optional(),
  databases: databases.optional(),
  prices: prices.optional(),
  webhooks: webhooks.optional(),
})

export type ConfigFile = z.infer<typeof fileSchema>
export type PolicyFile = z.infer<typeof policySchema>
export type TenantFile = ConfigFile['tenants'][number]
export type ToolFile = NonNullable<TenantFile['tools']>[string]
