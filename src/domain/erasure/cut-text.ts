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
 * valid, and every byte outside the mentions stays as it is, but for an answer's probabilities. Null where there is nothing
 * to cut.
 */
export function cutJson(raw: string, search: Search): Remaining | null {
  let text = raw
  let mentions = 0
  for (let round = 0; round < ROUNDS; round += 1) {
    const edits = findMentionsInJson(text, search)
    if (edits.length === 0) return mentions === 0 ? null : { text: withoutProbabilities(text), mentions }
    mentions += edits.length
    text = applyEdits(text, edits)
  }
  // Nothing known gets here; what cannot be cut out goes as a whole.
  return { text: JSON.stringify(MARKER), mentions }
}

/** Probabilities tell an answer once more, token by token, where no mention is found: out of an answer that was cut they go. */
function withoutProbabilities(text: string): string {
  if (!text.includes('"logprobs":{')) return text
  const answer = answerOf(text)
  if (!Array.isArray(answer?.choices)) return text
  for (const choice of answer.choices) if (choice?.logprobs) choice.logprobs = null
  return JSON.stringify(answer)
}

/** Null: the text is no JSON. */
function answerOf(text: string): { choices?: unknown } | null {
  try {
    return JSON.parse(text) as { choices?: unknown } | null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
