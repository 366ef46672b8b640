import { hipaaDeleteAfterDays, type RetentionPolicy } from '../domain/retention/retention-class.ts'
import { written } from './check-shape.ts'
import type { ConfigProblem } from './config-error.ts'
import { defaultRetention } from './defaults.ts'
import { list, mapping, number } from './raw.ts'
import { baseOfTool, fillIn, type GivenDays } from './retention.ts'
import type { Path, YamlSource } from './yaml-source.ts'

/** Days out of order, and HIPAA's documentation that would go before its six years are over. */
export function retentionProblems(source: YamlSource): ConfigProblem[] {
  return list(mapping(source.value).tenants).flatMap((tenant, index) => {
    const path: Path = ['tenants', index, 'retention']
    const own = fillIn(daysOf(mapping(tenant).retention), defaultRetention)
    const tools = Object.entries(mapping(mapping(tenant).tools))
    return [
      ...fallingDays(source, own, path),
      ...tools.flatMap(([name, tool]) =>
        toolProblems(source, mapping(tool), own, ['tenants', index, 'tools', name, 'retention']),
      ),
    ]
  })
}

function toolProblems(
  source: YamlSource,
  tool: Readonly<Record<string, unknown>>,
  tenant: RetentionPolicy,
  path: Path,
): ConfigProblem[] {
  if (tool.retention === undefined) return []
  const given = daysOf(tool.retention)
  const isHipaa = tool.hipaa === true
  const problems = fallingDays(source, fillIn(given, baseOfTool(tenant, isHipaa)), path)
  if (!isHipaa || given.deleteAfterDays === null || given.deleteAfterDays >= hipaaDeleteAfterDays) return problems
  const at = [...path, 'delete_after_days']
  const words = `is less than ${hipaaDeleteAfterDays}: HIPAA keeps documentation for six years (45 CFR 164.316(b)(2))`
  return [...problems, source.problem(at, `${written(at)} ${words}`)]
}

function fallingDays(source: YamlSource, policy: RetentionPolicy, path: Path): ConfigProblem[] {
  const { hotDays: hot, coldAfterDays: cold, deleteAfterDays: gone } = policy
  if (hot <= cold && cold <= gone) return []
  const words = `hot_days, cold_after_days and delete_after_days must not fall (${hot}, ${cold}, ${gone})`
  return [source.problem(path, `${written(path)}: ${words}`)]
}

function daysOf(value: unknown): GivenDays {
  const { hot_days, cold_after_days, delete_after_days } = mapping(value)
  return {
    hotDays: number(hot_days),
    coldAfterDays: number(cold_after_days),
    deleteAfterDays: number(delete_after_days),
  }
}
