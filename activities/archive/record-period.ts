import { toHex } from '../../src/domain/ledger/bytes.ts'
import { jcs } from '../../src/domain/ledger/json.ts'
import { archiveEntry } from '../../src/domain/retention/archive-entry.ts'
import { type ArchiveManifest, archiveDetail } from '../../src/domain/retention/manifest.ts'
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
  const stored = { name: row.name, sha256: toHex(row.sha256) }
  return archiveEntry({
    id: period.id,
    at,
    tenantId: period.tenantId,
    status: 'archived',
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
