import type { ErasureState } from '../domain/erasure/types.ts'
import type { CaseFacts } from './erasure-cases.ts'

export type Claim = CaseFacts | 'unknown' | 'used' | 'expired'

/** How a case goes on, for the steps of its workflow. Each method may be repeated; every one is durable when it returns. */
export interface ErasureProgress {
  /** Takes a reference for a workflow: once, but again for the same workflow as long as the case has not ended. */
  claim(referenceDigest: Uint8Array, workflowId: string): Promise<Claim>
  /** @throws Error where there is no such case. */
  facts(caseId: string): Promise<CaseFacts>
  /** Moves it where that is a legal step; false: it is not. `errorCode` null: there is none (any more). */
  move(caseId: string, to: ErasureState, errorCode: string | null): Promise<boolean>
  /** The number of its receipt: the next of the tenant, once. Numbers are dense. */
  numberReceipt(caseId: string): Promise<number>
  /** Notes one more entry that announces it, before it is written; gives the first one, which leads the others. */
  noteAnnouncement(caseId: string, entry: string): Promise<string>
  /** Notes the entry that will end it, before it is written. */
  noteEnd(caseId: string, entry: string): Promise<void>
  /** The case whose receipt this entry leads; undefined where there is none. */
  announcedBy(entry: string): Promise<CaseFacts | undefined>
  /** Texts of other people that are cut: what the receipt names. */
  cuts(caseId: string): Promise<{ entry: string; group: 'prompt' | 'response'; now: string }[]>
  /** Notes that the closing entry is in the ledger, with members of its outcome. */
  noteEnded(caseId: string, outcome: Readonly<Record<string, unknown>>): Promise<void>
  /** Destroys the case's key and what was sealed under it. */
  seal(caseId: string): Promise<void>
}
