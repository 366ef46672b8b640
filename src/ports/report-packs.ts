import type { HoldChange } from './ending-archives.ts'

/** The ends of reports' packs. Every change is durable when it resolves, and may be repeated. Safe for concurrent use. */
export interface ReportPacks {
  /** Runs `work` where nobody else ends this report's pack. */
  exclusively<T>(reportId: string, work: () => Promise<T>): Promise<T | 'busy'>
  /** Tenants with packs that are not removed. */
  tenants(): Promise<string[]>
  /** Reports whose packs are as old as their tenant keeps them, by the database's clock, in order of their id. */
  ending(kept: readonly { tenantId: string; days: number }[], limit: number, after: string | null): Promise<string[]>
  /** Whether a hold in force is on the tenant, on a time that the report covers, or on the person whom it is about. */
  isHeld(reportId: string): Promise<boolean>
  /**
   * Notes the id of the entry that will end the pack and gives the one that is noted. One that was noted a day ago or longer and has
   * no entry is replaced: its own day may be sealed.
   */
  openExpiry(reportId: string, newEntryId: string): Promise<string>
  /** From now on nobody is given the pack. */
  expired(reportId: string): Promise<void>
  /** Its objects are gone. */
  removed(reportId: string): Promise<void>
  /** Packs of which the store's own hold differs from the legal holds in force, by name, behind `after`. */
  holdChanges(limit: number, after: string): Promise<HoldChange[]>
  noteHold(name: string, on: boolean): Promise<void>
}
