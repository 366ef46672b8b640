import { type ReportEntryFacts, reportFailed, reportMade } from '../../src/domain/reports/report-entry.ts'
import type { StoredReport } from '../../src/ports/reports.ts'
import { withoutData } from '../without-data.ts'
import { createCollect } from './collect.ts'
import type { ReportDeps } from './deps.ts'
import { bodyOf, createSeal, removeOthers } from './seal.ts'
import type { ReportActivities } from './types.ts'

/** The steps of `makeReport`. */
export function createReportActivities(deps: ReportDeps): ReportActivities {
  const { reports, ledger, entries } = deps
  const activities: ReportActivities = {
    collectReport: createCollect(deps),

    async recordReport({ reportId }) {
      const found = await reports.open(reportId)
      await reports.note(reportId, 'recording', null)
      if (!(await entries.entry(found.officer.tenantId, found.entryId))) {
        await ledger.append(reportMade(factsOf(deps, found, found.entryId), bodyOf(found)))
      }
      deps.hurryLeaves()
      return { entry: found.entryId }
    },

    sealReport: createSeal(deps),

    async failReport({ reportId, code }) {
      const found = await reports.open(reportId)
      if (found.state === 'completed') return
      if (found.state !== 'failed') await recordFailure(deps, found, code)
      await removeOthers(deps, found, null)
    },
  }
  return withoutData(activities, 'a step of the report could not be done and is tried again')
}

/** Beside the entry that says that it was made, where only its pack is missing. */
async function recordFailure(deps: ReportDeps, found: StoredReport, code: string): Promise<void> {
  const { reports, ledger, entries } = deps
  const made = (await entries.entry(found.officer.tenantId, found.entryId)) !== undefined
  const entryId = made ? deps.newEntryId() : found.entryId
  await ledger.append(reportFailed(factsOf(deps, found, entryId), code, made ? found.entryId : null))
  await reports.fail(found.id, code, ['pending', 'running'])
}

function factsOf(deps: ReportDeps, found: StoredReport, entryId: string): ReportEntryFacts {
  const { officer } = found
  return { entryId, at: deps.now(), officer, retentionClass: deps.retentionClass(officer.tenantId), report: found }
}
