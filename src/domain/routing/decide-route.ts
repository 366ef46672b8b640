/** Where a request goes: one pure decision over the configuration, the same in the API and in the workflow's step. */
import { matchesGlob } from './glob.ts'
import { deployed, maxCandidates, resolveModel } from './model-map.ts'
import type {
  ProviderName,
  RouteDecision,
  RouteInput,
  RouteReason,
  RouteRefusal,
  RouteRefusalCode,
  RouteRule,
  RouteTarget,
  RoutingRules,
} from './types.ts'

interface Candidate {
  target: RouteTarget
  reason: RouteReason
}

export type Obstacle = 'residency_no_route' | 'hipaa_no_route' | 'provider_not_configured'

const refusals: Record<RouteRefusalCode, { status: number; message: string; param: string | null }> = {
  region_unknown: {
    status: 400,
    message: 'X-Data-Region names a region that the configuration does not know: use one listed under residency.',
    param: 'X-Data-Region',
  },
  model_not_allowed: {
    status: 403,
    message: "The tool's policy does not allow this model: ask for one that the tool lists under models.",
    param: 'model',
  },
  model_not_found: {
    status: 404,
    message: 'No provider is configured for a model of this name: GET /v1/models lists the ones there are.',
    param: 'model',
  },
  residency_no_route: {
    status: 403,
    message:
      "No configured provider may receive data of this region: configure one that the region's residency allows.",
    param: null,
  },
  hipaa_no_route: {
    status: 403,
    message: 'The tool is under HIPAA and no configured provider for this model is marked covered_for_hipaa.',
    param: null,
  },
  provider_not_configured: {
    status: 400,
    message: "The model's provider is not configured here: set its key or address, or ask for another model.",
    param: 'model',
  },
}

/**
 * Decides the route. In this order: the region (request, else tool, else tenant) must be known; the tool's list must
 * allow the model asked for; a model that names a provider in this house keeps it where it may; then the first
 * configured route whose conditions hold replaces what was asked for; else the model map gives provider and
 * fallbacks; and where none of these may receive the region's data, the region's default. Target and fallbacks are
 * always allowed by residency, configured, and covered where the tool is under HIPAA.
 */
export function decideRoute(input: RouteInput): RouteDecision | RouteRefusal {
  const region = input.region ?? input.tool.region ?? input.tenantRegion
  if (!Object.hasOwn(input.rules.residency, region)) return refuse('region_unknown', input, null)
  const { models } = input.tool
  if (models !== null && !models.some((pattern) => matchesGlob(pattern, input.model))) {
    return refuse('model_not_allowed', input, region)
  }
  const candidates = candidatesOf(input, region)
  const first = candidates[0]
  if (first === undefined) return refuse('model_not_found', input, region)
  const usable = candidates.filter((candidate) => obstacleOf(candidate.target, input, region) === null)
  const chosen = usable[0]
  if (chosen === undefined) {
    return refuse(obstacleOf(first.target, input, region) ?? 'provider_not_configured', input, region)
  }
  const targets = distinct(usable.map((candidate) => candidate.target)).slice(0, maxCandidates)
  return {
    kind: 'route',
    target: chosen.target,
    fallbacks: chosen.reason === 'local_model' ? [] : targets.slice(1),
    reason: chosen.reason,
    region,
    covered: targets.every((target) => isCovered(target.provider, input.rules)),
    policyVersion: input.policyVersion,
  }
}

/** One that was looked at for a route, and what keeps it from receiving the request; null: nothing does. */
export interface ConsideredTarget {
  target: RouteTarget
  reason: RouteReason
  excluded: Obstacle | null
}

/** Everything that `decideRoute` looks at, in its order. Empty where the region is unknown or nobody knows the model. */
export function considerTargets(input: RouteInput): ConsideredTarget[] {
  const region = input.region ?? input.tool.region ?? input.tenantRegion
  if (!Object.hasOwn(input.rules.residency, region)) return []
  return candidatesOf(input, region).map(({ target, reason }) => ({
    target,
    reason,
    excluded: obstacleOf(target, input, region),
  }))
}

function candidatesOf(input: RouteInput, region: string): Candidate[] {
  const mapped = resolveModel(input.model, input.rules)
  const asked = mapped[0]
  if (asked !== undefined && isLocal(asked.provider) && obstacleOf(asked, input, region) === null) {
    return [{ target: asked, reason: 'local_model' }]
  }
  const known = (rule: RouteRule) => asked !== undefined || rule.when.model !== undefined
  const rule = input.rules.routes.find((candidate) => known(candidate) && applies(candidate, input, region))
  if (rule !== undefined) {
    const reason = rule.when.region === undefined ? 'route_rule' : 'region_rule'
    return rule.use.map((target) => ({ target: deployed(target, input.rules), reason }))
  }
  const candidates = mapped.map(
    (target, index): Candidate => ({ target, reason: index === 0 ? 'model_map' : 'model_fallback' }),
  )
  const mayGo = mapped.some((target) => mayReceive(target.provider, region, input.rules))
  const fallback = Object.hasOwn(input.rules.regionDefaults, region) ? input.rules.regionDefaults[region] : undefined
  if (asked !== undefined && !mayGo && fallback !== undefined)
    candidates.push({ target: fallback, reason: 'region_default' })
  return candidates
}

function applies(rule: RouteRule, input: RouteInput, region: string): boolean {
  const { when } = rule
  if (when.region !== undefined && when.region !== region) return false
  if (when.tool !== undefined && !matchesGlob(when.tool, input.toolName)) return false
  if (when.model !== undefined && !matchesGlob(when.model, input.model)) return false
  if (when.risk !== undefined && when.risk !== input.tool.risk) return false
  return when.hipaa === undefined || when.hipaa === input.tool.hipaa
}

/** Providers that answer inside the organisation: asking for one by name never widens where data goes. */
function isLocal(provider: ProviderName): boolean {
  return provider === 'ollama-local' || provider === 'simulator'
}

function obstacleOf(target: RouteTarget, input: RouteInput, region: string): Obstacle | null {
  if (!mayReceive(target.provider, region, input.rules)) return 'residency_no_route'
  if (input.tool.hipaa && !isCovered(target.provider, input.rules)) return 'hipaa_no_route'
  return input.available.has(target.provider) ? null : 'provider_not_configured'
}

/** Residency allows it and the provider serves the region. The simulator runs in this process: nothing leaves it. */
export function mayReceive(provider: ProviderName, region: string, rules: RoutingRules): boolean {
  if (provider === 'simulator') return true
  const allowed = Object.hasOwn(rules.residency, region) ? rules.residency[region] : undefined
  if (allowed === undefined || (allowed !== 'any' && !allowed.includes(provider))) return false
  const regions = rules.providers[provider]?.regions ?? null
  return regions === null || regions.includes(region)
}

function isCovered(provider: ProviderName, rules: RoutingRules): boolean {
  return rules.providers[provider]?.coveredForHipaa === true
}

function distinct(targets: readonly RouteTarget[]): RouteTarget[] {
  const seen = new Set<string>()
  return targets.filter((target) => {
    const name = `${target.provider} ${target.model}`
    return seen.has(name) ? false : seen.add(name) !== undefined
  })
}

function refuse(code: RouteRefusalCode, input: RouteInput, region: string | null): RouteRefusal {
  return { kind: 'refusal', code, ...refusals[code], region, policyVersion: input.policyVersion }
}
