import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { checkExpression } from '../../../src/adapters/prometheus/check-expression.ts'
import { knownSeries } from '../../../src/doctor/known-series.ts'
import { DASHBOARD_FILE, problemsOfDashboard, problemsOfRules, RULES_FILE } from '../../../src/doctor/observability.ts'
import { installPromtool } from '../../support/prometheus/install.ts'

const root = resolve(import.meta.dirname, '../../..')
const rulesText = readFileSync(join(root, RULES_FILE), 'utf8')
const dashboardText = readFileSync(join(root, DASHBOARD_FILE), 'utf8')
const page = readFileSync(join(root, 'docs/observability.md'), 'utf8')

interface Rule {
  alert?: string
  record?: string
  expr: string
  annotations?: { summary: string; runbook: string }
}
const { groups } = parse(rulesText) as { groups: { name: string; rules: Rule[] }[] }
const all = groups.flatMap(({ rules }) => rules)

interface Panel {
  id: number
  type: string
  title: string
  gridPos: { x: number; y: number; w: number; h: number }
  datasource?: { type: string; uid: string }
  targets?: { refId: string; expr: string; datasource: { uid: string } }[]
}
const dashboard = JSON.parse(dashboardText) as {
  uid: string
  title: string
  schemaVersion: number
  templating: { list: { name: string; type: string }[] }
  panels: Panel[]
}

describe('a PromQL expression', () => {
  const known = new Map([['palimpsest_a_total', new Set(['code'])]])

  it.each([
    'sum by (code) (rate(palimpsest_a_total{code=~"x|y", instance="i"}[5m])) > 3',
    'palimpsest_a_total and on (instance) palimpsest_a_total == 1',
    'increase(palimpsest_a_total[$__rate_interval])',
  ])('of what there is holds: %s', (expression) => expect(checkExpression(expression, known)).toEqual([]))

  it.each([
    ['sum(rate(palimpsest_b_total[5m]))', 'names palimpsest_b_total'],
    ['palimpsest_a_total{status="1"}', 'for the label status'],
    ['sum by (status) (palimpsest_a_total)', 'groups by status'],
    ['sum(rate(palimpsest_a_total[5m])', 'is no PromQL'],
    ['palimpsest_a_total >', 'is no PromQL'],
    ['', 'is no PromQL'],
  ])('with a fault is told: %s', (expression, words) => {
    expect(checkExpression(expression, known).join()).toContain(words)
  })
})

describe('the alerts', () => {
  it('are of metrics and labels that there are', () => {
    expect(problemsOfRules(rulesText)).toEqual({ expressions: all.length, problems: [] })
    expect(all.length).toBeGreaterThan(25)
  })

  it('are found out where a metric or a label has another name', () => {
    const renamed = rulesText.replaceAll('palimpsest_anchor_lag_seconds', 'palimpsest_anchor_age_seconds')
    expect(problemsOfRules(renamed).problems).toEqual([
      'PalimpsestAnchorTooOld names palimpsest_anchor_age_seconds, which is no metric of the gateway',
    ])
    expect(problemsOfRules(rulesText.replaceAll('sum by (provider)', 'sum by (vendor)')).problems.join()).toContain(
      'PalimpsestProviderFails groups by vendor',
    )
    expect(problemsOfRules('groups: 3').problems).toHaveLength(1)
    expect(problemsOfRules('"').problems).toHaveLength(1)
  })

  it('watch what has been promised', () => {
    const text = all.map(({ expr }) => expr).join('\n')
    for (const metric of [
      'ledger_leaf_lag_seconds',
      'anchor_lag_seconds',
      'ledger_sound',
      'http_errors_total{code=~"redaction_failed|ledger_unavailable',
      'model_calls_total{outcome=~',
      'budget_used_ratio',
      'rate_limiter_redis_up',
      'erasure_approvals_missing_total',
      'activity_runs_total{activity=~"preparePeriod',
      'admission_wait_seconds_bucket',
      'webhooks_total',
    ]) {
      expect(text).toContain(`palimpsest_${metric}`)
    }
    expect(text).toMatch(/chat_errors:ratio_rate1h > 14\.4 \* 0\.005 and palimpsest:chat_errors:ratio_rate5m > 14\.4/)
  })

  it('have names of their own, and each leads to a passage of the page', () => {
    const names = all.map(({ alert, record }) => alert ?? record)
    expect(new Set(names).size).toBe(names.length)
    const anchors = [...page.matchAll(/^#+ (.+)$/gm)].map(([, title]) => title?.toLowerCase().replaceAll(' ', '-'))
    for (const { alert, annotations } of all) {
      if (alert === undefined) continue
      expect(annotations?.summary.length, alert).toBeGreaterThan(10)
      expect(anchors, alert).toContain(annotations?.runbook.split('#')[1])
    }
  })

  it('ask for steps of workflows that there are', async () => {
    const { readdirSync } = await import('node:fs')
    const sources = ['archive', 'erasure', 'reports', 'exports'].flatMap((folder) =>
      readdirSync(join(root, 'activities', folder))
        .filter((name) => name.endsWith('types.ts'))
        .map((name) => readFileSync(join(root, 'activities', folder, name), 'utf8')),
    )
    const named = [...rulesText.matchAll(/activity=~?"([\w|]+)"/g)].flatMap(([, names]) => names?.split('|') ?? [])
    expect(named.length).toBeGreaterThan(8)
    expect(named.filter((name) => !sources.some((text) => text.includes(`  ${name}(`)))).toEqual([])
  })

  it("are good for Prometheus' own checker, which finds a fault where there is one", async (context) => {
    const found = await installPromtool()
    if ('missing' in found) return context.skip(found.missing)
    const check = (text: string) => {
      const folder = mkdtempSync(join(tmpdir(), 'palimpsest-rules-'))
      const file = join(folder, 'rules.yml')
      writeFileSync(file, text)
      try {
        return execFileSync(found.program, ['check', 'rules', file], { encoding: 'utf8', stdio: 'pipe' })
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    }
    expect(check(rulesText)).toContain(`SUCCESS: ${all.length} rules found`)
    expect(() => check(rulesText.replace('for: 2m', 'for: two minutes'))).toThrow()
    expect(() => check(rulesText.replace('max(', 'maximum('))).toThrow()
  }, 320_000)
})

describe('the dashboard', () => {
  it('asks for metrics and labels that there are', () => {
    const { expressions, problems } = problemsOfDashboard(dashboardText)
    expect(problems).toEqual([])
    expect(expressions).toBeGreaterThan(40)
  })

  it('is found out where a metric has another name', () => {
    const renamed = dashboardText.replaceAll('palimpsest_model_calls_total', 'palimpsest_calls_total')
    expect(problemsOfDashboard(renamed).problems.join()).toContain('names palimpsest_calls_total')
    expect(problemsOfDashboard('{').problems).toHaveLength(1)
  })

  it('shows every metric of the gateway that is not an alert only', () => {
    const own = [...knownSeries().keys()]
      .filter((name) => name.startsWith('palimpsest_') && !/^palimpsest_(nodejs|process)_/.test(name))
      .map((name) => name.replace(/_(bucket|sum|count)$/, ''))
    const shown = `${dashboardText}\n${rulesText}`
    const inPage = (name: string) => page.includes(`\`${name}\``)
    expect([...new Set(own)].filter((name) => !shown.includes(name) && !inPage(name))).toEqual([])
    expect([...new Set(own)].filter((name) => !inPage(name))).toEqual([])
  })

  it('has the form that Grafana takes: panels with ids, kinds and places that do not overlap', () => {
    expect(dashboard).toMatchObject({ uid: 'palimpsest', title: 'Palimpsest' })
    expect(dashboard.schemaVersion).toBeGreaterThanOrEqual(39)
    expect(dashboard.templating.list.map(({ name }) => name)).toEqual(['datasource', 'instance'])
    const ids = dashboard.panels.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    const taken = new Set<string>()
    for (const { type, title, gridPos, targets, datasource } of dashboard.panels) {
      expect(['row', 'timeseries', 'stat'], title).toContain(type)
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24)
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(taken.has(`${x} ${y}`), `${title} overlaps`).toBe(false)
          taken.add(`${x} ${y}`)
        }
      }
      if (type === 'row') continue
      expect(datasource, title).toEqual({ type: 'prometheus', uid: '${datasource}' })
      expect(targets?.length, title).toBeGreaterThan(0)
      const refs = targets?.map(({ refId }) => refId) ?? []
      expect(new Set(refs).size, title).toBe(refs.length)
      for (const { expr } of targets ?? []) expect(expr, title).toContain('instance=~"$instance"')
    }
  })
})
