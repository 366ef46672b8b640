import { jcs } from '../../src/domain/ledger/json.ts'
import { actEntry } from '../../src/domain/requests/act-entry.ts'
import { withoutData } from '../without-data.ts'
import { createCollect } from './collect.ts'
import type { ExportDeps } from './deps.ts'
import type { ExportActivities } from './types.ts'

/** The steps of `exportSubject`. */
export function createExportActivities(deps: ExportDeps): ExportActivities {
  const { exports, ledger, entries } = deps
  const activities: ExportActivities = {
    collectExport: createCollect(deps),

    async discloseExport({ exportId }) {
      const { officer, subject, disclosureId, erased, entries: count } = await exports.open(exportId)
      if (subject === null || erased) return { entry: null }
      if (!(await entries.entry(officer.tenantId, disclosureId))) {
        await ledger.append(
          actEntry({
            id: disclosureId,
            kind: 'disclosure',
            status: 'exported',
            at: deps.now(),
            officer,
            subjectPseudonym: subject.pseudonym,
            relatedEntry: null,
            retentionClass: deps.retentionClass(officer.tenantId),
            detail: jcs({ entries: count ?? 0, export: exportId }),
            note: subject.purpose,
          }),
        )
      }
      return { entry: disclosureId }
    },

    async completeExport({ exportId }) {
      const now = deps.now()
      await exports.complete(exportId, now, now + deps.keepForMs)
      return { expiresAt: (await exports.open(exportId)).expiresAt ?? now }
    },

    async failExport({ exportId, code }) {
      await exports.fail(exportId, code, ['pending', 'running'])
    },
  }
  return withoutData(activities, 'a step of the export could not be done and is tried again')
}
