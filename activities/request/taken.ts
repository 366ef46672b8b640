import type { AttemptOutcome } from '../../src/domain/requests/types.ts'
import type { RouteTarget } from '../../src/domain/routing/types.ts'

/** What a step finds when it looks for the attempt to work on. */
export type Taken =
  /** This process holds attempt `attemptNo` and may call the model. */
  | { kind: 'ours'; attemptNo: number; target: RouteTarget }
  /** The attempt has ended already. */
  | { kind: 'ended'; attemptNo: number; outcome: AttemptOutcome }
  /** The request is no longer in flight: its entry is in the ledger. */
  | { kind: 'recorded' }
