import type { ErasureRequest, ErasureState } from '../domain/erasure/types.ts'

export interface ErasureCase {
  id: string
  tenantId: string
  /** The API key that asked. */
  officer: string
  /** Milliseconds since the Unix epoch. */
  requestedAt: number
  request: ErasureRequest
  /** The key under which the request is sealed; destroyed when the case ends. */
  caseKeyId: string
  /** Whom it covers; empty before they are resolved, or where nobody is known. */
  subjects: readonly { pseudonym: string; dataKeyId: string; token: string }[]
}

/** What is known of a case without opening it. Times are milliseconds since the Unix epoch. */
export interface CaseFacts {
  id: string
  tenantId: string
  state: ErasureState
  officer: string
  approver: string | null
  decision: 'approved' | 'rejected' | null
  /** The entry in which the decision stands, once it is written. */
  decidedBy: string | null
  requestedAt: number
  deadline: number
  /** Null until the closing entry is in the ledger. */
  endedAt: number | null
  workflowId: string | null
  referenceExpiresAt: number
  receiptNumber: number | null
  announcedBy: string | null
  announcedAlso: readonly string[]
  endedBy: string | null
  errorCode: string | null
  /** Counts by step and store. */
  outcome: Readonly<Record<string, unknown>>
  hasCertificate: boolean
}

/** A case that a workflow has. */
export interface CaseUnderWay {
  facts: CaseFacts
  workflowId: string
  /** Another one with each change of the case. */
  version: string
}

export interface NewCase {
  id: string
  tenantId: string
  officer: string
  requestedAt: number
  deadline: number
  reference: string
  referenceExpiresAt: number
  request: ErasureRequest
}

/** Erasure cases as an officer sees them. Safe for concurrent use; every method is durable when it returns. */
export interface ErasureCases {
  /**
   * A case with what was asked, unsealed.
   * @throws KeyDestroyed once the case has ended.
   */
  open(caseId: string): Promise<ErasureCase>
  /** Undefined: it was created. Else the case of the same person that has not ended. */
  create(draft: NewCase): Promise<CaseFacts | undefined>
  /**
   * Makes a case that nobody works on ready to be started (again), with what is asked for now besides. Its reference stays where
   * no workflow took it and it has not expired; else `reference` takes its place. Undefined: it changed meanwhile.
   */
  takeUp(
    found: CaseFacts,
    now: Omit<NewCase, 'id' | 'tenantId' | 'deadline'>,
  ): Promise<{ reference: string } | undefined>
  /** Another tenant's case does not exist. */
  find(tenantId: string, caseId: string): Promise<CaseFacts | undefined>
  /** The newest first, those before `before` where it is given. */
  list(tenantId: string, before: string | null, limit: number): Promise<CaseFacts[]>
  certificate(tenantId: string, caseId: string): Promise<string | undefined>
  /**
   * Notes a decision and the id of its entry; `entry` is taken where there is none yet. Gives the case as it is then, or undefined
   * where it waits for none. What stands stays: compare `approver` and `decision`.
   */
  decide(
    tenantId: string,
    caseId: string,
    decision: { approver: string; decision: 'approved' | 'rejected'; entry: string },
  ): Promise<CaseFacts | undefined>
  /** Ends cases whose reference nobody used in time, and failed ones past their deadline; gives how many. */
  endAbandoned(): Promise<number>
  /** Cases of all tenants that a workflow has and that have not ended, in the order of their ids, behind `after`. */
  underWay(after: string | null, limit: number): Promise<CaseUnderWay[]>
  /** Fails a case whose workflow is gone. False: it has changed since it had this version, and stays as it is. */
  failLost(caseId: string, version: string, errorCode: string): Promise<boolean>
}
