import { randomBytes } from 'node:crypto'
import type { Client } from '@temporalio/client'
import { createErasureCore } from '../../activities/erasure/core.ts'
import { createEraseArchives } from '../../activities/erasure/erase-archives.ts'
import { createMentionSteps } from '../../activities/erasure/mentions.ts'
import { withoutData } from '../../activities/without-data.ts'
import { openMentionSearch } from '../adapters/mentions/mention-search.ts'
import { createPaperPrinter } from '../adapters/pdf/paper-printer.ts'
import { createErasureStarter } from '../adapters/temporal/erasure-starter.ts'
import { createExportStarter } from '../adapters/temporal/export-starter.ts'
import { createWorkflowHistories } from '../adapters/temporal/histories.ts'
import type { ApiDeps, Log } from '../api/deps.ts'
import type { Metrics } from '../api/metrics.ts'
import { settleErasures } from '../background/settle-erasures.ts'
import { policyOfFile } from '../config/check-policy.ts'
import type { Config } from '../config/types.ts'
import { listedIn } from '../domain/policy/listed-values.ts'
import type { Looked } from '../ports/person-residue.ts'
import { newEntryId } from './new-entry-id.ts'
import { buildPaperActivities } from './papers.ts'
import { openListedOf } from './policies.ts'
import type { GatewaySettings } from './settings.ts'
import type { Stores } from './stores.ts'
import { buildTombstoneSteps } from './tombstones.ts'

export interface ErasureActivityDeps {
  stores: Stores
  client: Client
  taskQueue: string
  env: GatewaySettings['env']
  config: Config
  metrics: Pick<Metrics, 'approvalMissing'>
  log: Log
}

/** All steps of `eraseSubject`, and of exports. */
export function buildErasureActivities(deps: ErasureActivityDeps): object {
  const { stores, client, env, config, metrics, log } = deps
  const { erasure, keys, ledger, entries } = stores
  const policy = {
    needsApproval: (tenantId: string) => Boolean(config.tenants.get(tenantId)?.erasure?.approval),
  }
  return {
    ...createErasureCore({
      ...erasure,
      holds: stores.holds,
      keys,
      ledger,
      entries,
      policy,
      now: Date.now,
      newEntryId,
      hurryLeaves: () => stores.hurry(),
      onReminder({ caseId, tenantId, daysLeft }) {
        metrics.approvalMissing()
        log.warn({ caseId, tenant: tenantId, daysLeft }, 'an erasure waits for its approval')
      },
    }),
    ...createMentionSteps({
      ...erasure,
      holds: stores.holds,
      histories: createWorkflowHistories(client),
      keys,
      listedValues: (tenantId) => listedValues(stores, config, tenantId),
      archived: (caseId, pseudonyms) => lookInArchives(stores, caseId, pseudonyms),
      gate: stores.gate,
      searchFor: openMentionSearch,
      randomBytes,
    }),
    ...withoutData(
      { eraseArchives: createEraseArchives({ ...stores.archiveEnds, cases: erasure.cases }) },
      'archived text could not be erased now and is tried again',
    ),
    ...buildTombstoneSteps(deps),
    ...buildPaperActivities({ stores, env, config }),
  }
}

/** Of the policy in force, and of the file. */
async function listedValues({ policies, keys }: Stores, config: Config, tenantId: string): Promise<readonly string[]> {
  const known = await policies.knownOf(tenantId)
  const values = known && (await openListedOf(keys, known))
  return [...new Set([...Object.values(values ?? {}), ...listedIn(policyOfFile(config, tenantId))])]
}

/** Sealed rows of the person in objects that stand, and objects that were superseded and are not removed. */
async function lookInArchives(
  { archiveEnds, archiveObjects }: Stores,
  caseId: string,
  pseudonyms: readonly string[],
): Promise<Looked> {
  const { objects, left } = await archiveEnds.ending.residueOf(caseId)
  const paths = await Promise.all(objects.map(({ name, sha256 }) => archiveObjects.local(name, sha256)))
  const { looked, found } = await archiveEnds.rows.residue(paths, pseudonyms)
  return { looked, found: found + left }
}

/** A round over the cases whose workflow is gone. */
export function buildSettleErasures(
  { erasure, ledger, watch }: Stores,
  client: Client,
  { taskQueue, log }: GatewaySettings,
): () => Promise<void> {
  const deps = {
    cases: erasure.cases,
    starter: createErasureStarter(client, taskQueue),
    ledger,
    now: Date.now,
    newEntryId,
  }
  return async () => {
    if (watch.current !== 'sound') return
    const settled = await settleErasures(deps)
    if (settled > 0) log.warn({ settled }, 'erasures whose workflow is gone have failed: ask for them again')
  }
}

/** What the API of erasures stands on. */
export function buildErasureApi(
  { erasure }: Stores,
  client: Client,
  { env, taskQueue }: GatewaySettings,
): Pick<ApiDeps, 'erasures' | 'exportStarter' | 'printer' | 'anyEntityType'> {
  return {
    erasures: { cases: erasure.cases, starter: createErasureStarter(client, taskQueue) },
    exportStarter: createExportStarter(client, taskQueue),
    printer: createPaperPrinter(),
    anyEntityType: env.presidioUrl !== null,
  }
}
