import { randomUUID } from 'node:crypto'
import { ApplicationFailure, activityInfo } from '@temporalio/activity'
import { toHex } from '../../src/domain/ledger/bytes.ts'
import { assembleReport } from '../../src/domain/reports/assemble.ts'
import { reportObject } from '../../src/domain/reports/object-names.ts'
import { REPORT_PLANS } from '../../src/domain/reports/plans.ts'
import { questionsFor } from '../../src/domain/reports/question.ts'
import { RestorePending } from '../../src/ports/facts-query.ts'
import type { StoredReport } from '../../src/ports/reports.ts'
import { inScratchFolder, sweepScratch } from '../scratch-folder.ts'
import { whileBeating } from '../while-beating.ts'
import type { ReportDeps } from './deps.ts'
import { derive } from './derive.ts'
import type { Collected, ReportActivities } from './types.ts'

/**
 * Asks the report's questions in one snapshot and stores what came out. A second run asks again; what the first one still makes is
 * refused.
 */
export function createCollect(deps: ReportDeps): ReportActivities['collectReport'] {
  const { reports } = deps
  return async ({ reportId }) => {
    const run = randomUUID()
    if (!(await reports.begin(reportId, run))) return { state: 'ended' }
    const found = await reports.open(reportId)
    await reports.note(reportId, 'reading', null)
    await sweepScratch(deps.folder, deps.now())
    try {
      return await whileBeating((signal) =>
        inScratchFolder(deps.folder, (folder) => collect(deps, found, { run, folder, signal })),
      )
    } catch (error) {
      if (!(error instanceof RestorePending)) throw givenUp(error)
      await reports.note(reportId, 'reading', `restore pending: ${error.objects.length} archived objects`)
      return { state: 'restore_pending', objects: error.objects.length }
    }
  }
}

/** Tries after which an error that another try will not change ends the report. */
const TRIES = 3

/** What PostgreSQL or DuckDB refuses they refuse again; who is away may come back. */
function givenUp(error: unknown): unknown {
  const { name, code } = error as { name?: unknown; code?: unknown }
  const refused = typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !/^(08|40|53|57)/.test(code)
  if (activityInfo().attempt < TRIES || !(refused || name === 'DuckFailure')) return error
  const type = refused ? `query_refused:${code}` : 'query_failed'
  return ApplicationFailure.nonRetryable('a query of the report was refused', type)
}

interface Run {
  run: string
  folder: string
  signal: AbortSignal
}

async function collect(deps: ReportDeps, found: StoredReport, { run, folder, signal }: Run): Promise<Collected> {
  const { reports, facts, packer, store } = deps
  const plan = REPORT_PLANS[found.kind]
  const { id, from, to, filters, requestedAt } = found
  const { tenantId, keyId: requestedBy } = found.officer
  const seed = toHex(found.seed)
  const questions = questionsFor(plan.questions, filters)
  const job = { scope: { tenantId, from, to, filters }, questions, population: plan.population, seed }
  const asked = await facts.run({ ...job, register: deps.register }, folder, signal)
  const context = { from, to: Math.min(to, asked.watermark), ...(await deps.hintContext(tenantId)) }
  const derived = plan.derived ? [await derive(folder, questions, plan.derived, context)] : []
  const answer = { ...asked, tables: [...asked.tables, ...derived] }
  const made = { madeAt: deps.now(), gatewayVersion: deps.version }
  const data = assembleReport(plan, { id, tenantId, from, to, filters, requestedBy, requestedAt }, answer, made)
  await reports.note(id, 'packing', null)
  const { manifestSha256, file } = await packer.buildBody(folder, data)
  const name = reportObject(tenantId, id, 'body', run)
  await store.put(name, file, { lockUntil: null })
  const entries = data.sources.reduce((sum, source) => sum + source.entries, 0)
  const { missing } = data.completeness
  await reports.noteBody(id, run, { name, sha256: file.sha256, manifestSha256, entries, missing })
  return { state: 'collected', entries, missing, tables: data.tables.length }
}
