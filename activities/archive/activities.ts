import { ApplicationFailure } from '@temporalio/activity'
import { PalimpsestError } from '../../src/errors.ts'
import { sweepScratch } from '../scratch-folder.ts'
import { withoutData } from '../without-data.ts'
import { createAwaitAnchored } from './await-anchored.ts'
import type { ArchiveDeps } from './deps.ts'
import { createExportPeriod } from './export-period.ts'
import { createFindDue } from './find-due.ts'
import { createRecordPeriod } from './record-period.ts'
import type { ArchiveActivities } from './types.ts'

/** What trying again at once does not change. */
const PERMANENT = new Set([
  'archive_conflict',
  'archive_leaf_missing',
  'archive_mismatch',
  'archive_not_exported',
  'archive_period_unknown',
  'archive_store_unfit',
])

const DAY_MS = 86_400_000

/** The steps of `archivePeriods`. */
export function createArchiveActivities(deps: ArchiveDeps): ArchiveActivities {
  const { periods, store, folder, now, newEntryId } = deps
  const steps: ArchiveActivities = {
    findDue: createFindDue(deps),

    async preparePeriod({ tenant, retentionClass, day }) {
      await store.check()
      await sweepScratch(folder, now())
      const belowDay = new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10)
      const { id } = await periods.open({ tenantId: tenant, retentionClass, fromDay: day, belowDay }, newEntryId())
      return { period: id }
    },

    exportPeriod: createExportPeriod(deps),
    recordPeriod: createRecordPeriod(deps),
    awaitAnchored: createAwaitAnchored(deps),
  }
  return withoutData(told(steps), 'a step of archiving could not be done and is tried again')
}

/** Our own errors were written to be read: their code is the failure's type. */
function told<T extends object>(steps: T): T {
  const guarded = Object.entries(steps).map(([name, run]) => [
    name,
    async (input: unknown) => {
      try {
        return await (run as (input: unknown) => Promise<unknown>)(input)
      } catch (error) {
        if (!(error instanceof PalimpsestError)) throw error
        const { code: type, message } = error
        throw ApplicationFailure.create({ type, message, nonRetryable: PERMANENT.has(type) })
      }
    },
  ])
  return Object.fromEntries(guarded) as T
}
