/** Steps of a report, each of which may be repeated. Inputs and results stand in the history: ids, counts and codes only. */
export interface ReportRef {
  reportId: string
}

export type Collected =
  | {
      state: 'collected'
      /** Entries that were read; those of the tenant that are not accounted for; tables. */
      entries: number
      missing: number
      tables: number
    }
  /** Archived objects have to be restored from a deeper class first; that has been asked for. */
  | { state: 'restore_pending'; objects: number }
  /** It was taken back, or has ended. */
  | { state: 'ended' }

export interface ReportActivities {
  /** Reads, asks, and packs what came out. */
  collectReport(input: ReportRef): Promise<Collected>
  /** Puts it on record, before anybody can read it. */
  recordReport(input: ReportRef): Promise<{ entry: string }>
  /** Adds the proof of its entry, and opens it for reading. Fails until the entry is under a signed checkpoint. */
  sealReport(input: ReportRef): Promise<{ bytes: number }>
  failReport(input: ReportRef & { code: string }): Promise<void>
}
