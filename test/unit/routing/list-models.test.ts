import { describe, expect, it } from 'vitest'
import { rememberOffered } from '../../../src/compose/offered-models.ts'
import { answererOf, listModels, type OfferedModels } from '../../../src/domain/routing/list-models.ts'
import type { ModelRule, ProviderName, RoutingRules } from '../../../src/domain/routing/types.ts'

const rules = (more: Partial<RoutingRules> = {}): RoutingRules => ({
  models: [],
  routes: [],
  regionDefaults: { eu: { provider: 'ollama-local', model: 'llama3.1:8b' } },
  residency: { eu: ['ollama-local'], us: 'any' },
  providers: {},
  ...more,
})
const rule = (match: string, provider: ProviderName, more: Partial<ModelRule> = {}): ModelRule => ({
  ...{ match, provider, model: null, fallbacks: [] },
  ...more,
})
const listed = (given: RoutingRules, available: ProviderName[], offered: OfferedModels = new Map()) =>
  listModels({ rules: given, available: new Set(available) }, offered).map(({ id, provider }) => `${id} ${provider}`)

describe('the list of models', () => {
  it('has the simulator alone where nothing else is configured', () => {
    expect(listed(rules(), ['simulator'])).toEqual(['simulated/echo simulator', 'simulated/chat simulator'])
  })

  it('has every name that the configuration writes out and a configured provider answers', () => {
    const given = rules({
      models: [
        rule('fast', 'openai', { model: 'gpt-4o-mini', fallbacks: ['claude-haiku-4-5'] }),
        rule('gpt-5', 'azure'),
        rule('nobody', 'anthropic', { fallbacks: ['gpt-4o'] }),
        rule('own-*', 'ollama-local'),
      ],
      routes: [
        { when: { model: 'house' }, use: [{ provider: 'ollama-local', model: 'qwen3:4b' }] },
        { when: { model: 'legal-*' }, use: [{ provider: 'openai', model: 'gpt-4.1' }] },
      ],
      providers: { azure: { coveredForHipaa: false, regions: null, deployments: { 'gpt-5': 'prod', mini: 'small' } } },
    })
    expect(listed(given, ['openai', 'azure', 'ollama-local'])).toEqual([
      'fast openai',
      'gpt-5 azure',
      'nobody openai',
      'gpt-4o openai',
      'house ollama-local',
      'azure/gpt-5 azure',
      'azure/mini azure',
      'ollama/qwen3:4b ollama-local',
      'gpt-4.1 openai',
      'ollama/llama3.1:8b ollama-local',
    ])
  })

  it('has what providers offer, by every name by which routing reaches it there', () => {
    const offered: OfferedModels = new Map([
      ['openai', ['gpt-4o', 'text-embedding-3-small', 'claude-by-openai', 'ft:gpt-4o:acme::9x']],
      ['ollama-local', ['qwen3:4b', 'own-model']],
    ])
    const given = rules({ models: [rule('own-*', 'ollama-local')], regionDefaults: {} })
    expect(listed(given, ['openai', 'anthropic', 'ollama-local'], offered)).toEqual([
      'gpt-4o openai',
      'ft:gpt-4o:acme::9x openai',
      'ollama/qwen3:4b ollama-local',
      'ollama/own-model ollama-local',
      'own-model ollama-local',
    ])
  })

  it('names who would answer a name that only a pattern knows, and nobody for one that none does', () => {
    const reach = { rules: rules(), available: new Set<ProviderName>(['openai']) }
    expect(answererOf('gpt-4o-2024-08-06', reach)).toBe('openai')
    expect(answererOf('claude-sonnet-4-5', reach)).toBeNull()
    expect(answererOf('grok-99', reach)).toBeNull()
  })
})

describe('what providers offer', () => {
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined }

  it('is asked for once in five minutes, by however many at a time', async () => {
    let now = 0
    let asked = 0
    const openai = { offered: async () => [`gpt-${++asked}`] }
    const offered = rememberOffered(new Map([['openai', openai]]), { now: () => now, log })
    expect(await Promise.all([offered(), offered(), offered()])).toEqual(
      Array(3).fill(new Map([['openai', ['gpt-1']]])),
    )
    now = 299_999
    expect(await offered()).toEqual(new Map([['openai', ['gpt-1']]]))
    now = 300_000
    expect(await offered()).toEqual(new Map([['openai', ['gpt-2']]]))
  })

  it('is what a provider said last while it is away, and nothing of one that never answered', async () => {
    let now = 0
    let isAway = false
    const answer = async () => {
      if (isAway) throw new Error('away')
      return ['gpt-4o']
    }
    const never = () => Promise.reject(new Error('away'))
    const providers = new Map<ProviderName, object>([
      ['openai', { offered: answer }],
      ['anthropic', { offered: never }],
      ['azure', {}],
    ])
    const offered = rememberOffered(providers, { now: () => now, log })
    const known = new Map([
      ['openai', ['gpt-4o']],
      ['anthropic', []],
    ])
    expect(await offered()).toEqual(known)
    isAway = true
    now = 600_000
    expect(await offered()).toEqual(known)
  })
})
