import { createHash } from 'node:crypto'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toHex } from '../../src/domain/ledger/bytes.ts'
import {
  ARCHIVE_FORMAT,
  type ArchiveManifest,
  decodeManifest,
  encodeManifest,
  ROW_ORDER,
} from '../../src/domain/retention/manifest.ts'
import { objectName } from '../../src/domain/retention/object-name.ts'
import type { ArchivedPeriod, CatalogueObject } from '../../src/ports/archive-periods.ts'
import type { ArchiveFile, ArchiveStore } from '../../src/ports/archive-store.ts'
import type { MadePeriod, PeriodFile, ReadPeriod } from '../../src/ports/period-files.ts'
import type { ArchiveDeps } from './deps.ts'

/** What is known of a period once its objects are verified. */
export interface VerifiedPeriod {
  period: ArchivedPeriod
  generation: number
  made: MadePeriod
  read: ReadPeriod
}

/** An object as the catalogue announces it. */
export type Announced = Omit<CatalogueObject, 'state'>

export function announcedPart(period: ArchivedPeriod, generation: number, file: PeriodFile): Announced {
  const { part, bytes, sha256, rows } = file
  return { name: nameOf(period, part, generation), part, generation, bytes, sha256, entries: rows }
}

export function nameOf(period: ArchivedPeriod, part: CatalogueObject['part'], generation: number): string {
  const { tenantId, retentionClass, fromDay: day } = period
  return objectName({ tenantId, retentionClass, part, day, generation })
}

/** Writes the manifest into `folder`, and what the catalogue says of it. */
export async function writeManifest(
  verified: VerifiedPeriod,
  folder: string,
  { now, version }: Pick<ArchiveDeps, 'now' | 'version'>,
): Promise<{ file: ArchiveFile; announced: Announced }> {
  const bytes = encodeManifest(manifestOf(verified, { now, version }))
  const sha256 = createHash('sha256').update(bytes).digest()
  const path = join(folder, 'manifest.json')
  await writeFile(path, bytes, { mode: 0o600 })
  const { period, generation, made } = verified
  const name = nameOf(period, 'manifest', generation)
  return {
    file: { path, bytes: bytes.length, sha256 },
    announced: { name, part: 'manifest', generation, bytes: bytes.length, sha256, entries: made.totals.entries },
  }
}

function manifestOf(
  { period, generation, made, read }: VerifiedPeriod,
  { now, version }: Pick<ArchiveDeps, 'now' | 'version'>,
): ArchiveManifest {
  const byPart = <T>(of: (file: PeriodFile) => T) => Object.fromEntries(made.files.map((file) => [file.part, of(file)]))
  return {
    format: ARCHIVE_FORMAT,
    tenant: period.tenantId,
    retention_class: period.retentionClass,
    from_day: period.fromDay,
    below_day: period.belowDay,
    generation,
    entry: period.id,
    supersedes: null,
    objects: made.files.map(({ part, bytes, sha256, rows }) => ({
      name: nameOf(period, part, generation),
      part,
      bytes,
      sha256: toHex(sha256),
      rows,
    })),
    order: ROW_ORDER,
    columns: byPart(({ columns }) => columns),
    digests: byPart(({ digests }) => digests),
    totals: made.totals,
    merkle_root: toHex(made.root),
    leaves: made.leaves,
    verified: { read_back: true, envelopes: read.envelopes, blobs: read.blobs },
    versions: { ...made.versions, palimpsest: version },
    made_at: new Date(now()).toISOString(),
  }
}

/** Reads a manifest from the store, under the digest that the catalogue has. */
export async function readManifest(
  store: Pick<ArchiveStore, 'fetch'>,
  { name, sha256 }: Pick<CatalogueObject, 'name' | 'sha256'>,
  folder: string,
): Promise<ArchiveManifest> {
  const path = join(folder, 'manifest.json')
  await store.fetch(name, path, sha256)
  if ((await stat(path)).size > MOST_BYTES) throw new Error('a manifest that is too long')
  return decodeManifest(await readFile(path))
}

const MOST_BYTES = 64 << 20
