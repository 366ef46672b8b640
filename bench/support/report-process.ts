import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { derive } from '../../activities/reports/derive.ts'
import { createFactsQuery } from '../../src/adapters/duckdb/facts-query.ts'
import { createPaperPrinter } from '../../src/adapters/pdf/paper-printer.ts'
import { createReportPacker } from '../../src/adapters/reports/report-packer.ts'
import { readReportTools } from '../../src/adapters/reports/report-tools.ts'
import { assembleReport } from '../../src/domain/reports/assemble.ts'
import { REPORT_PLANS } from '../../src/domain/reports/plans.ts'
import { questionsFor } from '../../src/domain/reports/question.ts'
import { registerOf } from '../../src/domain/reports/register.ts'
import type { ReportFilters, ReportKind } from '../../src/domain/reports/types.ts'

/** What a report of the bench is, as JSON in the first argument. */
export interface ReportJob {
  databaseUrl: string
  /** Folder whose files are the objects, by name. */
  objects: string
  folder: string
  tenantId: string
  kind: ReportKind
  from: number
  to: number
  filters: ReportFilters
  /** True: with paper, as a pack. */
  pack: boolean
}

export interface ReportRun {
  readMs: number
  packMs: number
  entries: number
  missing: number
  packBytes: number
}

const [given = '{}'] = process.argv.slice(2)
const job = JSON.parse(given) as ReportJob
const folder = mkdtempSync(join(job.folder, 'report-'))
try {
  process.stdout.write(JSON.stringify(await run()))
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function run(): Promise<ReportRun> {
  const { databaseUrl, tenantId, from, to, filters } = job
  const plan = REPORT_PLANS[job.kind]
  const facts = createFactsQuery({ databaseUrl, objects: { local: async (name) => join(job.objects, name) } })
  const startedAt = performance.now()
  const scope = { tenantId, from, to, filters }
  const register = registerOf({
    models: [],
    routes: [],
    regionDefaults: {},
    residency: { us: 'any', eu: ['ollama-local'] },
    providers: { openai: { coveredForHipaa: false, regions: null, deployments: {} } },
  })
  const questions = questionsFor(plan.questions, scope.filters)
  const question = { scope, questions, population: plan.population, seed: 'ab'.repeat(8), register }
  const asked = await facts.run(question, folder, new AbortController().signal)
  const context = { from, to: Math.min(to, asked.watermark), budgets: [], benchmarks: [] }
  const derived = plan.derived ? [await derive(folder, questions, plan.derived, context)] : []
  const answer = { ...asked, tables: [...asked.tables, ...derived] }
  const id = '0190a1b2-7c3d-7e4f-8a5b-6c7d8e9fa0b1'
  const about = { id, tenantId, from, to, filters, requestedBy: 'bench', requestedAt: to }
  const data = assembleReport(plan, about, answer, { madeAt: to, gatewayVersion: 'bench' })
  const readMs = performance.now() - startedAt
  const packBytes = job.pack ? (await packer().buildBody(folder, data)).file.bytes : 0
  const entries = data.sources.reduce((sum, source) => sum + source.entries, 0)
  const packMs = job.pack ? performance.now() - startedAt - readMs : 0
  return { readMs, packMs, entries, missing: data.completeness.missing, packBytes }
}

/** Without proofs: there are none of made-up entries. */
function packer() {
  return createReportPacker({
    evidence: {
      signers: async () => [],
      proof: async () => undefined,
      histories: async () => [],
      archiveManifest: async () => undefined,
    },
    printer: createPaperPrinter(),
    tools: readReportTools(),
    versions: { palimpsest: 'bench' },
  })
}
