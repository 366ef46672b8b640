import { layOut, type Year } from '../../../src/demo/data/calendar.ts'
import type { DemoTenant } from '../../../src/demo/data/people.ts'
import { type PlannedCall, planDay } from '../../../src/demo/data/plan-calls.ts'
import { planTenant } from '../../../src/demo/data/plan-tenants.ts'
import { Chance } from '../../../src/demo/data/random.ts'
import {
  DAY_MS,
  type EndingRow,
  type FindingRow,
  type HintFacts,
  HOUR_MS,
  type SpeedRow,
  type UsageRow,
} from '../../../src/domain/hints/types.ts'

/** US dollars for a million tokens of requests and of answers, about as they are published. */
const PRICES: Record<string, [number, number]> = {
  'gpt-4o': [2.5, 10],
  'gpt-4o-mini': [0.15, 0.6],
  'gpt-4.1': [2, 8],
  'gpt-4.1-mini': [0.4, 1.6],
  'claude-sonnet-4-5': [3, 15],
  'claude-haiku-4-5': [1, 5],
}

/**
 * The counts of a made-up year, as the questions about them give them, without a database: the calls are `palimpsest demo-data`'s.
 * @param options.quiet nothing goes wrong in it.
 */
export function madeUpYear(options: {
  seed: string
  entries: number
  days: number
  untilMs: number
  region?: string
  quiet?: true
}): {
  year: Year
  facts: HintFacts
} {
  const { seed, entries, days, untilMs, region = 'us', quiet } = options
  const planned = layOut(untilMs - days * DAY_MS, days, entries)
  const year = quiet ? { ...planned, incidents: [], changes: [] } : planned
  const tenant = planTenant(seed, 'dev', region, year)
  const chance = new Chance(seed, 'calls of dev')
  const sums = new Sums()
  for (let day = 0; day < days; day++) for (const call of callsOf(chance, year, tenant, day)) sums.add(call)
  return { year, facts: { from: year.startMs, to: untilMs, ...sums.rows(), budgets: [], benchmarks: [] } }
}

const callsOf = (chance: Chance, year: Year, tenant: DemoTenant, day: number) => planDay(chance, year, tenant, day)

class Sums {
  private readonly usage = new Map<string, UsageRow>()
  private readonly endings = new Map<string, EndingRow>()
  private readonly speeds = new Map<string, SpeedRow>()
  private readonly findings = new Map<string, FindingRow>()

  add(call: PlannedCall): void {
    const { at, tool, feature, entities, attempts, refusal } = call
    const [day, hour] = [Math.floor(at / DAY_MS) * DAY_MS, Math.floor(at / HOUR_MS) * HOUR_MS]
    const last = attempts.at(-1)
    const outcome = last?.outcome
    const model = outcome?.modelAnswered ?? call.modelAsked
    const [prompt, response] = PRICES[model] ?? [0, 0]
    const withPii = refusal === null && Object.keys(entities).length > 0
    const scope = { team: tool.team, app: tool.app, tool: tool.name, feature, model }
    const used = entry(this.usage, [day, ...Object.values(scope)], { day, ...scope, calls: 0, withPii: 0, costUsd: 0 })
    used.calls++
    used.withPii += Number(withPii)
    const usage = outcome?.usage
    used.costUsd += usage ? (usage.promptTokens * prompt + usage.responseTokens * response) / 1e6 : 0
    const troubled = attempts.length > 1 || outcome?.status !== 'answered'
    const ending = refusal !== null ? 'refused' : troubled ? 'troubled' : 'fine'
    const code = refusal?.code ?? outcome?.errorCode ?? 'none'
    const first = { hour, tool: tool.name, provider: attempts[0]?.provider ?? 'none', ending, code } as const
    entry(this.endings, Object.values(first), { ...first, calls: 0 }).calls++
    if (withPii) {
      for (const entityType of Object.keys(entities)) {
        entry(this.findings, [day, tool.name, entityType], { day, tool: tool.name, entityType, calls: 0 }).calls++
      }
    }
    if (ending !== 'fine' || last === undefined || last.endedAt === null) return
    const cell = { day, tool: tool.name, model, provider: last.provider }
    const speed = entry(this.speeds, Object.values(cell), { ...cell, calls: 0, logSum: 0, logSquares: 0 })
    const log = Math.log(last.endedAt - at + 1)
    speed.calls++
    speed.logSum += log
    speed.logSquares += log * log
  }

  rows(): Pick<HintFacts, 'usage' | 'endings' | 'speeds' | 'findings'> {
    const { usage, endings, speeds, findings } = this
    const list = <T>(map: Map<string, T>) => [...map.values()]
    return { usage: list(usage), endings: list(endings), speeds: list(speeds), findings: list(findings) }
  }
}

function entry<T>(map: Map<string, T>, key: readonly unknown[], fresh: T): T {
  const text = JSON.stringify(key)
  const known = map.get(text)
  if (known) return known
  map.set(text, fresh)
  return fresh
}
