/** From the name an app asks for to the provider that answers it. */
import { matchesGlob } from './glob.ts'
import type { ModelRule, ProviderName, RouteTarget, RoutingRules } from './types.ts'

/** Used where no configured rule matches. */
export const defaultModelRules: readonly ModelRule[] = [
  ...['gpt-*', 'chatgpt-*', 'o1*', 'o3*', 'o4*', 'ft:*'].map((match) => rule(match, 'openai')),
  rule('claude-*', 'anthropic'),
  rule('azure/*', 'azure'),
  rule('ollama/*', 'ollama-local'),
  rule('simulated/echo', 'simulator'),
  rule('simulated/chat', 'simulator'),
]

/** A model that an app names with its provider; the simulator's models keep their prefix. */
const prefixes: Partial<Record<ProviderName, string>> = { azure: 'azure/', 'ollama-local': 'ollama/' }

/** Models tried for one request at most, the first included. */
export const maxCandidates = 8

function rule(match: string, provider: ProviderName): ModelRule {
  return { match, provider, model: null, fallbacks: [] }
}

/** The first rule that matches, configured ones first. */
export function findModelRule(model: string, rules: readonly ModelRule[]): ModelRule | null {
  const matches = (candidate: ModelRule) => matchesGlob(candidate.match, model)
  return rules.find(matches) ?? defaultModelRules.find(matches) ?? null
}

/** The model and, behind it, its fallbacks and theirs, each once. Empty: no rule knows the name. */
export function resolveModel(model: string, rules: RoutingRules): RouteTarget[] {
  const targets: RouteTarget[] = []
  const asked = new Set<string>()
  const queue = [model]
  while (queue.length > 0 && targets.length < maxCandidates) {
    const name = queue.shift() as string
    if (asked.has(name)) continue
    asked.add(name)
    const found = findModelRule(name, rules.models)
    if (found === null) {
      if (asked.size === 1) return []
      continue
    }
    targets.push(targetOf(name, found, rules))
    queue.push(...found.fallbacks)
  }
  return targets
}

function targetOf(asked: string, found: ModelRule, rules: RoutingRules): RouteTarget {
  const prefix = prefixes[found.provider]
  const bare = prefix !== undefined && asked.startsWith(prefix) ? asked.slice(prefix.length) : asked
  return deployed({ provider: found.provider, model: found.model ?? bare }, rules)
}

/** How an app names a provider's own model. */
export function nameOfTarget({ provider, model }: RouteTarget): string {
  return `${prefixes[provider] ?? ''}${model}`
}

/** The model behind a deployment, where the configuration maps one to it; else the name itself. */
export function modelBehind({ provider, model }: RouteTarget, rules: RoutingRules): string {
  const deployments = provider === 'azure' ? (rules.providers.azure?.deployments ?? {}) : {}
  return Object.entries(deployments).find(([, deployment]) => deployment === model)?.[0] ?? model
}

/** Azure knows a model by its deployment's name, which the configuration maps. */
export function deployed(target: RouteTarget, rules: RoutingRules): RouteTarget {
  const deployments = target.provider === 'azure' ? rules.providers.azure?.deployments : undefined
  if (deployments === undefined || !Object.hasOwn(deployments, target.model)) return target
  return { ...target, model: deployments[target.model] ?? target.model }
}
