import { written } from './check-shape.ts'
import type { ConfigProblem } from './config-error.ts'
import { list, mapping, text } from './raw.ts'
import type { Path, YamlSource } from './yaml-source.ts'

/** Budgets without a limit or with the soft one above the hard one, a burst without a rate. */
export function moneyProblems(source: YamlSource): ConfigProblem[] {
  return list(mapping(source.value).tenants).flatMap((tenant, index) => [
    ...list(mapping(tenant).budgets).flatMap((budget, place) =>
      budgetProblems(source, budget, ['tenants', index, 'budgets', place]),
    ),
    ...twiceProblems(source, mapping(tenant).budgets, ['tenants', index, 'budgets']),
    ...limitProblems(source, mapping(tenant).limits, ['tenants', index, 'limits']),
    ...list(mapping(tenant).keys).flatMap((key, place) =>
      limitProblems(source, mapping(key).limits, ['tenants', index, 'keys', place, 'limits']),
    ),
    ...Object.entries(mapping(mapping(tenant).apps)).flatMap(([name, app]) => [
      ...appProblems(source, tenant, name, ['tenants', index, 'apps', name]),
      ...limitProblems(source, mapping(app).limits, ['tenants', index, 'apps', name, 'limits']),
    ]),
  ])
}

/** A share of the limits where nobody says among how many. */
export function shareProblems(source: YamlSource): ConfigProblem[] {
  const { limits, gateways } = mapping(source.value)
  if (mapping(limits).without_redis !== 'local_share' || gateways !== undefined) return []
  const path = ['limits', 'without_redis']
  return [source.problem(path, `${written(path)}: local_share needs gateways, how many of them share the limits`)]
}

/** Limits of an app that no key names. */
function appProblems(source: YamlSource, tenant: unknown, name: string, path: Path): ConfigProblem[] {
  const named = list(mapping(tenant).keys).map((key) => text(mapping(key).app) ?? 'default')
  if (named.includes(name)) return []
  return [source.problem(path, `${written(path)} is an app that no key of this tenant names`)]
}

function budgetProblems(source: YamlSource, value: unknown, path: Path): ConfigProblem[] {
  const budget = mapping(value)
  const soft = text(budget.soft_limit_usd)
  const hard = text(budget.hard_limit_usd)
  if (budget.soft_limit_usd === undefined && budget.hard_limit_usd === undefined) {
    return [source.problem(path, `${written(path)} has no limit: give it soft_limit_usd or hard_limit_usd`)]
  }
  if (soft === null || hard === null || !isAbove(soft, hard)) return []
  return [source.problem([...path, 'soft_limit_usd'], `${written(path)}: the soft limit is above the hard one`)]
}

/** Two budgets for the same in the same period: they would be one. */
function twiceProblems(source: YamlSource, budgets: unknown, path: Path): ConfigProblem[] {
  const seen = new Map<string, number>()
  return list(budgets).flatMap((value, place) => {
    const { period, team, app, tool, feature, user } = mapping(value)
    const what = JSON.stringify([period, team, app, tool, feature, user])
    const first = seen.get(what)
    if (first === undefined) {
      seen.set(what, place)
      return []
    }
    const at = [...path, place]
    return [source.problem(at, `${written(at)} is for the same as ${written([...path, first])}: make one of them`)]
  })
}

function isAbove(left: string, right: string): boolean {
  const [a, b] = [microUsd(left), microUsd(right)]
  return a !== null && b !== null && a > b
}

function microUsd(amount: string): bigint | null {
  const found = /^(\d{1,12})(?:\.(\d{1,6}))?$/.exec(amount)
  return found === null ? null : BigInt(found[1] ?? '0') * 1_000_000n + BigInt((found[2] ?? '').padEnd(6, '0'))
}

function limitProblems(source: YamlSource, value: unknown, path: Path): ConfigProblem[] {
  const limits = mapping(value)
  const pairs = [
    ['burst', 'requests_per_minute'],
    ['token_burst', 'tokens_per_minute'],
  ] as const
  return pairs.flatMap(([burst, rate]) =>
    limits[burst] === undefined || limits[rate] !== undefined
      ? []
      : [source.problem([...path, burst], `${written(path)}: ${burst} needs ${rate} beside it`)],
  )
}
