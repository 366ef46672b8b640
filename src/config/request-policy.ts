import { retentionClassOf } from '../domain/retention/retention-class.ts'
import type { ProviderName, RoutingRules } from '../domain/routing/types.ts'
import type { RequestPolicy } from '../ports/request-policy.ts'
import { retentionOf } from './retention.ts'
import { toolPolicy } from './tools.ts'
import type { Config, RedactionPolicy, TenantConfig } from './types.ts'

/** The configuration in force, as the request path asks it. @throws Error for a tenant that is not configured (any more). */
export function requestPolicyOf(config: Config, available: ReadonlySet<ProviderName>): RequestPolicy {
  function tenant(tenantId: string): TenantConfig {
    const found = config.tenants.get(tenantId)
    if (!found) throw new Error('the tenant of this request is not in the configuration')
    return found
  }
  return {
    now: () => requestPolicyOf({ ...config }, available),
    isConfigured: (tenantId) => config.tenants.has(tenantId),
    tool: (tenantId, toolName) => toolPolicy(tenant(tenantId), toolName),
    routing: (tenantId) => ({
      tenantRegion: tenant(tenantId).region,
      rules: routingOf(tenant(tenantId), config.routing),
      available,
      policyVersion: tenant(tenantId).policyVersion,
    }),
    redaction: (tenantId, toolName) => redactionOf(tenant(tenantId), toolName),
    retentionClass: (tenantId, toolName) => retentionClassOf(retentionOf(tenant(tenantId), toolName)),
    onDisconnect: (tenantId) => tenant(tenantId).onDisconnect,
  }
}

/** A tenant's own routes stand before those for all. */
function routingOf({ routes }: Pick<TenantConfig, 'routes'>, shared: RoutingRules): RoutingRules {
  return routes ? { ...shared, routes: [...routes, ...shared.routes] } : shared
}

/** A high-risk tool masks unless its own line says otherwise. */
function redactionOf(tenant: TenantConfig, toolName: string | undefined): RedactionPolicy {
  const policy = tenant.redaction
  if (toolName === undefined) return policy
  const tool = policy.tools && Object.hasOwn(policy.tools, toolName) ? policy.tools[toolName] : undefined
  const isHighRisk = toolPolicy(tenant, toolName).risk === 'high'
  return {
    ...policy,
    entities: tool?.entities ?? policy.entities,
    thresholds: { ...policy.thresholds, ...tool?.thresholds },
    answers: tool?.answers ?? (isHighRisk ? 'mask' : (policy.answers ?? 'record')),
  }
}
