/** A placeholder that the request's redaction makes, so that restoring has work to do within the stream. */
const PLACEHOLDER = '[EMAIL_ADDRESS_1]'
/** UTF-16 units in each piece of the stream. */
export const PIECE_LENGTH = 8

/** What the model says over `chunks` pieces: words, and the placeholder where every twentieth word would stand. */
export function streamText(chunks: number): string {
  let text = ''
  for (let word = 0; text.length < chunks * PIECE_LENGTH; word++) {
    text += word % 20 === 19 ? `${PLACEHOLDER} ` : `word${String(word).padStart(3, '0')} `
  }
  return text
}

/** What the client has to see of it. */
export function restoredText(text: string, value: string): string {
  return text.replaceAll(PLACEHOLDER, value)
}
