import type { ErasureCase } from './erasure-cases.ts'

/** Who a case is about. Each method may be repeated; every one is durable when it returns. */
export interface ErasureSubjects {
  /**
   * Finds the person's pseudonyms, by user id and by identifiers that are one, and the person's detected values in other people's
   * entries; keeps both with the case. What was found before stays. It does not depend on how many entries are theirs.
   */
  resolve(erasure: ErasureCase): Promise<{ subjects: number; values: number }>
  /** Takes the identity from the case's subjects and puts the erasure's token in its place; gives how many the case has. */
  detach(caseId: string): Promise<number>
}
