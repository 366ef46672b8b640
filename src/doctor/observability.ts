import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { checkExpression } from '../adapters/prometheus/check-expression.ts'
import { knownSeries } from './known-series.ts'
import { type Check, type Examination, fine, given, wrong } from './types.ts'

export const RULES_FILE = 'docs/alerts/palimpsest.rules.yml'
export const DASHBOARD_FILE = 'docs/dashboard/palimpsest.json'
const REACH_TIME_LIMIT_MS = 5_000

const rule = z.union([
  z.strictObject({ record: z.string().regex(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/), expr: z.string() }),
  z.strictObject({
    alert: z.string().regex(/^[A-Za-z]\w*$/),
    expr: z.string(),
    for: z.string().optional(),
    labels: z.strictObject({ severity: z.enum(['page', 'ticket', 'info']) }),
    annotations: z.strictObject({ summary: z.string(), runbook: z.string() }),
  }),
])
const rules = z.strictObject({
  groups: z.array(z.strictObject({ name: z.string(), interval: z.string().optional(), rules: z.array(rule).min(1) })),
})
const panel = z.looseObject({
  title: z.string(),
  targets: z.array(z.looseObject({ expr: z.string() })).optional(),
})
const dashboard = z.looseObject({ schemaVersion: z.number(), panels: z.array(panel).min(1) })

/** The alerts and the dashboard are checked against the metrics that this version has; and the receiver of traces. */
export const observabilityExaminations: readonly Examination[] = [
  {
    name: 'alert rules',
    required: true,
    run: async ({ projectRoot }) => examine(projectRoot, RULES_FILE, problemsOfRules),
  },
  {
    name: 'dashboard',
    required: true,
    run: async ({ projectRoot }) => examine(projectRoot, DASHBOARD_FILE, problemsOfDashboard),
  },
  ...['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'].map(receiver),
]

type Outcome = Omit<Check, 'name' | 'required'>

/** What was read, and what is wrong with it. */
interface Read {
  expressions: number
  problems: string[]
}

/** Null: this is an installation without the pages, such as the image. */
async function examine(root: string, name: string, problemsOf: (text: string) => Read): Promise<Outcome | null> {
  if (!existsSync(join(root, 'docs'))) return null
  const path = join(root, name)
  if (!existsSync(path)) return wrong(`${name} is not there`, 'Fetch the project again: it belongs to it.')
  const { expressions, problems } = problemsOf(readFileSync(path, 'utf8'))
  if (problems.length === 0) return fine(`${name}: ${expressions} expressions, of metrics that there are`)
  return wrong(`${name}: ${problems.join('; ')}`, `Bring ${name} and the metrics together again.`)
}

/** Of a file of Prometheus rules. What it records itself is known behind it. */
export function problemsOfRules(text: string): Read {
  const read = rules.safeParse(parseYaml(text))
  if (!read.success) return { expressions: 0, problems: [formOf(read.error)] }
  const known = knownSeries()
  const all = read.data.groups.flatMap((group) => group.rules)
  for (const one of all) if ('record' in one) known.set(one.record, new Set())
  const problems = all.flatMap((one) =>
    checkExpression(one.expr, known).map((problem) => `${'alert' in one ? one.alert : one.record} ${problem}`),
  )
  return { expressions: all.length, problems }
}

/** Of a Grafana dashboard as JSON. */
export function problemsOfDashboard(text: string): Read {
  const read = dashboard.safeParse(parseJson(text))
  if (!read.success) return { expressions: 0, problems: [formOf(read.error)] }
  const known = knownSeries()
  const all = read.data.panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ title, expr })))
  const problems = all.flatMap(({ title, expr }) =>
    checkExpression(expr, known).map((problem) => `the panel "${title}" ${problem}`),
  )
  return { expressions: all.length, problems }
}

function parseYaml(text: string): unknown {
  try {
    return parse(text)
  } catch {
    return undefined
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function formOf(error: z.ZodError): string {
  const [first] = error.issues
  return `has not the form that it must have at ${first?.path.join('.') || 'its beginning'}`
}

/** An empty export, which every receiver takes: an answer that is no success is told. */
function receiver(name: string): Examination {
  return {
    name,
    required: false,
    run: async (examined) => {
      const base = given(examined, name)
      if (base === null) return null
      const path = name.includes('TRACES') ? '' : '/v1/traces'
      const url = new URL(`${base.replace(/\/+$/, '')}${path}`)
      const response = await fetch(url, {
        method: 'POST',
        redirect: 'manual',
        headers: {
          'content-type': 'application/x-protobuf',
          ...headersOf(given(examined, 'OTEL_EXPORTER_OTLP_HEADERS')),
        },
        body: new Uint8Array(),
        signal: AbortSignal.timeout(REACH_TIME_LIMIT_MS),
      })
      await response.body?.cancel()
      if (response.ok) return fine(`${url.host} takes traces`)
      return wrong(
        `${url.host} answers ${response.status}`,
        `Correct ${name} or its headers; requests are served meanwhile.`,
      )
    },
  }
}

function headersOf(text: string | null): Record<string, string> {
  const pairs = (text ?? '').split(',').flatMap((one) => {
    const at = one.indexOf('=')
    return at < 1 ? [] : [[one.slice(0, at).trim(), decodeURIComponent(one.slice(at + 1).trim())] as const]
  })
  return Object.fromEntries(pairs)
}
