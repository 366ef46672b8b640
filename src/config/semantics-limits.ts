import { written } from './check-shape.ts'
import type { ConfigProblem } from './config-error.ts'
import { defaultRetention } from './defaults.ts'
import { list, mapping, number, text } from './raw.ts'
import type { Path, YamlSource } from './yaml-source.ts'

/** Budgets without a limit or with the soft one above the hard one, days out of order, a burst without a rate. */
export function moneyAndTimeProblems(source: YamlSource): ConfigProblem[] {
  return list(mapping(source.value).tenants).flatMap((tenant, index) => [
    ...list(mapping(tenant).budgets).flatMap((budget, place) =>
      budgetProblems(source, budget, ['tenants', index, 'budgets', place]),
    ),
    ...retentionProblems(source, mapping(tenant).retention, ['tenants', index, 'retention']),
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

function retentionProblems(source: YamlSource, value: unknown, path: Path): ConfigProblem[] {
  const retention = mapping(value)
  const hot = number(retention.hot_days) ?? defaultRetention.hotDays
  const cold = number(retention.cold_after_days) ?? Math.max(hot, defaultRetention.coldAfterDays)
  const gone = number(retention.delete_after_days) ?? Math.max(cold, defaultRetention.deleteAfterDays)
  if (hot <= cold && cold <= gone) return []
  return [
    source.problem(
      path,
      `${written(path)}: hot_days, cold_after_days and delete_after_days must not fall (${hot}, ${cold}, ${gone})`,
    ),
  ]
}

function limitProblems(source: YamlSource, value: unknown, path: Path): ConfigProblem[] {
  const limits = mapping(value)
  if (limits.burst === undefined || limits.requests_per_minute !== undefined) return []
  return [source.problem([...path, 'burst'], `${written(path)}: burst needs requests_per_minute beside it`)]
}
