import type { HintFacts } from '../domain/hints/types.ts'

export interface HintScope {
  tenantId: string
  /** Milliseconds since the Unix epoch; `to` is not in it. */
  from: number
  to: number
}

export interface HintAnswer extends Pick<HintFacts, 'usage' | 'endings' | 'speeds' | 'findings'> {
  /** Archived objects that were read beside the database. */
  archivedObjects: number
}

/**
 * The counts that hints are found in, from the entries in the database and in the archive, each counted once, in one snapshot. Only
 * reads. Safe for concurrent use. @throws RestorePending where archived objects have to be fetched from a deeper class first.
 */
export interface HintLedger {
  read(scope: HintScope): Promise<HintAnswer>
}
