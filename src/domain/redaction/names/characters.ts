/** What a character is to the name model. */
export const SPACE = 1
export const SYMBOL = 2
export const UPPER = 3
export const LOWER = 4
export const NUMBER = 5
/** A letter without case, or a mark. */
export const OTHER = 6

const known = new Uint8Array(0x10000)

/** The class of a code point: one of the constants above. */
export function classOf(codePoint: number): number {
  if (codePoint > 0xffff) return classify(codePoint)
  const cached = known[codePoint] ?? 0
  if (cached !== 0) return cached
  const found = classify(codePoint)
  known[codePoint] = found
  return found
}

export const isWordClass = (kind: number): boolean => kind > SYMBOL

function classify(codePoint: number): number {
  const char = String.fromCodePoint(codePoint)
  if (/^[\t\n\v\f\r\u2028\u2029\p{Zs}\ufeff]$/u.test(char)) return SPACE
  if (/^[\p{Lu}\p{Lt}]$/u.test(char)) return UPPER
  if (/^\p{Ll}$/u.test(char)) return LOWER
  if (/^\p{N}$/u.test(char)) return NUMBER
  return /^[\p{L}\p{M}]$/u.test(char) ? OTHER : SYMBOL
}
