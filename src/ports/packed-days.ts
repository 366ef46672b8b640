/**
 * Facts of days that are sealed and still in the database, packed for the reports to come: nothing of them changes any more. Each
 * tenant's day is packed once. Safe for concurrent use, by several gateways too: two that pack the same day write the same.
 */
export interface PackedDays {
  /**
   * Packs what is not packed yet, the newest days first, one after another. @returns how many it has packed
   * @throws what kept it from a day, behind the others; it is tried again by the next call
   * @param signal ends it; what is packed by then stays
   */
  pack(signal: AbortSignal): Promise<number>
}
