import { isWordAt } from '../recognisers/context-words.ts'

const CAPITAL = /\p{Lu}/u

/** Where a word with a capital may start: at a capital outside a word, or at the first half of what may be one. Linear. */
export function capitals(text: string): number[] {
  const found: number[] = []
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i)
    const isCapital =
      code < 128 ? code >= 65 && code <= 90 : (code >= 0xd800 && code < 0xdc00) || CAPITAL.test(text[i] ?? '')
    if (isCapital && !isWordAt(text, i - 1)) found.push(i)
  }
  return found
}

/** The matches of a pattern that start at one of these places, one after the other. @param pattern with the flag y */
export function matchesAt(text: string, pattern: RegExp, starts: readonly number[]): RegExpExecArray[] {
  const found: RegExpExecArray[] = []
  let from = 0
  for (const start of starts) {
    if (start < from) continue
    pattern.lastIndex = start
    const match = pattern.exec(text)
    if (match === null) continue
    from = start + match[0].length
    found.push(match)
  }
  return found
}
