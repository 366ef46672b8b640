import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decideRoute, mayReceive } from '../../../src/domain/routing/decide-route.ts'
import { matchesGlob } from '../../../src/domain/routing/glob.ts'
import { providerNames, type RouteInput, type RouteTarget } from '../../../src/domain/routing/types.ts'

const provider = fc.constantFrom(...providerNames)
const model = fc.constantFrom('gpt-4o', 'claude-x', 'azure/a', 'ollama/b', 'simulated/echo', 'fast', 'local', 'unknown')
const pattern = fc.constantFrom(
  'gpt-*',
  'gpt-4o',
  'claude-*',
  'azure/*',
  'ollama/*',
  'fast',
  'local',
  '*',
  'simulated/*',
)
const region = fc.constantFrom('eu', 'us', 'fr')
const mayHave = fc.oneof(fc.constant('any' as const), fc.subarray([...providerNames]))
const target = fc.record({ provider, model })
const attributes = fc.record({
  coveredForHipaa: fc.boolean(),
  regions: fc.option(fc.subarray(['eu', 'us', 'fr'])),
  deployments: fc.constantFrom({}, { 'gpt-4o': 'deployment' }),
})

const rules = fc.record({
  models: fc.array(
    fc.record({ match: pattern, provider, model: fc.option(model), fallbacks: fc.array(model, { maxLength: 4 }) }),
    { maxLength: 6 },
  ),
  routes: fc.array(
    fc.record({
      when: fc.record(
        {
          region,
          tool: fc.constantFrom('hr', '*'),
          model: pattern,
          risk: fc.constantFrom('high', 'standard'),
          hipaa: fc.boolean(),
        },
        { requiredKeys: [] },
      ),
      use: fc.array(target, { minLength: 1, maxLength: 4 }),
    }),
    { maxLength: 4 },
  ),
  regionDefaults: fc.dictionary(region, target),
  residency: fc.oneof(fc.record({ eu: mayHave, us: mayHave, fr: mayHave }), fc.dictionary(region, mayHave)),
  providers: fc.dictionary(provider, attributes),
})

const input: fc.Arbitrary<RouteInput> = fc
  .record({
    model,
    toolName: fc.constantFrom('hr', 'default'),
    hipaa: fc.boolean(),
    models: fc.option(fc.array(pattern, { minLength: 1, maxLength: 3 })),
    toolRegion: fc.option(region),
    region: fc.option(region),
    tenantRegion: region,
    rules,
    available: fc.oneof(fc.constant([...providerNames]), fc.subarray([...providerNames])),
  })
  .map(({ hipaa, models, toolRegion, available, rules: given, ...rest }) => ({
    ...rest,
    tool: {
      risk: 'standard',
      record: 'async',
      interactive: true,
      hipaa,
      models,
      region: toolRegion,
      purpose: null,
      lawfulBasis: null,
    },
    rules: given as RouteInput['rules'],
    available: new Set(available),
    policyVersion: 'v',
  }))

/** Written again from the requirement, not from the code. */
function isAllowed(candidate: RouteTarget, given: RouteInput): boolean {
  const place = given.region ?? given.tool.region ?? given.tenantRegion
  const residency = given.rules.residency[place]
  const own = given.rules.providers[candidate.provider]
  const allowed =
    candidate.provider === 'simulator' ||
    (residency !== undefined &&
      (residency === 'any' || residency.includes(candidate.provider)) &&
      (own?.regions == null || own.regions.includes(place)))
  return allowed && given.available.has(candidate.provider) && (!given.tool.hipaa || own?.coveredForHipaa === true)
}

describe('whatever the configuration', () => {
  it('no target and no fallback goes where the region, HIPAA or the configuration forbids', () => {
    let routes = 0
    fc.assert(
      fc.property(input, (given) => {
        const decision = decideRoute(given)
        if (decision.kind === 'refusal') return
        routes++
        for (const candidate of [decision.target, ...decision.fallbacks]) expect(isAllowed(candidate, given)).toBe(true)
        if (given.tool.hipaa) expect(decision.covered).toBe(true)
        if (given.tool.models !== null)
          expect(given.tool.models.some((one) => matchesGlob(one, given.model))).toBe(true)
      }),
      { numRuns: 8000 },
    )
    expect(routes).toBeGreaterThan(1000)
  })

  it('the same input gives the same decision, and nothing twice among its targets', () => {
    fc.assert(
      fc.property(input, (given) => {
        const decision = decideRoute(given)
        expect(decideRoute(structuredClone(given))).toEqual(decision)
        if (decision.kind === 'refusal') return
        const names = [decision.target, ...decision.fallbacks].map((one) => `${one.provider} ${one.model}`)
        expect(new Set(names).size).toBe(names.length)
        expect(names.length).toBeLessThanOrEqual(8)
      }),
      { numRuns: 2000 },
    )
  })

  it('with the default residency eu data reaches ollama-local or this process, and nothing else', () => {
    fc.assert(
      fc.property(input, (given) => {
        const rulesOfEu = { ...given.rules, residency: { eu: ['ollama-local' as const], us: 'any' as const } }
        const decision = decideRoute({ ...given, region: 'eu', rules: rulesOfEu })
        if (decision.kind === 'refusal') return
        for (const one of [decision.target, ...decision.fallbacks])
          expect(['ollama-local', 'simulator']).toContain(one.provider)
      }),
      { numRuns: 2000 },
    )
  })

  it('a region without a residency lets nobody receive its data', () => {
    for (const name of providerNames.filter((one) => one !== 'simulator')) {
      expect(
        mayReceive(name, 'toString', { models: [], routes: [], regionDefaults: {}, residency: {}, providers: {} }),
      ).toBe(false)
    }
  })
})

describe('a pattern', () => {
  it('matches what the same regular expression matches', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '.', '-'), maxLength: 8 })
    const glob = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), maxLength: 6 })
    fc.assert(
      fc.property(glob, word, (one, text) => {
        const source = one
          .split('*')
          .map((piece) => piece.replaceAll('.', '\\.'))
          .join('.*')
        expect(matchesGlob(one, text)).toBe(new RegExp(`^${source}$`).test(text))
      }),
      { numRuns: 2000 },
    )
  })
})
