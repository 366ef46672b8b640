/** Results of the ledger's activities: counts, numbers and places only. They stand in the history. */
export interface AnchorResult {
  /** The anchor's number; null: nothing had grown. */
  anchor: number | null
  logs: number
  leaves: number
  /** The newest anchor was time-stamped in this round. */
  stamped: boolean
}

/** Who else vouches for the last anchor of a log. */
export interface Vouched {
  /** How many witnesses cosigned it, and how many should. */
  witnesses?: { cosigned: number; quorum: number }
  /** Whether the anchor that holds it has a time stamp. */
  time_stamp?: boolean
}

export interface CheckedLog extends Vouched {
  tenant: string
  holds: boolean
  /** Leaves that were looked at. */
  leaves: number
  /** What the verifier says first; null where it holds. */
  first: string | null
}

export interface SelfCheckResult {
  logs: CheckedLog[]
}

export interface LedgerActivities {
  anchor(): Promise<AnchorResult>
  selfCheck(): Promise<SelfCheckResult>
}
