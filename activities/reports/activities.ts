import { type ReportEntryFacts, reportFailed, reportMade } from '../../src/domain/reports/report-entry.ts'
import type { StoredReport } from '../../src/ports/reports.ts'
import { withoutData } from '../without-data.ts'
import { createCollect } from './collect.ts'
import type { ReportDeps } from './deps.ts'
import { bodyOf, createSeal } from './seal.ts'
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
      if (found.state === 'completed' || found.state === 'failed') return
      const made = (await entries.entry(found.officer.tenantId, found.entryId)) !== undefined
      const entryId = made ? deps.newEntryId() : found.entryId
      await ledger.append(reportFailed(factsOf(deps, found, entryId), code, made ? found.entryId : null))
      await reports.fail(reportId, code, ['pending', 'running'])
    },
  }
  return withoutData(activities, 'a step of the report could not be done and is tried again')
}

function factsOf(deps: ReportDeps, found: StoredReport, entryId: string): ReportEntryFacts {
  const { officer } = found
  return { entryId, at: deps.now(), officer, retentionClass: deps.retentionClass(officer.tenantId), report: found }
}
