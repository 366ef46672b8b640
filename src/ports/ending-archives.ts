import type { CatalogueObject } from './archive-periods.ts'
import type { ContentChange } from './archive-rows.ts'

/** A period that is past the end of its life, or an object that a hold has kept longer. */
export interface EndingPeriod {
  id: string
  tenantId: string
  retentionClass: string
  /** `YYYY-MM-DD`, UTC. */
  fromDay: string
}

/** An object and whether the store is to keep it. */
export interface HoldChange {
  name: string
  on: boolean
}

/** A manifest in the store. */
export interface UnknownManifest {
  name: string
  /** `YYYY-MM-DD`, UTC. */
  day: string
  generation: number
}

/** What the catalogue says of archives that an erasure, a hold or the end of their life touches. Safe for concurrent use. */
export interface EndingArchives {
  /** Periods with rows of the case's subjects, or with a text of somebody else that the case has cut in the database. */
  periodsOf(caseId: string): Promise<string[]>
  /** Texts of this period that the case has cut, as the database has them now. */
  cutsIn(caseId: string, periodId: string): Promise<ContentChange['cuts']>
  /**
   * In one transaction: these objects are `stored`, what they take the place of is `superseded`, and where there is a new manifest, it
   * names the period. Safe to repeat.
   */
  supersede(
    periodId: string,
    change: {
      manifest: { generation: number; entry: string } | null
      stored: readonly string[]
      superseded: readonly string[]
    },
  ): Promise<void>
  /** Tenants whose log was opened anew: their database may be older than the archive. */
  recovered(): Promise<string[]>
  /** Of these manifests those that a recorded, standing period should know and does not: newer ones than its own. */
  unknownManifests(
    tenantId: string,
    retentionClass: string,
    manifests: readonly UnknownManifest[],
  ): Promise<(UnknownManifest & { periodId: string })[]>
  /**
   * In one transaction: these objects, which the catalogue did not know, stand for the period (the first manifest and the content) or
   * are `superseded` (other manifests), and what they take the place of is `superseded`.
   */
  adopt(
    periodId: string,
    change: {
      manifest: { generation: number; entry: string }
      stored: readonly Omit<CatalogueObject, 'state'>[]
      superseded: readonly Omit<CatalogueObject, 'state'>[]
    },
  ): Promise<void>
  /** Content objects that a case has had rewritten, as the ledger's entries say. */
  rewrittenFor(tenantId: string, caseId: string): Promise<number>
  /** Content objects that stand and hold rows of the case's subjects, held ones too; and superseded ones that are not removed yet. */
  residueOf(caseId: string): Promise<{ objects: { name: string; sha256: Uint8Array }[]; left: number }>
  /** The last day, by class, of archived periods of a tenant with content that the database has no longer. */
  coldUntil(tenantId: string): Promise<{ retentionClass: string; lastDay: string }[]>

  /** Periods whose day is as old as its class keeps it, by the database's clock, and that are not ended; in order of day and id. */
  ending(
    classes: readonly { tenantId: string; retentionClass: string; deleteAfterDays: number }[],
    limit: number,
    after: string | null,
  ): Promise<EndingPeriod[]>
  /** Tenants and classes that have periods which are not ended. */
  classes(): Promise<{ tenantId: string; retentionClass: string }[]>
  /** Ended periods of which a held object stands. */
  withHeld(): Promise<string[]>
  /** Holds in force on the whole of a period; and the people in it who are under one. */
  holdsOn(periodId: string): Promise<{ whole: string[]; people: string[] }>
  /** The newest entry of kind `archive` about a period with this status whose detail names `object`, or any where that is null. */
  entryOn(tenantId: string, periodId: string, status: string, object: string | null): Promise<string | undefined>
  /** The period's end stands in this entry: its objects but manifests and what is held are `superseded`. */
  noteEnded(periodId: string, entry: string): Promise<void>
  /** All its objects are removed. */
  expired(periodId: string): Promise<void>
  /** Objects of which the store's own hold differs from the legal holds in force, by name, behind `after`. */
  holdChanges(limit: number, after: string): Promise<HoldChange[]>
  noteHold(name: string, on: boolean): Promise<void>
}
