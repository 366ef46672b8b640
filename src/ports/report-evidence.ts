/** A manifest of the archive. */
export interface ArchivedManifest {
  /** The entry of kind archive that holds its SHA-256. */
  entry: string
  bytes: Uint8Array
}

/** A run of a request's workflow, as the engine exports it. */
export interface ExportedRun {
  runId: string
  /** The engine's own JSON. */
  history: string
}

/** What a report's pack takes from the ledger and the archive, of one tenant each. Only reads. Safe for concurrent use. */
export interface ReportEvidence {
  /** Verifier keys of all generations of the tenant's log, in C2SP form. */
  signers(tenantId: string): Promise<readonly string[]>
  /** The proof of an entry (C2SP tlog-proof, no openings); undefined while no signed checkpoint has it, or where it is not known. */
  proof(tenantId: string, entryId: string): Promise<string | undefined>
  /** What the workflow engine said of a request; empty: nothing was kept. */
  histories(tenantId: string, entryId: string): Promise<readonly ExportedRun[]>
  /** The manifest that names an object of the archive; undefined: it could not be had. */
  archiveManifest(tenantId: string, objectName: string): Promise<ArchivedManifest | undefined>
}
