/** Sealed copies of a person. */
export interface ErasureContent {
  /**
   * Deletes the next stretch of the case's subjects' sealed content, detected values and idempotency records, in one transaction;
   * the counts of all stretches are kept with the case. Safe to repeat from the start.
   * @param after null, or what the stretch before gave as `next`; `next` null: there is no more.
   * @param limit entries of the stretch, at most.
   */
  deleteStretch(
    caseId: string,
    after: string | null,
    limit: number,
  ): Promise<{ entries: number; values: number; next: string | null }>
}
