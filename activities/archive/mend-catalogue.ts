import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { equalBytes, toHex } from '../../src/domain/ledger/bytes.ts'
import { jcs } from '../../src/domain/ledger/json.ts'
import { archiveEntry } from '../../src/domain/retention/archive-entry.ts'
import { type ArchiveManifest, archiveDetail, encodeManifest } from '../../src/domain/retention/manifest.ts'
import { placeIn, tenantPrefix } from '../../src/domain/retention/object-name.ts'
import type { ArchivedPeriod, CatalogueObject } from '../../src/ports/archive-periods.ts'
import type { UnknownManifest } from '../../src/ports/ending-archives.ts'
import { appendOnce } from '../erasure/append-once.ts'
import { readWhole } from '../erasure/supersede-period.ts'
import { retainUntil } from '../ledger/retention.ts'
import { inScratchFolder } from '../scratch-folder.ts'
import type { EndDeps } from './end-deps.ts'
import { type Announced, nameOf, readManifest } from './manifest-file.ts'
import { removeObjects } from './remove-objects.ts'

/** A manifest that the catalogue does not know, as it lies in the store. */
interface Found {
  row: Announced
  manifest: ArchiveManifest
}

/**
 * A database that was restored to a time before an erasure rewrote archived content names an object that is gone. What took its
 * place is named by a manifest that nobody can remove: it is read with the facts as at the export, put on record again, and stands.
 * Looked for only where a ledger was opened anew, which every restore that lost entries ends in.
 */
export async function mendCatalogue(
  deps: EndDeps,
  signal: AbortSignal,
): Promise<{ mended: number; busy: number; left: number }> {
  const counts = { mended: 0, busy: 0, left: 0 }
  const recovered = new Set(await deps.ending.recovered())
  for (const { tenantId, retentionClass } of await deps.ending.classes()) {
    if (!recovered.has(tenantId)) continue
    const unknown = await unknownOf(deps, tenantId, retentionClass)
    for (const [periodId, manifests] of Map.groupBy(unknown, (one) => one.periodId)) {
      const work = () => mendPeriod(deps, periodId, manifests, signal)
      const outcome = await deps.periods.exclusively(periodId, work).catch((error: unknown) => {
        // One that cannot be mended now keeps nobody from the others: the next run tries it again.
        if (signal.aborted) throw error
        return 'left' as const
      })
      if (outcome !== 'stands') counts[outcome] += 1
    }
  }
  return counts
}

async function unknownOf({ store, ending }: EndDeps, tenantId: string, retentionClass: string) {
  const names: UnknownManifest[] = []
  for await (const name of store.list(tenantPrefix(tenantId, retentionClass, 'manifest'))) {
    const place = placeIn(name)
    if (place !== undefined) names.push({ name, ...place })
  }
  return ending.unknownManifests(tenantId, retentionClass, names)
}

/** `stands`: the content that the catalogue names is there, and nothing has to be found. */
async function mendPeriod(
  deps: EndDeps,
  periodId: string,
  unknown: readonly UnknownManifest[],
  signal: AbortSignal,
): Promise<'mended' | 'left' | 'stands'> {
  const { periods, store, ending } = deps
  const period = await periods.find(periodId)
  const objects = await periods.objects(periodId)
  const stored = (of: CatalogueObject['part']) => objects.find(({ part, state }) => part === of && state === 'stored')
  const [content, named] = [stored('content'), stored('manifest')]
  if (period === undefined || content === undefined || named === undefined) return 'left'
  const standing = await store.stat(content.name)
  if (standing !== undefined && equalBytes(standing.sha256, content.sha256)) return 'stands'
  return inScratchFolder(deps.folder, async (folder) => {
    const before = await readManifest(store, named, folder)
    const found = await readAll(deps, unknown, folder)
    const newest = found.at(-1)
    if (newest === undefined || !(await fits(deps, { before, objects, folder }, newest, signal))) return 'left'
    const isRecorded = (await deps.entries.entry(period.tenantId, newest.manifest.entry)) !== undefined
    const last = isRecorded ? newest : await recordAgain(deps, period, { before, objects, folder }, newest)
    await ending.adopt(periodId, {
      manifest: { generation: last.row.generation, entry: last.manifest.entry },
      stored: [last.row, contentRow(last)],
      superseded: found.flatMap(({ row }) => (row.name === last.row.name ? [] : [row])),
    })
    await removeObjects(deps, periodId, 'content')
    return 'mended'
  })
}

async function readAll({ store }: EndDeps, unknown: readonly UnknownManifest[], folder: string): Promise<Found[]> {
  const found: Found[] = []
  for (const { name, generation } of unknown) {
    const object = await store.stat(name)
    if (object === undefined) continue
    const { bytes, sha256 } = object
    const place = join(folder, `manifest-${generation}`)
    await mkdir(place, { mode: 0o700 })
    const manifest = await readManifest(store, { name, sha256 }, place)
    const entries = manifest.totals.entries
    found.push({ manifest, row: { name, part: 'manifest', generation, bytes, sha256, entries } })
  }
  return found
}

/** A period as the catalogue has it, and a folder to work in. */
interface Known {
  before: ArchiveManifest
  objects: readonly CatalogueObject[]
  folder: string
}

/** Whether it is of this period and these facts, and its content is in the store and holds together with them. */
async function fits(deps: EndDeps, known: Known, { manifest }: Found, signal: AbortSignal): Promise<boolean> {
  const content = manifest.objects.find(({ part }) => part === 'content')
  const others = ({ tenant, retention_class, from_day, below_day, objects }: ArchiveManifest) =>
    jcs([tenant, retention_class, from_day, below_day, objects.filter(({ part }) => part !== 'content')])
  if (content === undefined || others(manifest) !== others(known.before)) return false
  const path = join(known.folder, 'content.parquet')
  await deps.store.fetch(content.name, path, Buffer.from(content.sha256, 'hex'))
  await readWhole(deps, { ...known, content: path, signal })
  return true
}

/** The entry that named it was lost with the database: a manifest of the same objects, and an entry that names that one. */
async function recordAgain(
  deps: EndDeps,
  period: ArchivedPeriod,
  { before: { entry: supersedes }, objects, folder }: Known,
  { manifest: lost, row: { generation: last } }: Found,
): Promise<Found> {
  const { store, now, lockDays } = deps
  const generation = last + 1
  const made = { generation, entry: deps.newEntryId(), supersedes, made_at: new Date(now()).toISOString() }
  const manifest: ArchiveManifest = { ...lost, ...made, versions: { ...lost.versions, palimpsest: deps.version } }
  const bytes = encodeManifest(manifest)
  const sha256 = createHash('sha256').update(bytes).digest()
  const name = nameOf(period, 'manifest', generation)
  const path = join(folder, 'manifest-again.json')
  await writeFile(path, bytes, { mode: 0o600 })
  await store.put(name, { path, bytes: bytes.length, sha256 }, { lockUntil: retainUntil(now(), lockDays) })
  const replaced = objects.filter(({ part, state }) => part === 'content' && state === 'stored')
  await appendOnce(
    deps,
    archiveEntry({
      id: manifest.entry,
      at: now(),
      tenantId: period.tenantId,
      status: 'superseded',
      period: period.id,
      detail: jcs({
        ...archiveDetail(manifest, { name, sha256: toHex(sha256) }),
        lost_entry: lost.entry,
        supersedes,
        replaced: replaced.map((one) => ({ name: one.name, sha256: toHex(one.sha256) })),
      }),
    }),
  )
  return {
    manifest,
    row: { name, part: 'manifest', generation, bytes: bytes.length, sha256, entries: manifest.totals.entries },
  }
}

function contentRow({ manifest, row }: Found): Announced {
  const content = manifest.objects.find(({ part }) => part === 'content')
  if (content === undefined) throw new Error('a manifest without content')
  const { name, bytes, sha256, rows } = content
  const generation = placeIn(name)?.generation ?? row.generation
  return { name, part: 'content', generation, bytes, sha256: Buffer.from(sha256, 'hex'), entries: rows }
}
