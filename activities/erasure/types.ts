/**
 * Steps of an erasure, each of which may be repeated after a crash at any point. Inputs and results stand in the history: ids,
 * counts and codes only.
 */
export interface CaseRef {
  caseId: string
}

export interface ClaimedCase extends CaseRef {
  tenant: string
  /** True: a second pair of eyes has to approve. */
  needsApproval: boolean
  /** Milliseconds since the Unix epoch: one month after the request (Art. 12(3) GDPR). */
  deadline: number
  /** Milliseconds before the deadline at which a missing approval is called to mind. */
  remindBefore: number[]
  /** True: an earlier run wrote the closing entry, and only the end is left to do. */
  isClosing: boolean
}

export interface Resolved {
  /** Pseudonyms of the person. */
  subjects: number
  /** Detected values of the person in other people's entries. */
  values: number
}

export interface CutMentions {
  /** Detected values deleted in other people's entries. */
  values: number
  /** Stored texts of other people that were looked at, and those in which a mention was cut out. */
  textsScanned: number
  textsCut: number
  /** Stored texts that could not be opened, because their own key is gone. */
  textsUnreadable: number
}

/** What was looked at in one store, and how often the person was still found there. */
export interface StoreResidue {
  store: string
  looked: number
  found: number
  /** Found where a legal hold in force forbids to take anything away: it stays, and is no residue. */
  held?: number
  /** Found where somebody has to change it by hand: a value that a policy lists. It stays until then. */
  toChange?: number
  /** Sealed copies that were tried, and those that no longer open because their key is destroyed. */
  sealedTried?: number
  sealedDestroyed?: number
}

export interface ErasureActivities {
  /**
   * Takes the single-use reference for this workflow; the same workflow may take it again until its case has ended.
   * Fails for good with type `reference_unknown`, `reference_used` or `reference_expired`.
   */
  claimErasure(input: { reference: string }): Promise<ClaimedCase>
  resolvePerson(input: CaseRef): Promise<Resolved>
  /** Ids of the legal holds in force that forbid it. */
  findHolds(input: CaseRef): Promise<{ holds: string[] }>
  /** Puts the refusal on record. */
  refuseErasure(input: CaseRef & { code: string; holds: string[] }): Promise<void>
  awaitApproval(input: CaseRef): Promise<void>
  /** Whether an officer other than the one who asked has decided: what a signal says counts only if it stands on record. */
  readApproval(input: CaseRef): Promise<{ decision: 'approved' | 'rejected' | null }>
  remindApproval(input: CaseRef & { daysLeft: number }): Promise<void>
  /** Looks for mentions in other people's stored text and keeps what is left of each text without them; deletes nothing. */
  findMentions(input: CaseRef): Promise<Omit<CutMentions, 'values' | 'textsCut'> & { texts: number }>
  /**
   * Appends the receipt, which names what will be gone; gives its entry. Called before the person's own content goes and again
   * before other people's text is cut: what the receipt does not name yet stands in another entry under the same number.
   */
  announceErasure(input: CaseRef): Promise<{ receipt: number; entry: string }>
  /** Waits until the entry has its leaf under a signed checkpoint. */
  awaitLeaf(input: { entry: string; tenant: string }): Promise<{ leaf: number }>
  /**
   * Writes to the anchor store what a restored database has to do again. Called behind each announcement: what no tombstone of
   * the case names yet is in another one.
   */
  publishTombstones(input: CaseRef): Promise<{ number: number }>
  detachIdentity(input: CaseRef): Promise<{ subjects: number }>
  destroyKeys(input: CaseRef): Promise<{ keys: number }>
  /** Waits until nothing of the person is in flight; requests that were end with an envelope-only entry. */
  endInFlight(input: CaseRef): Promise<{ requests: number }>
  deleteContent(input: CaseRef): Promise<{ entries: number; values: number }>
  cutMentions(input: CaseRef): Promise<{ values: number; textsCut: number }>
  /** Null: there is no archive. */
  eraseArchives(input: CaseRef): Promise<{ objects: number } | null>
  checkHistories(input: CaseRef): Promise<StoreResidue>
  scanResidue(input: CaseRef): Promise<{ stores: StoreResidue[] }>
  /** Appends the closing entry. */
  completeErasure(input: CaseRef & { residue: StoreResidue[]; counts: ErasureCounts }): Promise<{ entry: string }>
  destroyCaseKey(input: CaseRef): Promise<void>
  signCertificate(input: CaseRef): Promise<{ sha256: string }>
  /** The case is completed: what it did, as an earlier run may have done it. */
  closeCase(input: CaseRef): Promise<{ receipt: number; counts: ErasureCounts; residue: StoreResidue[] }>
  /** Notes that the erasure failed; what was done stays done and it can be run again. */
  failErasure(input: CaseRef & { code: string }): Promise<void>
}

export interface ErasureCounts {
  subjects: number
  keys: number
  inFlight: number
  entries: number
  values: number
  othersValues: number
  textsScanned: number
  textsCut: number
  textsUnreadable: number
  archiveObjects: number | null
}

/** The steps of an erasure that concern its case, its person and the ledger; the others look through stores. */
export type CoreSteps = Pick<
  ErasureActivities,
  | 'claimErasure'
  | 'resolvePerson'
  | 'refuseErasure'
  | 'awaitApproval'
  | 'readApproval'
  | 'remindApproval'
  | 'announceErasure'
  | 'awaitLeaf'
  | 'detachIdentity'
  | 'destroyKeys'
  | 'deleteContent'
  | 'completeErasure'
  | 'closeCase'
  | 'failErasure'
>
