import { randomBytes } from 'node:crypto'
import { createErasurePapers, type PaperSteps } from '../../activities/erasure/papers.ts'
import { createExportActivities } from '../../activities/exports/activities.ts'
import type { ExportActivities } from '../../activities/exports/types.ts'
import type { Environment } from '../config/env.ts'
import type { Config } from '../config/types.ts'
import type { Stores } from './stores.ts'

/** Milliseconds that a finished export is kept. */
const EXPORT_FOR_MS = 24 * 3_600_000

export interface PaperActivityDeps {
  stores: Stores
  env: Pick<Environment, 'kms' | 'awsKms' | 'epochDays' | 'keystoreBackupDays'>
  config: Config
}

/** The steps of `exportSubject`, and those of `eraseSubject` that heed holds and certify. */
export function buildPaperActivities({ stores, env, config }: PaperActivityDeps): PaperSteps & ExportActivities {
  return {
    ...createErasurePapers({
      ...stores,
      ...stores.erasure,
      signer: {
        origin: (tenantId) => stores.originOf(tenantId),
        sign: (tenantId, text) => stores.signNote(tenantId, text),
      },
      archive: {
        ofPerson: (range) => stores.archiveReader.ofPerson(range),
        othersTextUntil: (tenantId) => othersTextUntil(stores, tenantId),
      },
      epochs: {
        rotatedAfterDays: env.epochDays,
        keptForDays: env.keystoreBackupDays,
        pendingDays: env.kms === 'aws' ? env.awsKms.pendingWindowDays : 0,
      },
      now: Date.now,
    }),
    ...createExportActivities({
      ...stores,
      retentionClass: (tenantId) => config.tenants.get(tenantId)?.retentionClass ?? 'standard',
      keepForMs: EXPORT_FOR_MS,
      now: Date.now,
      randomBytes,
    }),
  }
}

/** The end of life of the youngest archived text that the database has no longer. */
async function othersTextUntil({ archiveEnds }: Stores, tenantId: string): Promise<string | null> {
  const cold = await archiveEnds.ending.coldUntil(tenantId)
  const ends = cold.flatMap(({ retentionClass, lastDay }) => {
    const policy = archiveEnds.policyOf(tenantId, retentionClass)
    return policy === null ? [] : [Date.parse(`${lastDay}T00:00:00Z`) + (policy.deleteAfterDays + 1) * DAY_MS]
  })
  return ends.length === 0 ? null : new Date(Math.max(...ends)).toISOString()
}

const DAY_MS = 86_400_000
