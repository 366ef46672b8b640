/** From a checked file to the configuration in force. */
import type { Budget } from '../domain/budgets/budget.ts'
import { retentionClassOf } from '../domain/retention/retention-class.ts'
import type {
  ModelRule,
  ProviderAttributes,
  ProviderName,
  RouteRule,
  RoutingRules,
  ToolPolicy,
} from '../domain/routing/types.ts'
import { buildDatabases, withoutAddresses } from './databases.ts'
import {
  defaultAnchorRetentionDays,
  defaultRedaction,
  defaultRegionDefaults,
  defaultResidency,
  defaultStorageClass,
} from './defaults.ts'
import { defaultKeyId, hashKey } from './keys.ts'
import { buildApps, buildLimitSettings, buildLimits } from './limits.ts'
import { buildPeople } from './people.ts'
import { policyVersionOf } from './policy-version.ts'
import { buildPrices } from './prices.ts'
import { buildRetention } from './retention.ts'
import type { ConfigFile, TenantFile, ToolFile } from './schema.ts'
import { defaultToolPolicy, highRiskTools } from './tools.ts'
import type {
  AnchorConfig,
  ArchiveConfig,
  Config,
  KeyIdentity,
  ProviderConfig,
  RedactionPolicy,
  TenantConfig,
} from './types.ts'
import { buildWebhooks } from './webhooks.ts'

export function buildConfig(file: ConfigFile, source: string | null): Config {
  const providers = buildProviders(file)
  const routing: RoutingRules = {
    models: (file.models ?? []).map(buildModel),
    routes: buildRoutes(file.routes),
    regionDefaults: { ...defaultRegionDefaults, ...file.region_defaults },
    residency: { ...defaultResidency, ...file.residency },
    providers: attributesOf(providers),
  }
  return {
    source,
    file: withoutKeys(file),
    tenants: new Map(file.tenants.map((tenant) => [tenant.id, buildTenant(tenant, routing)])),
    keys: new Map(file.tenants.flatMap(buildKeys)),
    routing,
    providers,
    ...(file.databases && { databases: buildDatabases(file.databases) }),
    ...(file.webhooks && { webhooks: buildWebhooks(file.webhooks) }),
    ...(file.people && { people: buildPeople(file.people) }),
    anchors: buildAnchors(file.anchors ?? {}),
    limits: buildLimitSettings(file),
    archive: buildArchive(file.archive ?? {}),
    prices: buildPrices(file.prices ?? []),
  }
}

/** `STANDARD` is where objects are put. */
function buildArchive(file: NonNullable<ConfigFile['archive']>): ArchiveConfig {
  const storageClass = file.storage_class ?? defaultStorageClass
  return { storageClass: storageClass === 'STANDARD' ? null : storageClass }
}

function buildAnchors(file: NonNullable<ConfigFile['anchors']>): AnchorConfig {
  const witnesses = (file.witnesses ?? []).map(({ url, key }) => ({ url: url.replace(/\/+$/, ''), key }))
  return {
    retentionDays: file.retention_days ?? defaultAnchorRetentionDays,
    witnesses,
    witnessQuorum: file.witness_quorum ?? witnesses.length,
    timeStamp: file.time_stamp ?? null,
  }
}

/** The file without a key in clear, and without webhooks: they have secrets, and no policy is checked with them. */
function withoutKeys({ webhooks: _, ...file }: ConfigFile): ConfigFile {
  const tenants = file.tenants.map((tenant) => ({
    ...tenant,
    keys: tenant.keys.map((key) => ({ ...key, key: hashKey(key.key) })),
  }))
  return {
    ...file,
    tenants,
    ...(file.databases && { databases: withoutAddresses(file.databases) }),
  }
}

function buildRoutes(routes: ConfigFile['routes'] = []): RouteRule[] {
  return routes.map(({ when, use }) => ({ when, use }))
}

export function buildTenant(tenant: TenantFile, routing: RoutingRules): TenantConfig {
  const kept = buildRetention(tenant)
  const policy: Omit<TenantConfig, 'policyVersion'> = {
    id: tenant.id,
    region: tenant.region,
    limits: buildLimits(tenant.limits ?? {}),
    ...buildApps(tenant),
    budgets: (tenant.budgets ?? []).map(buildBudget),
    tools: buildTools(tenant.tools ?? {}),
    ...(tenant.max_answer_tokens !== undefined && { maxAnswerTokens: tenant.max_answer_tokens }),
    // Left out where there are none, so that a policy without them keeps its version.
    ...(tenant.routes && tenant.routes.length > 0 && { routes: buildRoutes(tenant.routes) }),
    ...kept,
    retentionClass: retentionClassOf(kept.retention),
    redaction: {
      entities: tenant.redaction?.entities ?? defaultRedaction.entities,
      thresholds: tenant.redaction?.thresholds ?? defaultRedaction.thresholds,
      allowUnscannable: tenant.redaction?.allow_unscannable ?? defaultRedaction.allowUnscannable,
      onFailure: tenant.redaction?.on_failure ?? defaultRedaction.onFailure,
      ...(tenant.redaction?.answers && { answers: tenant.redaction.answers }),
      ...buildRecognition(tenant),
    },
    // Left out where it is off, so that a policy without it keeps its version.
    ...(tenant.erasure?.approval && { erasure: { approval: tenant.erasure.approval } }),
    onDisconnect: tenant.on_disconnect ?? 'drain',
    // Left out where they are refused, so that a policy without it keeps its version.
    ...(tenant.on_unknown_price === 'send' && { onUnknownPrice: 'send' as const }),
  }
  return { ...policy, policyVersion: policyVersionOf(policy, routing) }
}

/** Left out where nothing is set, so that a policy without it keeps its version. */
function buildRecognition({ redaction, tools }: TenantFile): Pick<RedactionPolicy, 'recognition' | 'tools'> {
  const { allow = [], deny = [], recognisers = [] } = redaction ?? {}
  const own = Object.entries(tools ?? {}).flatMap(([name, tool]) => (tool.redaction ? [[name, tool.redaction]] : []))
  return {
    ...(allow.length + deny.length + recognisers.length > 0 && {
      recognition: {
        allow,
        deny: deny.map(({ value, entity_type: entityType }) => ({ value, entityType })),
        recognisers: recognisers.map(({ entity_type: entityType, ...rest }) => ({ ...rest, entityType })),
      },
    }),
    ...(own.length > 0 && { tools: Object.fromEntries(own) }),
  }
}

function buildBudget(budget: NonNullable<TenantFile['budgets']>[number]): Budget {
  return {
    period: budget.period,
    softLimitUsd: budget.soft_limit_usd ?? null,
    hardLimitUsd: budget.hard_limit_usd ?? null,
    team: budget.team ?? null,
    app: budget.app ?? null,
    tool: budget.tool ?? null,
    feature: budget.feature ?? null,
    // Left out where there is none, so that a policy without it keeps its version.
    ...(budget.user && { user: budget.user }),
  }
}

function buildTools(tools: Readonly<Record<string, ToolFile>>): Record<string, ToolPolicy> {
  const names = new Set([...highRiskTools, ...Object.keys(tools)])
  return Object.fromEntries([...names].map((name) => [name, buildTool(name, tools[name] ?? {})]))
}

function buildTool(name: string, tool: ToolFile): ToolPolicy {
  const highByDefault = (highRiskTools as readonly string[]).includes(name)
  const risk = tool.risk ?? (highByDefault ? 'high' : defaultToolPolicy.risk)
  return {
    risk,
    record: tool.record ?? (risk === 'high' ? 'sync' : 'async'),
    interactive: tool.interactive ?? defaultToolPolicy.interactive,
    hipaa: tool.hipaa ?? defaultToolPolicy.hipaa,
    models: tool.models ?? defaultToolPolicy.models,
    region: tool.region ?? defaultToolPolicy.region,
    purpose: tool.purpose ?? defaultToolPolicy.purpose,
    lawfulBasis: tool.lawful_basis ?? defaultToolPolicy.lawfulBasis,
    ...(tool.special_category_basis && { specialCategoryBasis: tool.special_category_basis }),
    ...(tool.restore_arguments === false && { restoreArguments: false as const }),
    ...(tool.max_answer_tokens !== undefined && { maxAnswerTokens: tool.max_answer_tokens }),
  }
}

function buildKeys(tenant: TenantFile): [string, KeyIdentity][] {
  return tenant.keys.map((key) => [
    hashKey(key.key),
    {
      tenantId: tenant.id,
      keyId: key.id ?? defaultKeyId(key.key),
      roles: Array.isArray(key.role) ? key.role : [key.role],
      app: key.app ?? 'default',
      team: key.team ?? null,
      ...(key.limits && { limits: buildLimits(key.limits) }),
    },
  ])
}

function buildModel(rule: NonNullable<ConfigFile['models']>[number]): ModelRule {
  return { match: rule.match, provider: rule.provider, model: rule.model ?? null, fallbacks: rule.fallbacks ?? [] }
}

function buildProviders(file: ConfigFile): Partial<Record<ProviderName, ProviderConfig>> {
  const providers: Partial<Record<ProviderName, ProviderConfig>> = {}
  for (const [name, given] of Object.entries(file.providers ?? {})) {
    if (given === undefined) continue
    providers[name as ProviderName] = {
      coveredForHipaa: given.covered_for_hipaa ?? false,
      regions: given.regions ?? null,
      deployments: ('deployments' in given ? given.deployments : undefined) ?? {},
      apiVersion: ('api_version' in given ? given.api_version : undefined) ?? null,
      connectTimeoutMs: given.connect_timeout_ms ?? null,
      idleTimeoutMs: given.idle_timeout_ms ?? null,
      ...(given.pass_trace_context === true && { passTraceContext: true }),
    }
  }
  return providers
}

/** What decides a route, without time-outs and versions of an API. */
function attributesOf(providers: Partial<Record<ProviderName, ProviderConfig>>): RoutingRules['providers'] {
  const attributes: Partial<Record<ProviderName, ProviderAttributes>> = {}
  for (const [name, provider] of Object.entries(providers)) {
    const { coveredForHipaa, regions, deployments } = provider
    attributes[name as ProviderName] = { coveredForHipaa, regions, deployments }
  }
  return attributes
}
