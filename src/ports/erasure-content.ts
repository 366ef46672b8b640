/** Sealed copies of a person. */
export interface ErasureContent {
  /**
   * Deletes the next stretch of the case's subjects' sealed content, detected values and idempotency records, in a transaction of
   * well under a second; the counts of all stretches are kept with the case. Safe to repeat from the start.
   * @param after null, or what the stretch before gave as `next`; `next` null: there is no more.
   */
  deleteStretch(caseId: string, after: string | null): Promise<{ entries: number; values: number; next: string | null }>
}
