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
    ...limitProblems(source, mapping(tenant).limits, ['tenants', index, 'limits']),
  ])
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
  if (limits.burst === undefined || limits.requests_per_minute !== undefined) return []
  return [source.problem([...path, 'burst'], `${written(path)}: burst needs requests_per_minute beside it`)]
}
