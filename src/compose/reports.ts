import { resolve } from 'node:path'
import type { Client } from '@temporalio/client'
import { createReportActivities } from '../../activities/reports/activities.ts'
import { createPackActivities } from '../../activities/reports/expire-packs.ts'
import type { PackActivities } from '../../activities/reports/pack-types.ts'
import type { ReportActivities } from '../../activities/reports/types.ts'
import { createFactsQuery } from '../adapters/duckdb/facts-query.ts'
import { createPaperPrinter } from '../adapters/pdf/paper-printer.ts'
import { createReportPacker } from '../adapters/reports/report-packer.ts'
import { readReportTools } from '../adapters/reports/report-tools.ts'
import { createReportStarter } from '../adapters/temporal/report-starter.ts'
import type { ApiDeps } from '../api/deps.ts'
import { reportPackDaysOf } from '../config/retention.ts'
import type { Config } from '../config/types.ts'
import { registerOf } from '../domain/reports/register.ts'
import type { HistorySources } from '../ports/history-archive.ts'
import { hintContextOf } from './hints.ts'
import { newEntryId } from './new-entry-id.ts'
import type { GatewaySettings } from './settings.ts'
import type { Stores } from './stores.ts'

export interface ReportActivityDeps {
  stores: Stores
  settings: Pick<GatewaySettings, 'databaseUrl' | 'env' | 'version'>
  config: Config
  histories: HistorySources
}

/** The steps of `makeReport`, and those of `expireArchives` that are about packs. */
export function buildReportActivities({
  stores,
  settings,
  config,
  histories,
}: ReportActivityDeps): ReportActivities & PackActivities {
  const { databaseUrl, env, version } = settings
  const evidence = stores.reportEvidence({
    entries: stores.entries,
    signers: (tenantId) => stores.verifierKeys(tenantId),
    histories: (tenantId, entryId) => historiesOf(histories, tenantId, entryId),
    store: stores.archiveStore,
  })
  const deps = {
    reports: stores.reports,
    facts: createFactsQuery({ databaseUrl, objects: stores.archiveObjects }),
    packer: createReportPacker({
      evidence,
      printer: createPaperPrinter(),
      tools: readReportTools(),
      versions: { palimpsest: version, node: process.version },
    }),
    store: stores.archiveStore,
    ledger: stores.ledger,
    entries: stores.entries,
    hurryLeaves: () => stores.hurry(),
    retentionClass: (tenantId: string) => config.tenants.get(tenantId)?.retentionClass ?? 'standard',
    register: registerOf(config.routing),
    hintContext: (tenantId: string) => hintContextOf(stores, config, tenantId),
    folder: resolve(env.home, 'tmp', 'reports'),
    version,
    now: Date.now,
    newEntryId,
  }
  const packDays = (tenantId: string) => reportPackDaysOf(config.tenants.get(tenantId))
  return {
    ...createReportActivities(deps),
    ...createPackActivities({ ...deps, packs: stores.reportPacks(databaseUrl), packDays }),
  }
}

/** Runs of a request from where they are kept: a report shows the same as GET /v1/requests/{id}/history. */
async function historiesOf({ runs, archive, archived }: HistorySources, tenantId: string, entryId: string) {
  const shown = new Map((await archive.find(tenantId, entryId)).map(({ runId, history }) => [runId, history]))
  for (const run of await runs.runsOf(entryId)) {
    if (shown.has(run.runId)) continue
    const history = await runs.historyOf(run)
    if (history !== undefined) shown.set(run.runId, history)
  }
  if (shown.size === 0) for (const { runId, history } of await archived(tenantId, entryId)) shown.set(runId, history)
  return [...shown].map(([runId, history]) => ({ runId, history }))
}

/** What the API of reports stands on. */
export function buildReportApi(
  { reports, archiveObjects }: Stores,
  client: Client,
  taskQueue: string,
): Pick<ApiDeps, 'reports' | 'reportStarter' | 'archiveObjects'> {
  return { reports, archiveObjects, reportStarter: createReportStarter(client, taskQueue) }
}
