/** What a call is to meet at the double, written into the prompt itself: the double knows nothing else of the request. */
export interface Directions {
  /** Names the request in the double's log. No word of a person, so redaction leaves it. */
  marker: string
  waitMs: number
  /** Between two pieces of a stream. */
  pieceMs: number
  /** How much longer than the echo the answer is. */
  words: number
  /** What the first call of the request meets; later ones are answered. */
  failure: Failure
}

export const FAILURES = ['none', 'error', 'limit', 'reset', 'half'] as const
export type Failure = (typeof FAILURES)[number]

export function writeDirections(directions: Directions): string {
  const { marker, waitMs, pieceMs, words, failure } = directions
  return `${marker} waits ${waitMs} then ${pieceMs} for ${words} with ${failure}.`
}

const FORM = /(case-[a-z0-9]+-\d+) waits (\d+) then (\d+) for (\d+) with (\w+)\./

/** @throws Error where redaction took the directions for personal data. */
export function readDirections(text: string): Directions {
  const found = FORM.exec(text)
  const failure = FAILURES.find((one) => one === found?.[5])
  if (!found?.[1] || failure === undefined) throw new Error('a prompt without directions')
  return {
    marker: found[1],
    waitMs: Number(found[2]),
    pieceMs: Number(found[3]),
    words: Number(found[4]),
    failure,
  }
}
