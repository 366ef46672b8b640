import type { ControlTotals } from '../domain/retention/control-totals.ts'
import type { LeafRange, PeriodKey } from '../domain/retention/manifest.ts'
import type { ArchiveFile } from './archive-store.ts'

export type PeriodPart = 'facts' | 'content' | 'histories'

/** A part's file, and digests of its columns. */
export interface PeriodFile extends ArchiveFile {
  part: PeriodPart
  rows: number
  digests: Readonly<Record<string, string>>
  /** Names and types of its columns, in order. */
  columns: readonly (readonly [name: string, type: string])[]
}

/** What the database holds of a period in one snapshot, and the files that were made of it. */
export interface MadePeriod {
  totals: ControlTotals
  root: Uint8Array
  leaves: readonly LeafRange[]
  /** None: the period is empty. No content or histories where there are none. */
  files: readonly PeriodFile[]
  versions: Readonly<Record<string, string>>
}

/** The same of the files alone, as they came back from the store. */
export interface ReadPeriod {
  totals: ControlTotals
  root: Uint8Array
  leaves: readonly LeafRange[]
  rows: Readonly<Partial<Record<PeriodPart, number>>>
  digests: Readonly<Partial<Record<PeriodPart, Readonly<Record<string, string>>>>>
  envelopes: { checked: number; of: number; chosen: 'all' | 'sample'; seed: string }
  blobs: { checked: number; cut: number }
  /** An entry whose row does not open its own commitment, or is not its leaf; null: none was found. */
  broken: string | null
}

/**
 * Makes the files of a period and reads such files. Duties: one snapshot for all parts and totals; rows in the manifest's order;
 * nothing is left outside `folder`; NULL and empty text are told apart. `signal` ends the work at once.
 */
export interface PeriodFiles {
  /**
   * @throws PalimpsestError `archive_leaf_missing` where an entry has no leaf: the message names the entry.
   */
  make(period: PeriodKey, folder: string, signal: AbortSignal): Promise<MadePeriod>
  /** @param seed what decides which rows are sampled, 16 hex digits. */
  read(
    paths: Readonly<Partial<Record<PeriodPart, string>>>,
    folder: string,
    seed: string,
    signal: AbortSignal,
  ): Promise<ReadPeriod>
}
