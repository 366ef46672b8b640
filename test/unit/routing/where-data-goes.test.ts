import { describe, expect, it } from 'vitest'
import { decide, type Row } from './deciding.ts'

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
