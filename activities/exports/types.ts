/** Steps of an export, each of which may be repeated. Inputs and results stand in the history: ids, counts and times only. */
export interface ExportRef {
  exportId: string
}

export interface ExportActivities {
  /** Opens the person's entries and keeps them sealed for the export. Null: the export was taken back or has ended. */
  collectExport(input: ExportRef): Promise<{ entries: number; erased: boolean } | null>
  /** Puts the export on record as a disclosure, before anybody can read it; null: it shows nothing. */
  discloseExport(input: ExportRef): Promise<{ entry: string | null }>
  /** Opens it for reading. @returns milliseconds since the Unix epoch until which it is kept. */
  completeExport(input: ExportRef): Promise<{ expiresAt: number }>
  failExport(input: ExportRef & { code: string }): Promise<void>
}
