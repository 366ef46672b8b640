import type { PriceTable } from '../../domain/cost/price.ts'
import type { DataKey } from '../../domain/sealing/seal.ts'
import type { LedgerWriter } from '../../ports/ledger-writer.ts'
import type { Subject } from '../../ports/subject-directory.ts'
import type { DemoPolicy } from './build-call.ts'

export interface DemoOptions {
  /** Requests, over all tenants and days. */
  entries: number
  days: number
  /** Milliseconds since the Unix epoch of the midnight, UTC, that the year ends at. */
  untilMs: number
  seed: string
  tenants: readonly (DemoPolicy & { id: string; region: string })[]
  /** Told now and then how many entries are written. */
  onProgress(entries: number): void
}

export interface DemoResult {
  /** Entries by kind. */
  written: Record<string, number>
  from: string
  to: string
}

/** A tenant with the number that the first receipt of its year gets. */
export type DemoTenantOptions = DemoOptions['tenants'][number] & { firstReceipt: number }

/** One of so many shares of a year, each written beside the others: the calls are dealt out in turn; acts are in the first share. */
export interface Share extends Pick<DemoOptions, 'entries' | 'days' | 'untilMs' | 'seed'> {
  tenants: readonly DemoTenantOptions[]
  index: number
  of: number
}

/** What a share is written into. */
export interface ShareStore {
  ledger: LedgerWriter
  prices: PriceTable
  /** Finds somebody, or makes them known: once, whoever else writes a share. */
  resolve(tenantId: string, identity: string): Promise<Subject>
  createDataKey(tenantId: string, subjectPseudonym: string): Promise<DataKey>
}
