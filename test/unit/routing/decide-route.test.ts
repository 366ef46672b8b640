import { describe, expect, it } from 'vitest'
import { decideRoute } from '../../../src/domain/routing/decide-route.ts'
import { refusalError } from '../../../src/domain/routing/refusal-error.ts'
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
const covered = { coveredForHipaa: true, regions: null, deployments: {} }

interface Given {
  model?: string
  region?: string
  tenantRegion?: string
  toolName?: string
  tool?: Partial<ToolPolicy>
  rules?: Partial<RoutingRules>
  available?: ProviderName[]
}

function input(given: Given): RouteInput {
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
function decide(given: Given): string {
  const decision = decideRoute(input(given))
  if (decision.kind === 'refusal') return `${decision.code} ${decision.status}`
  const write = (target: { provider: string; model: string }) => `${target.provider} ${target.model}`
  return [`${write(decision.target)} (${decision.reason})`, ...decision.fallbacks.map(write)].join(' > ')
}

function rule(match: string, provider: ProviderName, more: Partial<ModelRule> = {}): ModelRule {
  return { match, provider, model: null, fallbacks: [], ...more }
}

type Row = [what: string, given: Given, expected: string]

describe('the built-in model map', () => {
  const rows: Row[] = [
    ['gpt', { model: 'gpt-4o-mini' }, 'openai gpt-4o-mini (model_map)'],
    ['chatgpt', { model: 'chatgpt-4o-latest' }, 'openai chatgpt-4o-latest (model_map)'],
    ['o1', { model: 'o1' }, 'openai o1 (model_map)'],
    ['o3', { model: 'o3-mini' }, 'openai o3-mini (model_map)'],
    ['o4', { model: 'o4-mini' }, 'openai o4-mini (model_map)'],
    ['a fine-tuned model', { model: 'ft:gpt-4o:acme::1' }, 'openai ft:gpt-4o:acme::1 (model_map)'],
    ['claude', { model: 'claude-sonnet-4-5' }, 'anthropic claude-sonnet-4-5 (model_map)'],
    ['a deployment', { model: 'azure/chat-eu' }, 'azure chat-eu (model_map)'],
    ['a local model', { model: 'ollama/qwen2.5:7b' }, 'ollama-local qwen2.5:7b (local_model)'],
    ['the simulator', { model: 'simulated/echo' }, 'simulator simulated/echo (local_model)'],
    ['a simulated model there is not', { model: 'simulated/none' }, 'model_not_found 404'],
    ['a name nobody knows', { model: 'gemini-2' }, 'model_not_found 404'],
    ['the name must match as a whole', { model: 'my-gpt-4o' }, 'model_not_found 404'],
    ['a provider that is not configured', { available: ['simulator'] }, 'provider_not_configured 400'],
    [
      'azure does not stand in for openai by itself',
      { available: ['azure', 'simulator'] },
      'provider_not_configured 400',
    ],
  ]
  it.each(rows)('%s', (_what, given, expected) => expect(decide(given)).toBe(expected))
})

describe('configured models', () => {
  const chain = [
    rule('fast', 'openai', { model: 'gpt-4o-mini', fallbacks: ['claude-haiku', 'local'] }),
    rule('claude-haiku', 'anthropic', { fallbacks: ['local'] }),
    rule('local', 'ollama-local', { model: 'llama3.1:8b' }),
  ]
  const deployments = { azure: { coveredForHipaa: false, regions: null, deployments: { 'gpt-4o': 'chat-prod' } } }
  const rows: Row[] = [
    ['come before the built-in ones', { rules: { models: [rule('gpt-*', 'azure')] } }, 'azure gpt-4o (model_map)'],
    [
      'the first that matches counts',
      { rules: { models: [rule('gpt-4o', 'azure'), rule('gpt-*', 'openai')] } },
      'azure gpt-4o (model_map)',
    ],
    [
      'a model name becomes a deployment',
      { rules: { models: [rule('gpt-*', 'azure')], providers: deployments } },
      'azure chat-prod (model_map)',
    ],
    [
      'a deployment without a mapping keeps its name',
      { model: 'azure/gpt-5', rules: { providers: deployments } },
      'azure gpt-5 (model_map)',
    ],
    [
      'an alias, its fallbacks and theirs, each once',
      { model: 'fast', rules: { models: chain } },
      'openai gpt-4o-mini (model_map) > anthropic claude-haiku > ollama-local llama3.1:8b',
    ],
    [
      'a fallback that is not configured is left out',
      { model: 'fast', rules: { models: chain }, available: ['openai', 'ollama-local'] },
      'openai gpt-4o-mini (model_map) > ollama-local llama3.1:8b',
    ],
    [
      'a fallback stands in for a provider that is not configured',
      { model: 'fast', rules: { models: chain }, available: ['ollama-local'] },
      'ollama-local llama3.1:8b (model_fallback)',
    ],
    [
      'in eu only what may receive eu data is left',
      { model: 'fast', region: 'eu', rules: { models: chain } },
      'ollama-local llama3.1:8b (model_fallback)',
    ],
    [
      'a circle ends',
      {
        model: 'a',
        rules: { models: [rule('a', 'openai', { fallbacks: ['b'] }), rule('b', 'anthropic', { fallbacks: ['a'] })] },
      },
      'openai a (model_map) > anthropic b',
    ],
  ]
  it.each(rows)('%s', (_what, given, expected) => expect(decide(given)).toBe(expected))
})

describe('regions', () => {
  const azureEu = { azure: { coveredForHipaa: false, regions: ['eu'], deployments: {} } }
  const rows: Row[] = [
    ['eu data goes to the region default', { region: 'eu' }, 'ollama-local llama3.1:8b (region_default)'],
    [
      "the tenant's region counts without a header",
      { tenantRegion: 'eu' },
      'ollama-local llama3.1:8b (region_default)',
    ],
    [
      "the tool's region comes before the tenant's",
      { tool: { region: 'eu' } },
      'ollama-local llama3.1:8b (region_default)',
    ],
    [
      "the request's region comes before both",
      { region: 'us', tool: { region: 'eu' }, tenantRegion: 'eu' },
      'openai gpt-4o (model_map)',
    ],
    [
      'a local model keeps its name in eu',
      { region: 'eu', model: 'ollama/qwen2.5:7b' },
      'ollama-local qwen2.5:7b (local_model)',
    ],
    [
      'the simulator runs in this process',
      { region: 'eu', model: 'simulated/chat' },
      'simulator simulated/chat (local_model)',
    ],
    ['a model nobody knows is not replaced', { region: 'eu', model: 'nonsense' }, 'model_not_found 404'],
    [
      'without a local model eu has no route',
      { region: 'eu', available: ['openai', 'anthropic', 'azure', 'simulator'] },
      'residency_no_route 403',
    ],
    ['a region nobody configured', { region: 'mars' }, 'region_unknown 400'],
    ['a word that every object has is no region', { region: 'constructor' }, 'region_unknown 400'],
    [
      'an empty residency lets nothing through',
      { region: 'eu', rules: { residency: { eu: [] } } },
      'residency_no_route 403',
    ],
    [
      'a provider that serves the region and is allowed',
      { model: 'azure/a', region: 'eu', rules: { residency: { eu: ['azure'], us: 'any' }, providers: azureEu } },
      'azure a (model_map)',
    ],
    [
      "a provider's regions narrow what residency allows",
      { model: 'azure/a', region: 'us', rules: { providers: azureEu } },
      'residency_no_route 403',
    ],
    [
      "a provider's regions do not widen it",
      { model: 'azure/a', region: 'eu', rules: { providers: azureEu } },
      'ollama-local llama3.1:8b (region_default)',
    ],
  ]
  it.each(rows)('%s', (_what, given, expected) => expect(decide(given)).toBe(expected))
})

describe('configured routes', () => {
  const llama = { provider: 'ollama-local', model: 'llama3.1:8b' } as const
  const claude = { provider: 'anthropic', model: 'claude-sonnet-4-5' } as const
  const eu = { when: { region: 'eu' }, use: [llama] }
  const contracts = { when: { tool: 'contract_*' }, use: [claude, llama] }
  const rows: Row[] = [
    [
      'replace the model that was asked for',
      { region: 'eu', rules: { routes: [eu] } },
      'ollama-local llama3.1:8b (region_rule)',
    ],
    [
      'do not replace a model of this house',
      { region: 'eu', model: 'ollama/qwen2.5:7b', rules: { routes: [eu] } },
      'ollama-local qwen2.5:7b (local_model)',
    ],
    [
      'take a model of this house that is not configured',
      { model: 'ollama/a', available: ['anthropic'], rules: { routes: [{ when: {}, use: [claude] }] } },
      'anthropic claude-sonnet-4-5 (route_rule)',
    ],
    [
      'do not make a model out of nothing',
      { region: 'eu', model: 'nonsense', rules: { routes: [eu] } },
      'model_not_found 404',
    ],
    [
      'may name a model that no map knows',
      { model: 'smart', rules: { routes: [{ when: { model: 'smart' }, use: [claude] }] } },
      'anthropic claude-sonnet-4-5 (route_rule)',
    ],
    [
      'by tool, with their fallbacks',
      { toolName: 'contract_review', rules: { routes: [contracts] } },
      'anthropic claude-sonnet-4-5 (route_rule) > ollama-local llama3.1:8b',
    ],
    [
      'by tool, in eu: only what may go there',
      { toolName: 'contract_review', region: 'eu', rules: { routes: [contracts] } },
      'ollama-local llama3.1:8b (route_rule)',
    ],
    ['not for another tool', { toolName: 'chat', rules: { routes: [contracts] } }, 'openai gpt-4o (model_map)'],
    [
      'by risk',
      { tool: { risk: 'high' }, rules: { routes: [{ when: { risk: 'high' }, use: [claude] }] } },
      'anthropic claude-sonnet-4-5 (route_rule)',
    ],
    [
      'by hipaa: false',
      { rules: { routes: [{ when: { hipaa: false }, use: [claude] }] } },
      'anthropic claude-sonnet-4-5 (route_rule)',
    ],
    [
      'every condition must hold',
      {
        region: 'us',
        toolName: 'contract_review',
        rules: { routes: [{ when: { region: 'eu', tool: 'contract_review' }, use: [claude] }] },
      },
      'openai gpt-4o (model_map)',
    ],
    [
      'the first that holds counts',
      {
        rules: {
          routes: [
            { when: {}, use: [claude] },
            { when: {}, use: [llama] },
          ],
        },
      },
      'anthropic claude-sonnet-4-5 (route_rule)',
    ],
    [
      'a rule whose targets may not be used is no reason to go elsewhere',
      { rules: { routes: [{ when: {}, use: [claude] }] }, available: ['openai'] },
      'provider_not_configured 400',
    ],
  ]
  it.each(rows)('%s', (_what, given, expected) => expect(decide(given)).toBe(expected))
})

describe('tools', () => {
  const rows: Row[] = [
    ['a model on the list', { tool: { models: ['gpt-4o*'] }, model: 'gpt-4o-mini' }, 'openai gpt-4o-mini (model_map)'],
    ['a model off the list', { tool: { models: ['gpt-4o'] }, model: 'gpt-4o-mini' }, 'model_not_allowed 403'],
    [
      'the list is about what is asked, not about what a region makes of it',
      { tool: { models: ['gpt-4o'] }, region: 'eu' },
      'ollama-local llama3.1:8b (region_default)',
    ],
    ['HIPAA without a covered provider', { tool: { hipaa: true } }, 'hipaa_no_route 403'],
    [
      'HIPAA with a covered provider',
      { tool: { hipaa: true }, rules: { providers: { openai: covered } } },
      'openai gpt-4o (model_map)',
    ],
    [
      'HIPAA: the simulator is not covered unless it is marked',
      { tool: { hipaa: true }, model: 'simulated/echo' },
      'hipaa_no_route 403',
    ],
    [
      'HIPAA: an uncovered fallback is left out',
      {
        tool: { hipaa: true },
        rules: { providers: { openai: covered }, models: [rule('gpt-4o', 'openai', { fallbacks: ['claude-x'] })] },
      },
      'openai gpt-4o (model_map)',
    ],
    [
      'HIPAA: a covered fallback stands in',
      {
        tool: { hipaa: true },
        rules: { providers: { anthropic: covered }, models: [rule('gpt-4o', 'openai', { fallbacks: ['claude-x'] })] },
      },
      'anthropic claude-x (model_fallback)',
    ],
    [
      'HIPAA in eu: covered is not enough',
      { tool: { hipaa: true }, region: 'eu', rules: { providers: { openai: covered } } },
      'residency_no_route 403',
    ],
  ]
  it.each(rows)('%s', (_what, given, expected) => expect(decide(given)).toBe(expected))
})

describe('what a decision says', () => {
  it('region, coverage and the version of the policy', () => {
    const decision = decideRoute(input({ rules: { providers: { openai: covered } } }))
    expect(decision).toMatchObject({ kind: 'route', region: 'us', covered: true, policyVersion: 'sha256:00' })
  })

  it('covered only where every fallback is', () => {
    const models = [rule('gpt-4o', 'openai', { fallbacks: ['claude-x'] })]
    const decision = decideRoute(input({ rules: { models, providers: { openai: covered } } }))
    expect(decision).toMatchObject({ kind: 'route', covered: false })
  })

  it('a refusal is an error with its code, its status and nothing of the request', () => {
    const refusal = decideRoute(input({ model: 'ann-lee' }))
    if (refusal.kind !== 'refusal') throw new Error('it was not refused')
    const error = refusalError(refusal)
    expect([error.code, error.status, error.param]).toEqual(['model_not_found', 404, 'model'])
    expect(error.message).not.toContain('ann-lee')
  })
})
