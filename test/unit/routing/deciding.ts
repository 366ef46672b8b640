import { decideRoute } from '../../../src/domain/routing/decide-route.ts'
import type {
  ModelRule,
  ProviderName,
  RouteInput,
  RoutingRules,
  ToolPolicy,
} from '../../../src/domain/routing/types.ts'

const tool: ToolPolicy = {
  risk: 'standard',
  record: 'async',
  interactive: true,
  hipaa: false,
  models: null,
  region: null,
  purpose: null,
  lawfulBasis: null,
}
const rules: RoutingRules = {
  models: [],
  routes: [],
  regionDefaults: { eu: { provider: 'ollama-local', model: 'llama3.1:8b' } },
  residency: { eu: ['ollama-local'], us: 'any' },
  providers: {},
}
const everyone: ProviderName[] = ['openai', 'anthropic', 'azure', 'ollama-local', 'simulator']
export const covered = { coveredForHipaa: true, regions: null, deployments: {} }

interface Given {
  model?: string
  region?: string
  tenantRegion?: string
  toolName?: string
  tool?: Partial<ToolPolicy>
  rules?: Partial<RoutingRules>
  available?: ProviderName[]
}

export function input(given: Given): RouteInput {
  return {
    model: given.model ?? 'gpt-4o',
    toolName: given.toolName ?? 'default',
    tool: { ...tool, ...given.tool },
    region: given.region ?? null,
    tenantRegion: given.tenantRegion ?? 'us',
    rules: { ...rules, ...given.rules },
    available: new Set(given.available ?? everyone),
    policyVersion: 'sha256:00',
  }
}

/** `provider/model (reason) > fallbacks`, or the refusal's code and status. */
export function decide(given: Given): string {
  const decision = decideRoute(input(given))
  if (decision.kind === 'refusal') return `${decision.code} ${decision.status}`
  const write = (target: { provider: string; model: string }) => `${target.provider} ${target.model}`
  return [`${write(decision.target)} (${decision.reason})`, ...decision.fallbacks.map(write)].join(' > ')
}

export function rule(match: string, provider: ProviderName, more: Partial<ModelRule> = {}): ModelRule {
  return { match, provider, model: null, fallbacks: [], ...more }
}

export type Row = [what: string, given: Given, expected: string]
