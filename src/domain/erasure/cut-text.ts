import { applyEdits, findMentionsInJson, MARKER, type Search } from './find-mentions.ts'

export interface Remaining {
  text: string
  /** Places in which something was cut out. */
  mentions: number
}

/** Times that a text is looked through again, because what was cut out brought something together. */
const ROUNDS = 4

/**
 * Cuts every mention out of JSON text (or, where it is none, of text), so that none is found in what remains. The JSON stays
 * valid, and every byte outside the mentions stays as it is. Null where there is nothing to cut.
 */
export function cutJson(raw: string, search: Search): Remaining | null {
  let text = raw
  let mentions = 0
  for (let round = 0; round < ROUNDS; round += 1) {
    const edits = findMentionsInJson(text, search)
    if (edits.length === 0) return mentions === 0 ? null : { text, mentions }
    mentions += edits.length
    text = applyEdits(text, edits)
  }
  // Nothing known gets here; what cannot be cut out goes as a whole.
  return { text: JSON.stringify(MARKER), mentions }
}
