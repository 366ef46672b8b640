import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toHex } from '../../src/domain/ledger/bytes.ts'
import { jcs } from '../../src/domain/ledger/json.ts'
import { archiveEntry } from '../../src/domain/retention/archive-entry.ts'
import { type ArchiveManifest, archiveDetail, encodeManifest } from '../../src/domain/retention/manifest.ts'
import { PalimpsestError } from '../../src/errors.ts'
import type { ArchivedPeriod, CatalogueObject } from '../../src/ports/archive-periods.ts'
import type { ContentChange } from '../../src/ports/archive-rows.ts'
import type { ErasureCases } from '../../src/ports/erasure-cases.ts'
import type { PeriodFile, ReadPeriod } from '../../src/ports/period-files.ts'
import type { EndDeps } from '../archive/end-deps.ts'
import { announcedPart, nameOf, readManifest } from '../archive/manifest-file.ts'
import { retainUntil } from '../ledger/retention.ts'
import { appendOnce } from './append-once.ts'

export interface EraseArchivesDeps extends EndDeps {
  cases: Pick<ErasureCases, 'open'>
}

export interface Erasing {
  caseId: string
  pseudonyms: readonly string[]
  signal: AbortSignal
}

/** A rewritten content object that is verified, with the manifest that says so. */
export interface Rewritten {
  period: ArchivedPeriod
  /** The catalogue's, as they were before. */
  objects: readonly CatalogueObject[]
  manifest: ArchiveManifest
  row: Pick<CatalogueObject, 'name' | 'sha256' | 'generation'>
}

export interface Rewriting {
  period: ArchivedPeriod
  objects: readonly CatalogueObject[]
  content: CatalogueObject
  /** Its local copy, and the file that takes its place. */
  old: string
  file: PeriodFile
  change: ContentChange
  folder: string
}

/** Stores a rewritten file under a name never used, compares what comes back, and stores the manifest that says so. */
export async function prepareRewrite(
  deps: EraseArchivesDeps,
  { signal }: Erasing,
  rewriting: Rewriting,
): Promise<Rewritten> {
  const { periods, store, rows, ending } = deps
  const { period, objects, content, file, old, change, folder } = rewriting
  const generation = await periods.freeGeneration(period)
  const announced = announcedPart(period, generation, file)
  await periods.announce(period.id, [announced])
  await store.put(announced.name, file, { lockUntil: null })
  const wasHeld = (await store.stat(content.name))?.onHold === true
  if (wasHeld) {
    await store.hold(announced.name, true)
    await ending.noteHold(announced.name, true)
  }
  const back = join(folder, 'back')
  await mkdir(back, { mode: 0o700 })
  const path = join(back, 'content.parquet')
  await store.fetch(announced.name, path, file.sha256)
  const differing = await rows.verify(old, path, change, signal)
  if (differing.length > 0) throw notVerified(differing)
  const before = await standingManifest(deps, objects, folder)
  const read = await readWhole(deps, { objects, content: path, before, folder, signal })
  const manifest = manifestAfter(deps, { before, period, generation, file, read })
  const row = await storeManifest(deps, period, generation, manifest, folder)
  return { period, objects, manifest, row }
}

async function standingManifest(
  { store }: EraseArchivesDeps,
  objects: readonly CatalogueObject[],
  folder: string,
): Promise<ArchiveManifest> {
  const row = objects.find(({ part, state }) => part === 'manifest' && state === 'stored')
  if (row === undefined) throw new Error('a recorded period without a manifest')
  return readManifest(store, row, folder)
}

/**
 * Reads facts and the new content together, as at the export: everything but the content's totals has to be what it was.
 * @throws PalimpsestError `archive_mismatch`
 */
export async function readWhole(
  { store, files, randomBytes }: Pick<EndDeps, 'store' | 'files' | 'randomBytes'>,
  input: {
    objects: readonly CatalogueObject[]
    content: string
    before: ArchiveManifest
    folder: string
    signal: AbortSignal
  },
): Promise<ReadPeriod> {
  const { objects, content, before, folder, signal } = input
  const row = objects.find(({ part, state }) => part === 'facts' && state === 'stored')
  if (row === undefined) throw new Error('a recorded period without facts')
  const facts = join(folder, 'facts.parquet')
  await store.fetch(row.name, facts, row.sha256)
  const read = await files.read({ facts, content }, folder, randomBytes(8).toString('hex'), signal)
  const was = { ...before.totals, content: null }
  const is = { ...read.totals, content: null }
  const differing = [
    ...(jcs(was) === jcs(is) ? [] : ['the totals']),
    ...(toHex(read.root) === before.merkle_root ? [] : ['the Merkle root']),
    ...(read.totals.content.rows === before.totals.content.rows ? [] : ['the rows of content']),
    ...(read.broken === null ? [] : ['a commitment']),
  ]
  if (differing.length > 0) throw notVerified(differing)
  return read
}

function manifestAfter(
  { newEntryId, now, version }: EraseArchivesDeps,
  made: {
    before: ArchiveManifest
    period: ArchivedPeriod
    generation: number
    file: PeriodFile
    read: ReadPeriod
  },
): ArchiveManifest {
  const { before, period, generation, file, read } = made
  const object = {
    name: nameOf(period, 'content', generation),
    part: 'content' as const,
    bytes: file.bytes,
    sha256: toHex(file.sha256),
    rows: file.rows,
  }
  return {
    ...before,
    generation,
    entry: newEntryId(),
    supersedes: before.entry,
    objects: before.objects.map((one) => (one.part === 'content' ? object : one)),
    columns: { ...before.columns, content: file.columns },
    digests: { ...before.digests, content: file.digests },
    totals: read.totals,
    verified: { read_back: true, envelopes: read.envelopes, blobs: read.blobs },
    versions: { ...before.versions, palimpsest: version },
    made_at: new Date(now()).toISOString(),
  }
}

async function storeManifest(
  { periods, store, now, lockDays }: EraseArchivesDeps,
  period: ArchivedPeriod,
  generation: number,
  manifest: ArchiveManifest,
  folder: string,
): Promise<Rewritten['row']> {
  const bytes = encodeManifest(manifest)
  const sha256 = createHash('sha256').update(bytes).digest()
  const path = join(folder, 'new-manifest.json')
  await writeFile(path, bytes, { mode: 0o600 })
  const row = { name: nameOf(period, 'manifest', generation), generation, bytes: bytes.length, sha256 }
  await periods.announce(period.id, [{ ...row, part: 'manifest', entries: manifest.totals.entries }])
  await store.put(row.name, { path, bytes: bytes.length, sha256 }, { lockUntil: retainUntil(now(), lockDays) })
  return row
}

/** Puts it on record, and lets the new objects stand for the period. */
export async function concludeRewrite(
  deps: EraseArchivesDeps,
  { caseId }: Erasing,
  { period, objects, manifest, row }: Rewritten,
): Promise<void> {
  const content = manifest.objects.filter(({ part }) => part === 'content')
  const replaced = objects.filter(
    ({ part, state, generation }) =>
      (part === 'content' || part === 'manifest') && state === 'stored' && generation < row.generation,
  )
  const stored = { name: row.name, sha256: toHex(row.sha256) }
  if ((await deps.entries.entry(period.tenantId, manifest.entry)) === undefined) {
    await appendOnce(
      deps,
      archiveEntry({
        id: manifest.entry,
        at: deps.now(),
        tenantId: period.tenantId,
        status: 'superseded',
        period: period.id,
        detail: jcs({
          ...archiveDetail(manifest, stored),
          case: caseId,
          supersedes: manifest.supersedes,
          replaced: replaced
            .filter(({ part }) => part === 'content')
            .map(({ name, sha256 }) => ({ name, sha256: toHex(sha256) })),
        }),
      }),
    )
  }
  await deps.ending.supersede(period.id, {
    manifest: { generation: row.generation, entry: manifest.entry },
    stored: [row.name, ...content.map(({ name }) => name)],
    superseded: replaced.map(({ name }) => name),
  })
}

function notVerified(what: readonly string[]): PalimpsestError {
  return new PalimpsestError({
    code: 'archive_mismatch',
    status: 409,
    message: `What came back from the store is not what was written: ${what.join(', ')}. Nothing was recorded or removed.`,
  })
}
