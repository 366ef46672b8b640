import { factEntry } from '../../src/domain/ledger/fact-entry.ts'
import { jcs } from '../../src/domain/ledger/json.ts'
import { type ArchiveManifest, archiveDetail } from '../../src/domain/retention/manifest.ts'
import { PROOF_CLASS } from '../../src/domain/retention/retention-class.ts'
import { PalimpsestError } from '../../src/errors.ts'
import type { ArchivedPeriod, CatalogueObject } from '../../src/ports/archive-periods.ts'
import { appendOnce } from '../erasure/append-once.ts'
import { inScratchFolder } from '../scratch-folder.ts'
import type { ArchiveDeps } from './deps.ts'
import { readManifest } from './manifest-file.ts'
import type { ArchiveActivities } from './types.ts'

/** Puts an archived period on record: the entry has the period's id, so that it is appended once. */
export function createRecordPeriod(deps: ArchiveDeps): ArchiveActivities['recordPeriod'] {
  const { periods, entries, store, now } = deps
  return async ({ period: id }) => {
    const period = await periods.find(id)
    if (period === undefined) throw notExported()
    if (period.isRecorded) return
    if ((await entries.entry(period.tenantId, id)) === undefined) {
      const row = (await periods.objects(id)).find(
        ({ part, state, generation }) => part === 'manifest' && state === 'stored' && generation === period.generation,
      )
      if (row === undefined) throw notExported()
      const manifest = await inScratchFolder(deps.folder, (folder) => readManifest(store, row, folder))
      if (manifest.entry !== id) throw notExported()
      await appendOnce(deps, entryOf(period, manifest, row, now()))
    }
    await periods.recorded(id)
  }
}

function entryOf(period: ArchivedPeriod, manifest: ArchiveManifest, row: CatalogueObject, at: number) {
  const stored = { name: row.name, sha256: Buffer.from(row.sha256).toString('hex') }
  return factEntry({
    id: period.id,
    kind: 'archive',
    status: 'archived',
    occurred_at: BigInt(at) * 1000n,
    tenant_id: period.tenantId,
    retention_class: PROOF_CLASS,
    detail: jcs(archiveDetail(manifest, stored)),
  })
}

function notExported(): PalimpsestError {
  return new PalimpsestError({
    code: 'archive_not_exported',
    status: 409,
    message: 'The objects of this period are not stored and verified: start archivePeriods again.',
  })
}
