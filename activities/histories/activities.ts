import { heartbeat } from '@temporalio/activity'
import { withoutData } from '../without-data.ts'
import { createExportClosed, type ExportDeps } from './export-closed.ts'
import type { HistoryActivities } from './types.ts'

export function createHistoryActivities(deps: Omit<ExportDeps, 'onProgress'>): HistoryActivities {
  const exportClosed = createExportClosed({ ...deps, onProgress: (done) => heartbeat({ ...done }) })
  return withoutData({ exportClosed }, 'histories could not be exported and are tried again')
}
