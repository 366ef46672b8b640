import { createHash } from 'node:crypto'
import { jcs } from '../domain/ledger/json.ts'
import { hidden } from '../domain/policy/listed-values.ts'
import { defaultModelRules } from '../domain/routing/model-map.ts'
import type { RoutingRules } from '../domain/routing/types.ts'
import type { TenantConfig } from './types.ts'

/** Counts up when the meaning of a field changes. */
const policyFormat = 1

/**
 * A tenant's effective policy as canonical JSON (RFC 8785); no key and no person is in it. Labels stand in the place of listed values;
 * one that has none yet is left out.
 */
function policyText(tenant: Omit<TenantConfig, 'policyVersion'>, routing: RoutingRules): string {
  return jcs({ format: policyFormat, tenant: hidden(tenant), routing, builtin: defaultModelRules })
}

/** The same as a value. */
export function effectivePolicyOf({ policyVersion, ...tenant }: TenantConfig, routing: RoutingRules): unknown {
  return JSON.parse(policyText(tenant, routing))
}

/**
 * Names a tenant's effective policy: `sha256:` and the first 32 hex digits of the SHA-256 of its canonical JSON
 * (RFC 8785). The same policy, with the same labels, has the same version on every machine; keys are not part of it, and no listed
 * value can be found by trying.
 */
export function policyVersionOf(tenant: Omit<TenantConfig, 'policyVersion'>, routing: RoutingRules): string {
  const text = policyText(tenant, routing)
  return `sha256:${createHash('sha256').update(text, 'utf8').digest('hex').slice(0, 32)}`
}
