import { describe, expect, it } from 'vitest'
import { file, problems } from './support.ts'

describe('models and routes that do not hold are refused with file, line, column and what to do', () => {
  const route = (when: string, use: string) => file({ top: ['routes:', `  - { when: { ${when} }, use: [${use}] }`] })
  const llama = '{ provider: ollama-local, model: a }'
  const rows: [what: string, text: string, expected: string | string[]][] = [
    [
      'an unknown provider',
      route('region: eu', '{ provider: olama-local, model: a }'),
      'p.yaml:7:47: routes[0].use[0].provider must be one of openai, anthropic, azure, ollama-local, simulator: did you mean ollama-local?',
    ],
    [
      'an unknown provider in a residency',
      file({ top: ['residency:', '  eu: [ollama]'] }),
      'p.yaml:7:8: residency.eu[0] must be one of openai, anthropic, azure, ollama-local, simulator',
    ],
    [
      'a residency of another kind',
      file({ top: ['residency:', '  eu: everyone'] }),
      'p.yaml:7:7: residency.eu must be any, or a list of providers',
    ],
    [
      'an unknown region of a tenant',
      file().replace('region: eu', 'region: ue'),
      'p.yaml:3:13: tenants[0].region is a region that residency does not list: did you mean eu?',
    ],
    [
      'an unknown region of a route',
      route('region: mars', llama),
      'p.yaml:7:23: routes[0].when.region is a region that residency does not list: add it to residency (known are eu, us)',
    ],
    [
      'an unknown region of a tool',
      file({ tenant: ['tools: { hr: { region: mars } }'] }),
      'p.yaml:6:28: tenants[0].tools.hr.region is a region that residency does not list: add it to residency (known are eu, us)',
    ],
    [
      'an unknown region of a provider',
      file({ top: ['providers: { azure: { regions: [mars] } }'] }),
      'p.yaml:6:33: providers.azure.regions[0] is a region that residency does not list: add it to residency (known are eu, us)',
    ],
    [
      'a route that its own region forbids',
      route('region: eu', '{ provider: openai, model: a }'),
      "p.yaml:7:47: routes[0].use[0].provider may not receive data of region eu: residency or the provider's regions forbid it",
    ],
    [
      'a region default that its region forbids',
      file({ top: ['region_defaults: { eu: { provider: openai, model: a } }'] }),
      "p.yaml:6:36: region_defaults.eu.provider may not receive data of region eu: residency or the provider's regions forbid it",
    ],
    [
      'a HIPAA route to a provider that is not covered',
      route('hipaa: true', llama),
      'p.yaml:7:48: routes[0].use[0].provider is not marked covered_for_hipaa, which this route demands',
    ],
    [
      'a model twice',
      file({ top: ['models:', '  - { match: "gpt-*", provider: openai }', '  - { match: "gpt-*", provider: azure }'] }),
      'p.yaml:8:14: models[1].match is never reached: models[0].match is the same',
    ],
    [
      'a fallback nobody knows',
      file({ top: ['models: [{ match: a, provider: openai, fallbacks: [b] }]'] }),
      'p.yaml:6:52: models[0].fallbacks[0] is a model that no rule knows',
    ],
    [
      'a circle of fallbacks',
      file({
        top: [
          'models:',
          '  - { match: a, provider: openai, fallbacks: [b] }',
          '  - { match: b, provider: openai, fallbacks: [a] }',
        ],
      }),
      [
        'p.yaml:7:47: models[0].fallbacks[0] leads back to itself: b → a → b. Give that model a rule of its own',
        'p.yaml:8:47: models[1].fallbacks[0] leads back to itself: a → b → a. Give that model a rule of its own',
      ],
    ],
  ]

  it('fallbacks that meet again and again are followed once each, not by every way there is', () => {
    const layer = (at: number) => [0, 1, 2, 3, 4, 5, 6].map((place) => `m${at}-${place}`)
    const rules = Array.from({ length: 40 }, (_, at) =>
      layer(at).map((match) => {
        const fallbacks = at === 39 ? [] : layer(at + 1)
        return `  - { match: ${match}, provider: openai, fallbacks: [${fallbacks.join(', ')}] }`
      }),
    )
    expect(problems(file({ top: ['models:', ...rules.flat()] }))).toEqual([])
  })

  it.each(rows)('%s', (_what, text, expected) => expect(problems(text)).toEqual([expected].flat()))
})
