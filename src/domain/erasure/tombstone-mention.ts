/** A cut of one text as a database knows it: digests of the sealed blob before and after, in hex. */
export interface Cut {
  caseId: string
  old: string
  now: string
  /** What remains is still there to be put in its place. */
  isKnown: boolean
}

/** `leave`: the mention is gone. `cut`: what remains without it is at hand. `delete`: the text still mentions the person. */
export type MentionFate = 'leave' | 'cut' | 'delete'

/**
 * What to do about a text that a tombstone names. It is left where it is what the cut left, or what later cuts made of that;
 * any other one is from before.
 *
 * @param stored digest of the sealed blob as it is, null: there is none.
 * @param cuts what the database knows of cuts of this text, by any case.
 */
export function decideMention(
  stored: string | null,
  erased: { caseId: string; now: string },
  cuts: readonly Cut[],
): MentionFate {
  if (stored === null) return 'leave'
  const after = new Set([erased.now])
  // Cuts may come in any order.
  for (let size = 0; size !== after.size; ) {
    size = after.size
    for (const { old, now } of cuts) if (after.has(old)) after.add(now)
  }
  if (after.has(stored)) return 'leave'
  const own = cuts.find(({ caseId, old, now }) => caseId === erased.caseId && old === stored && now === erased.now)
  return own?.isKnown ? 'cut' : 'delete'
}
