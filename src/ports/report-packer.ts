import type { ReportData } from '../domain/reports/types.ts'
import type { ArchiveFile } from './archive-store.ts'

/** The first half of a pack, before the ledger knows of it. */
export interface ReportBody {
  /** What the report's entry has to hold: `reportDetail` (src/domain/reports/pack-manifest.ts). */
  manifestSha256: Uint8Array
  file: ArchiveFile
}

/** What becomes of a body once its entry has a leaf. */
export interface SealOptions {
  tenantId: string
  /** The report's own entry. */
  entryId: string
  /** Where the body lies. */
  body: string
  /** Where the pack is to lie; what stands there is written over. */
  pack: string
}

/**
 * Makes a report's evidence pack. Duties: what is in a pack is bound by its manifest, whose SHA-256 stands in the report's entry;
 * what could not be had is named in it, never left out in silence. Both steps may be repeated; a body that is made again has other
 * bytes, so its entry has to be of the one that is sealed.
 */
export interface ReportPacker {
  /**
   * Packs what lies in `folder` (`data/<table>.csv` and `data/<table>.json` of every table) with paper, queries, proofs of
   * sampled entries and of the archives that were read, histories, verifiers and the manifest. The body lies in the folder, too.
   * @throws PalimpsestError `report_data_missing` where a table has no file.
   */
  buildBody(folder: string, data: ReportData): Promise<ReportBody>
  /**
   * Adds the proof of the report's entry.
   * @throws PalimpsestError `report_not_anchored` where the entry has no leaf under a signed checkpoint yet: the same call may succeed later.
   */
  sealPack(options: SealOptions): Promise<ArchiveFile>
}
