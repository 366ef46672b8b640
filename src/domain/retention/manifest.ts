import { isJsonObject, jcs, parseJson } from '../ledger/json.ts'
import { malformed } from '../ledger/malformed.ts'
import type { ControlTotals } from './control-totals.ts'
import type { ArchivePart } from './object-name.ts'

export const ARCHIVE_FORMAT = 'palimpsest-archive-1'

/** How rows of facts and content are ordered. */
export const ROW_ORDER = 'subject_pseudonym NULLS LAST, id'

/** A period of one tenant and retention class: days in UTC as `YYYY-MM-DD`, by the UUIDv7 of their entries. */
export interface PeriodKey {
  tenantId: string
  retentionClass: string
  fromDay: string
  /** Not in it. */
  belowDay: string
}

export interface ManifestObject {
  name: string
  part: ArchivePart
  bytes: number
  /** Hex. */
  sha256: string
  rows: number
}

/** Leaves of a period in one log: `leaves` of them between two indexes, both included. */
export interface LeafRange {
  log_id: string
  first: number
  last: number
  leaves: number
}

/** What was done with the objects after they had been fetched back, before anything was said about them. */
export interface Verified {
  /** Rows, control totals, digests of every column and the Merkle root were compared. Always true: what failed has no manifest. */
  read_back: true
  /** Rows whose ENVELOPE commitment and leaf hash were computed again from the file. */
  envelopes: { checked: number; of: number; chosen: 'all' | 'sample'; seed: string }
  /** Sealed blobs whose digest is not the envelope's, because something was cut out of them; receipts explain each. */
  blobs: { checked: number; cut: number }
}

/** A file beside the objects of a period; in the ledger stands its SHA-256. Written as JCS (RFC 8785). */
export interface ArchiveManifest {
  format: typeof ARCHIVE_FORMAT
  tenant: string
  retention_class: string
  from_day: string
  below_day: string
  generation: number
  /** The id of the entry of kind archive that names it. */
  entry: string
  /** The entry of the manifest that it takes the place of. */
  supersedes: string | null
  objects: readonly ManifestObject[]
  order: typeof ROW_ORDER
  /** Names and Parquet types by part, in the file's order. */
  columns: Readonly<Record<string, readonly (readonly [name: string, type: string])[]>>
  /** By part and column: what a change of any value would change; see docs/archive.md. */
  digests: Readonly<Record<string, Readonly<Record<string, string>>>>
  totals: ControlTotals
  /** RFC 6962 root over the leaf hashes in order of (log_id, leaf_index), hex. */
  merkle_root: string
  leaves: readonly LeafRange[]
  verified: Verified
  versions: Readonly<Record<string, string>>
  /** ISO 8601, UTC. */
  made_at: string
}

/** The bytes that are stored. */
export function encodeManifest(manifest: ArchiveManifest): Buffer {
  return Buffer.from(jcs(manifest), 'utf8')
}

/**
 * Reads a manifest's bytes.
 * @throws PalimpsestError `ledger_malformed` where they are no manifest of this format, in its canonical form.
 */
export function decodeManifest(bytes: Uint8Array): ArchiveManifest {
  const text = Buffer.from(bytes).toString('utf8')
  const value = parseJson(text, 'manifest of an archive')
  if (!isJsonObject(value) || value.format !== ARCHIVE_FORMAT) {
    throw malformed(`A manifest of an archive has to have the format ${ARCHIVE_FORMAT}.`)
  }
  if (jcs(value) !== text) throw malformed('A manifest of an archive has to be in its canonical form (RFC 8785).')
  return value as unknown as ArchiveManifest
}

/** What the ledger says of an archived period: the detail of the entry of kind archive. */
export interface ArchiveDetail {
  period: { from_day: string; below_day: string; retention_class: string; generation: number }
  entries: number
  sums: Readonly<Record<string, string | null>>
  objects: readonly { name: string; sha256: string; bytes: number; rows: number }[]
  manifest: { name: string; sha256: string }
  merkle_root: string
  leaves: readonly LeafRange[]
}

export function archiveDetail(manifest: ArchiveManifest, stored: { name: string; sha256: string }): ArchiveDetail {
  const { from_day, below_day, retention_class, generation } = manifest
  return {
    period: { from_day, below_day, retention_class, generation },
    entries: manifest.totals.entries,
    sums: manifest.totals.sums,
    objects: manifest.objects.map(({ name, sha256, bytes, rows }) => ({ name, sha256, bytes, rows })),
    manifest: stored,
    merkle_root: manifest.merkle_root,
    leaves: manifest.leaves,
  }
}
