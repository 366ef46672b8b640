/** The units of a text fall into 64 classes. */
export const BITS = 6
/** All that is not ASCII, and what stands behind the end of a text. */
export const OTHER = 0
/** Any of the ASCII digits. */
export const DIGIT = 27
/** Units at the start of a match that are looked at. */
export const START_UNITS = 3
/** How many starts there are. */
export const STARTS = 1 << (BITS * START_UNITS)

/** By code: a letter of ASCII in either case, any digit, each sign, line breaks, other control codes; and all else. */
const CLASS_OF = Uint8Array.from({ length: 1 << 16 }, (_, code) => {
  if (code > 127) return OTHER
  const letter = code | 32
  if (letter >= 97 && letter <= 122) return letter - 96
  if (code >= 48 && code <= 57) return DIGIT
  if (code < 32 || code === 127) return code === 10 ? 28 : 29
  if (code < 48) return 30 + code - 32
  if (code < 65) return 46 + code - 58
  return code < 97 ? 53 + code - 91 : 59 + code - 123
})

/** The class of a unit by its code. */
export function classOf(code: number): number {
  return CLASS_OF[code] ?? OTHER
}

/** Whether a class is that of a letter of ASCII. */
export function isLetterClass(unit: number): boolean {
  return unit >= 1 && unit <= 26
}

/** The start that one more unit makes of those before it. */
export function shift(start: number, unit: number): number {
  return ((start << BITS) | unit) & (STARTS - 1)
}
