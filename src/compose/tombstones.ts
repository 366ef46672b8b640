import type { Client } from '@temporalio/client'
import { createTombstoneSteps, type TombstoneSteps } from '../../activities/erasure/tombstones.ts'
import { createRequestStarter } from '../adapters/temporal/request-starter.ts'
import type { Config } from '../config/types.ts'
import type { ErasureStores } from './stores/erasure.ts'
import type { TombstoneStores } from './stores/tombstones.ts'

export interface TombstoneStepParts {
  stores: { tombstones: TombstoneStores; erasure: Pick<ErasureStores, 'progress'> }
  client: Client
  taskQueue: string
  config: Config
}

export function buildTombstoneSteps({ stores, client, taskQueue, config }: TombstoneStepParts): TombstoneSteps {
  const { log, ledger, keystore, requestsLeft } = stores.tombstones
  return createTombstoneSteps({
    log,
    tombstones: ledger,
    keystoreTombstones: keystore,
    progress: stores.erasure.progress,
    requestsLeft,
    starter: createRequestStarter(client, taskQueue),
    retentionDays: config.anchors.retentionDays,
    now: Date.now,
  })
}
