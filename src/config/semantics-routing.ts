import { findModelRule } from '../domain/routing/model-map.ts'
import type { ModelRule, ProviderName } from '../domain/routing/types.ts'
import { written } from './check-shape.ts'
import { type ConfigProblem, didYouMean } from './config-error.ts'
import { defaultResidency } from './defaults.ts'
import { list, mapping, type Raw, text } from './raw.ts'
import type { Path, YamlSource } from './yaml-source.ts'

/** Unknown regions, targets that their own rule forbids, rules that are never reached, fallbacks in a circle. */
export function routingProblems(source: YamlSource): ConfigProblem[] {
  const file = mapping(source.value)
  return [...regionProblems(source, file), ...targetProblems(source, file), ...modelProblems(source, file)]
}

function regionProblems(source: YamlSource, file: Raw): ConfigProblem[] {
  const known = Object.keys({ ...defaultResidency, ...mapping(file.residency) })
  const check = (value: unknown, path: Path): ConfigProblem[] => {
    const region = text(value)
    if (region === null || known.includes(region)) return []
    const meant = didYouMean(region, known)
    const words = meant === null ? `add it to residency (known are ${known.join(', ')})` : `did you mean ${meant}?`
    return [source.problem(path, `${written(path)} is a region that residency does not list: ${words}`)]
  }
  const ofTenants = list(file.tenants).flatMap((tenant, index) => [
    ...check(mapping(tenant).region, ['tenants', index, 'region']),
    ...Object.entries(mapping(mapping(tenant).tools)).flatMap(([name, tool]) =>
      check(mapping(tool).region, ['tenants', index, 'tools', name, 'region']),
    ),
  ])
  const ofRoutes = routesOf(file).flatMap(({ route, path }) =>
    check(mapping(mapping(route).when).region, [...path, 'when', 'region']),
  )
  const ofProviders = Object.entries(mapping(file.providers)).flatMap(([name, provider]) =>
    list(mapping(provider).regions).flatMap((region, index) => check(region, ['providers', name, 'regions', index])),
  )
  const ofDefaults = Object.keys(mapping(file.region_defaults)).flatMap((region) =>
    check(region, ['region_defaults', region]),
  )
  return [...ofTenants, ...ofRoutes, ...ofProviders, ...ofDefaults]
}

/** Routes of tenants and those for all. */
function routesOf(file: Raw): { route: unknown; path: Path }[] {
  const ofTenants = list(file.tenants).flatMap((tenant, index) =>
    list(mapping(tenant).routes).map((route, place) => ({ route, path: ['tenants', index, 'routes', place] as Path })),
  )
  const ofAll = list(file.routes).map((route, place) => ({ route, path: ['routes', place] as Path }))
  return [...ofTenants, ...ofAll]
}

function targetProblems(source: YamlSource, file: Raw): ConfigProblem[] {
  const residency = { ...defaultResidency, ...mapping(file.residency) }
  const check = (target: unknown, region: string | null, hipaa: boolean, path: Path): ConfigProblem[] => {
    const provider = text(mapping(target).provider)
    if (provider === null) return []
    const attributes = mapping(mapping(file.providers)[provider])
    const at = [...path, 'provider']
    const allowed = region !== null && Object.hasOwn(residency, region) ? residency[region] : 'any'
    const served = attributes.regions === undefined || region === null || list(attributes.regions).includes(region)
    const listed = !Array.isArray(allowed) || allowed.includes(provider as ProviderName)
    if (provider !== 'simulator' && !(listed && served)) {
      return [
        source.problem(
          at,
          `${written(at)} may not receive data of region ${region}: residency or the provider's regions forbid it`,
        ),
      ]
    }
    if (hipaa && attributes.covered_for_hipaa !== true) {
      return [source.problem(at, `${written(at)} is not marked covered_for_hipaa, which this route demands`)]
    }
    return []
  }
  const ofRoutes = routesOf(file).flatMap(({ route, path }) => {
    const when = mapping(mapping(route).when)
    return list(mapping(route).use).flatMap((target, place) =>
      check(target, text(when.region), when.hipaa === true, [...path, 'use', place]),
    )
  })
  const ofDefaults = Object.entries(mapping(file.region_defaults)).flatMap(([region, target]) =>
    check(target, region, false, ['region_defaults', region]),
  )
  return [...ofRoutes, ...ofDefaults]
}

function modelProblems(source: YamlSource, file: Raw): ConfigProblem[] {
  const rules = list(file.models).map((value): ModelRule => {
    const rule = mapping(value)
    const fallbacks = list(rule.fallbacks).filter((name): name is string => typeof name === 'string')
    return {
      match: text(rule.match) ?? '',
      provider: (text(rule.provider) ?? 'simulator') as ProviderName,
      model: null,
      fallbacks,
    }
  })
  const ends = new Set<string>()
  return rules.flatMap((rule, index) => {
    const first = rules.findIndex((other) => other.match === rule.match)
    const at = ['models', index, 'match']
    const again = `${written(at)} is never reached: ${written(['models', first, 'match'])} is the same`
    return [
      ...(rule.match !== '' && first < index ? [source.problem(at, again)] : []),
      ...rule.fallbacks.flatMap((name, place) =>
        fallbackProblems(source, { rules, ends }, name, ['models', index, 'fallbacks', place]),
      ),
    ]
  })
}

/** `ends`: names that are known to lead to no circle, so that each is followed once, however often fallbacks meet again. */
interface Fallbacks {
  rules: readonly ModelRule[]
  ends: Set<string>
}

function fallbackProblems(source: YamlSource, fallbacks: Fallbacks, name: string, path: Path): ConfigProblem[] {
  if (findModelRule(name, fallbacks.rules) === null)
    return [source.problem(path, `${written(path)} is a model that no rule knows`)]
  const cycle = cycleFrom(name, fallbacks, [])
  if (cycle === null) return []
  return [
    source.problem(
      path,
      `${written(path)} leads back to itself: ${cycle.join(' → ')}. Give that model a rule of its own`,
    ),
  ]
}

function cycleFrom(name: string, fallbacks: Fallbacks, before: readonly string[]): string[] | null {
  const { rules, ends } = fallbacks
  const seen = before.indexOf(name)
  if (seen >= 0) return [...before.slice(seen), name]
  if (ends.has(name)) return null
  for (const next of findModelRule(name, rules)?.fallbacks ?? []) {
    const cycle = cycleFrom(next, fallbacks, [...before, name])
    if (cycle !== null) return cycle
  }
  ends.add(name)
  return null
}
