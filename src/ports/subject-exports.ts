import type { SealedEntry } from '../domain/exports/exported-entry.ts'
import type { Officer, SealedNote } from '../domain/requests/act-entry.ts'

export type ExportState = 'pending' | 'running' | 'completed' | 'failed' | 'expired'

export interface NewExport {
  id: string
  officer: Officer
  /** Milliseconds since the Unix epoch. */
  requestedAt: number
  /** Null: nobody is known by the user id that was asked for. */
  subject: { pseudonym: string; dataKeyId: string; purpose: SealedNote | null } | null
  /** Id of the entry that will say that it was made. */
  disclosureId: string
}

export interface StoredExport extends NewExport {
  state: ExportState
  /** The person's key is destroyed. */
  erased: boolean
  /** Null until it is completed. */
  entries: number | null
  sealedSummary: Uint8Array | null
  completedAt: number | null
  expiresAt: number | null
  errorCode: string | null
}

/** Thrown where another run collects this export, or it has ended. */
export class ExportSuperseded extends Error {
  constructor() {
    super('another run collects this export, or it has ended')
    this.name = 'ExportSuperseded'
  }
}

/**
 * Exports of what is stored of a person, sealed under that person's key and kept for a short time. Every method is durable when it
 * returns. Safe for concurrent use.
 */
export interface SubjectExports {
  create(draft: NewExport): Promise<void>
  /** Another tenant's export does not exist. */
  find(tenantId: string, id: string): Promise<StoredExport | undefined>
  /** @throws Error where there is none. */
  open(id: string): Promise<StoredExport>
  /** Begins to collect, from nothing: what another run has collected is dropped, and it may write no more. False: it has ended. */
  begin(id: string, run: string): Promise<boolean>
  /** @throws ExportSuperseded */
  addPart(id: string, run: string, partNo: number, sealed: Uint8Array): Promise<void>
  /** Notes what was collected; `erased` drops it. @throws ExportSuperseded */
  noteCollected(
    id: string,
    run: string,
    result: { entries: number; erased: boolean; sealedSummary: Uint8Array | null },
  ): Promise<void>
  /** From now on it can be read, until `expiresAt`. Safe to repeat: what stands stays. */
  complete(id: string, completedAt: number, expiresAt: number): Promise<void>
  /** Ends one that has not ended yet, and drops what was collected; false: it has. */
  fail(id: string, errorCode: string, from: readonly ('pending' | 'running')[]): Promise<boolean>
  /** Drops what was collected for exports whose time is over; that they were made stays. Gives how many. */
  expireOverdue(): Promise<number>
  /** Undefined: there are no more. */
  part(id: string, partNo: number): Promise<Uint8Array | undefined>
  /** A person's entries that an export shows, in the order of their ids. */
  entries(tenantId: string, pseudonym: string, after: string | null, limit: number): Promise<SealedEntry[]>
}
