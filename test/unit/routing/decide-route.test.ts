import { describe, expect, it } from 'vitest'
import { decideRoute } from '../../../src/domain/routing/decide-route.ts'
import { refusalError } from '../../../src/domain/routing/refusal-error.ts'
import { covered, decide, input, type Row, rule } from './deciding.ts'

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
