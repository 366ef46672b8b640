import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { PalimpsestError } from '../../src/errors.ts'
import type { ArchivedPeriod, CatalogueObject } from '../../src/ports/archive-periods.ts'
import type { MadePeriod, PeriodPart, ReadPeriod } from '../../src/ports/period-files.ts'
import { retainUntil } from '../ledger/retention.ts'
import { inScratchFolder } from '../scratch-folder.ts'
import { whileBeating } from '../while-beating.ts'
import { clearStale } from './clear-stale.ts'
import { comparePeriod } from './compare-period.ts'
import type { ArchiveDeps } from './deps.ts'
import { announcedPart, readManifest, writeManifest } from './manifest-file.ts'
import type { ArchiveActivities, Exported } from './types.ts'

/** From the database to objects that were verified, with the manifest that says so. */
export function createExportPeriod(deps: ArchiveDeps): ArchiveActivities['exportPeriod'] {
  const { periods } = deps
  return ({ period: id }) =>
    whileBeating(async (signal) => {
      const found = await periods.find(id)
      if (found === undefined) throw unknownPeriod()
      if (found.isRecorded) return exportedOf(await periods.objects(id), found)
      return await periods.exclusively(id, () => exportAlone(deps, found, signal))
    })
}

/** What stands whole is left as it is; anything else of an earlier try goes, and the period is made again. */
async function exportAlone(deps: ArchiveDeps, period: ArchivedPeriod, signal: AbortSignal): Promise<Exported> {
  const before = await deps.periods.objects(period.id)
  return inScratchFolder(deps.folder, async (folder) => {
    if (await isWhole(deps, period, before, folder)) return exportedOf(before, period)
    await clearStale(deps, before)
    const mark = await deps.periods.contentMark(period)
    const made = await deps.files.make(period, await subfolder(folder, 'made'), signal)
    if (made.files.length === 0) return { entries: 0, bytes: 0 }
    const generation = await deps.periods.freeGeneration(period)
    const read = await storeAndReadBack(deps, { period, generation, made, folder, signal })
    comparePeriod(made, read)
    const unchanged = async () => {
      if ((await deps.periods.contentMark(period)) !== mark) throw contentChanged()
    }
    await unchanged()
    await storeManifest(deps, { period, generation, made, read, folder })
    await deps.periods.notePeople(period.id)
    await unchanged()
    await deps.periods.finish(period.id, generation, made.totals.entries)
    return { entries: made.totals.entries, bytes: made.files.reduce((sum, { bytes }) => sum + bytes, 0) }
  })
}

async function isWhole(
  { store }: ArchiveDeps,
  period: ArchivedPeriod,
  objects: readonly CatalogueObject[],
  folder: string,
): Promise<boolean> {
  const own = objects.filter(({ generation, state }) => generation === period.generation && state === 'stored')
  const manifest = own.find(({ part }) => part === 'manifest')
  if (manifest === undefined || !own.some(({ part }) => part === 'facts')) return false
  // The id was replaced since: the manifest names an entry that will never be.
  return (await readManifest(store, manifest, await subfolder(folder, 'before'))).entry === period.id
}

interface Attempt {
  period: ArchivedPeriod
  generation: number
  made: MadePeriod
  folder: string
}

/** Announces the objects, stores them, and reads what the store gives back. */
async function storeAndReadBack(
  { periods, store, files, randomBytes }: ArchiveDeps,
  { period, generation, made, folder, signal }: Attempt & { signal: AbortSignal },
): Promise<ReadPeriod> {
  const objects = made.files.map((file) => ({ file, announced: announcedPart(period, generation, file) }))
  await periods.announce(
    period.id,
    objects.map(({ announced }) => announced),
  )
  const back = await subfolder(folder, 'back')
  const paths: Partial<Record<PeriodPart, string>> = {}
  for (const { file, announced } of objects) {
    signal.throwIfAborted()
    await store.put(announced.name, file, { lockUntil: null })
    const path = join(back, `${file.part}.parquet`)
    await store.fetch(announced.name, path, file.sha256)
    paths[file.part] = path
  }
  return files.read(paths, back, randomBytes(8).toString('hex'), signal)
}

async function storeManifest(deps: ArchiveDeps, attempt: Attempt & { read: ReadPeriod }): Promise<void> {
  const { periods, store, now, lockDays } = deps
  const { file, announced } = await writeManifest(attempt, attempt.folder, deps)
  await periods.announce(attempt.period.id, [announced])
  await store.put(announced.name, file, { lockUntil: retainUntil(now(), lockDays) })
  await readManifest(store, announced, await subfolder(attempt.folder, 'manifest'))
}

async function subfolder(folder: string, name: string): Promise<string> {
  const path = join(folder, name)
  await mkdir(path, { mode: 0o700 })
  return path
}

function exportedOf(objects: readonly CatalogueObject[], { entries, generation }: ArchivedPeriod): Exported {
  const stored = objects.filter((one) => one.generation === generation && one.part !== 'manifest')
  return { entries, bytes: stored.reduce((sum, { bytes }) => sum + bytes, 0) }
}

function contentChanged(): PalimpsestError {
  return new PalimpsestError({
    code: 'archive_content_changed',
    status: 409,
    message: 'Content of the period was deleted while it was archived, as an erasure does: it is archived again.',
  })
}

function unknownPeriod(): PalimpsestError {
  return new PalimpsestError({
    code: 'archive_period_unknown',
    status: 404,
    message: 'There is no such period, or its id was replaced: start archivePeriods again.',
  })
}
