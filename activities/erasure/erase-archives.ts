import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { sleep } from '@temporalio/activity'
import { canBeWritten } from '../../src/domain/ids/noted-id.ts'
import { equalBytes } from '../../src/domain/ledger/bytes.ts'
import type { ArchivedPeriod, CatalogueObject } from '../../src/ports/archive-periods.ts'
import type { ContentChange } from '../../src/ports/archive-rows.ts'
import { clearStale } from '../archive/clear-stale.ts'
import { settleHeld } from '../archive/held.ts'
import { readManifest } from '../archive/manifest-file.ts'
import { createRecordPeriod } from '../archive/record-period.ts'
import { removeObjects } from '../archive/remove-objects.ts'
import { inScratchFolder } from '../scratch-folder.ts'
import { whileBeating } from '../while-beating.ts'
import { concludeRewrite, type EraseArchivesDeps, type Erasing, prepareRewrite } from './supersede-period.ts'
import type { ErasureActivities } from './types.ts'

/** Milliseconds between two looks whether somebody else works on a period. */
const BUSY_MS = 1_000

/**
 * Takes a person's sealed text out of the archive: every content object with rows of theirs is written anew without it, fetched back,
 * compared row by row, named by a manifest that supersedes the one before and by an entry of the ledger; then the old one goes with
 * all its versions. What the erasure cut in the database of somebody else's text that is archived already is cut there too. Each step
 * finds what an earlier run has done. Facts stay: they hold a pseudonym, as in the database.
 */
export function createEraseArchives(deps: EraseArchivesDeps): ErasureActivities['eraseArchives'] {
  return ({ caseId }) =>
    whileBeating(async (signal) => {
      const { tenantId, subjects } = await deps.cases.open(caseId)
      const pseudonyms = subjects.map(({ pseudonym }) => pseudonym)
      for (const id of await deps.ending.periodsOf(caseId)) {
        const work = () => erasePeriod(deps, { caseId, pseudonyms, signal }, id)
        while ((await deps.periods.exclusively(id, work)) === 'busy') await sleep(BUSY_MS)
      }
      return { objects: await deps.ending.rewrittenFor(tenantId, caseId) }
    })
}

async function erasePeriod(deps: EraseArchivesDeps, erasing: Erasing, id: string): Promise<void> {
  const found = await deps.periods.find(id)
  if (found === undefined) return
  if (found.isExpired) {
    await settleHeld(deps, found, erasing.signal)
    return
  }
  const period = found.isRecorded ? found : await recordOrUndo(deps, found)
  if (period === undefined) return
  await resumeOrUndo(deps, erasing, period)
  await rewritePeriod(deps, erasing, period.id)
  await removeObjects(deps, period.id, 'content')
}

/**
 * A period that was exported while the content was there yet is put on record first, so that what supersedes it has something to
 * supersede; what was not exported to its end goes, and is made again from the database, which has the content no longer.
 */
async function recordOrUndo(deps: EraseArchivesDeps, period: ArchivedPeriod): Promise<ArchivedPeriod | undefined> {
  const objects = await deps.periods.objects(period.id)
  const manifest = objects.find(
    ({ part, state, generation }) => part === 'manifest' && state === 'stored' && generation === period.generation,
  )
  const isWhole =
    manifest !== undefined &&
    (await inScratchFolder(deps.folder, (folder) => readManifest(deps.store, manifest, folder))).entry === period.id
  if (!isWhole) {
    await clearStale(deps, objects)
    return undefined
  }
  await createRecordPeriod(deps)({ period: period.id })
  return deps.periods.find(period.id)
}

/** What an earlier run has verified is put on record; anything else that it began goes. */
async function resumeOrUndo(deps: EraseArchivesDeps, erasing: Erasing, period: ArchivedPeriod): Promise<void> {
  const objects = await deps.periods.objects(period.id)
  const begun = objects.filter(({ state }) => state === 'writing')
  if (begun.length === 0) return
  const manifest = begun.find(({ part }) => part === 'manifest')
  if (manifest !== undefined && (await isThere(deps, manifest))) {
    const decoded = await inScratchFolder(deps.folder, (folder) => readManifest(deps.store, manifest, folder))
    const isStanding = (await deps.entries.entry(period.tenantId, decoded.entry)) !== undefined
    if (isStanding || canBeWritten(decoded.entry, deps.now())) {
      return concludeRewrite(deps, erasing, { period, objects, manifest: decoded, row: manifest })
    }
  }
  await clearStale(deps, begun)
}

async function isThere({ store }: EraseArchivesDeps, { name, sha256 }: CatalogueObject): Promise<boolean> {
  const found = await store.stat(name)
  return found !== undefined && equalBytes(found.sha256, sha256)
}

/** Writes a period's content anew until nothing of the change is left in it. */
async function rewritePeriod(deps: EraseArchivesDeps, erasing: Erasing, id: string): Promise<void> {
  const { periods, rows, store, ending } = deps
  const period = await periods.find(id)
  const objects = await periods.objects(id)
  const content = objects.find(({ part, state }) => part === 'content' && state === 'stored')
  if (period === undefined || content === undefined) return
  const cuts = await ending.cutsIn(erasing.caseId, id)
  const change: ContentChange = { pseudonyms: erasing.pseudonyms, cuts }
  await inScratchFolder(deps.folder, async (folder) => {
    const old = join(folder, 'old.parquet')
    await store.fetch(content.name, old, content.sha256)
    await mkdir(join(folder, 'made'), { mode: 0o700 })
    const file = await rows.rewrite(old, join(folder, 'made', 'content.parquet'), change, erasing.signal)
    if (file === null) return
    const prepared = await prepareRewrite(deps, erasing, { period, objects, content, old, file, change, folder })
    await concludeRewrite(deps, erasing, prepared)
  })
}
