/** What a character is to the search for mentions. */
export const OTHER = 1
export const LETTER = 2
export const DIGIT = 3
/** Takes no room, or only changes the letter before it: accents, soft hyphens, marks of direction, NUL. */
export const IGNORED = 4
/** A letter of a script that puts no spaces between words: what stands beside it is never the same word for sure. */
export const UNSPACED = 5

const kinds = new Uint8Array(0x10000)
const folds: (string | undefined)[] = []
const astral = new Map<number, { kind: number; folded: string }>()

/** The kind of the character that begins here; outside the text it is no letter. */
export function kindAt(text: string, at: number): number {
  if (at < 0 || at >= text.length) return OTHER
  const code = text.charCodeAt(at)
  const known = kinds[code] ?? 0
  if (known !== 0) return known
  if (isPairAt(text, at)) return astralOf(text.codePointAt(at) ?? 0).kind
  const { kind, folded } = examine(String.fromCharCode(code))
  kinds[code] = kind
  folds[code] = folded
  return kind
}

/**
 * The character that begins here as all its spellings have it: compatibility forms and cases are one, accents are left out,
 * digits are ASCII's. Of a letter or digit only letters and digits; '' for what is ignored, and outside the text.
 */
export function foldAt(text: string, at: number): string {
  if (at < 0 || at >= text.length) return ''
  const code = text.charCodeAt(at)
  const known = folds[code]
  if (known !== undefined) return known
  if (isPairAt(text, at)) return astralOf(text.codePointAt(at) ?? 0).folded
  kindAt(text, at)
  return folds[code] ?? ''
}

/** UTF-16 units of the character that begins here. */
export function widthAt(text: string, at: number): number {
  return isPairAt(text, at) ? 2 : 1
}

function isPairAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  if (code < 0xd800 || code > 0xdbff) return false
  const next = text.charCodeAt(at + 1)
  return next >= 0xdc00 && next <= 0xdfff
}

function astralOf(codePoint: number): { kind: number; folded: string } {
  const known = astral.get(codePoint)
  if (known) return known
  const made = examine(String.fromCodePoint(codePoint))
  astral.set(codePoint, made)
  return made
}

const ACCENTS = /[\u0300-\u036f]/g
const UNSPACED_SCRIPT =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u
const DASHES = /[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]/
const APOSTROPHES = /[\u2018\u2019\u02bc\u00b4`\uff07]/

function examine(character: string): { kind: number; folded: string } {
  if (character === '\0' || /^(?:\p{Cf}|[\ufe00-\ufe0f]|[\u0300-\u036f])$/u.test(character)) return ignored
  if (DASHES.test(character)) return { kind: OTHER, folded: '-' }
  if (APOSTROPHES.test(character)) return { kind: OTHER, folded: "'" }
  const spread = character.normalize('NFKD').toUpperCase().toLowerCase().normalize('NFKD').replace(ACCENTS, '')
  const word = spread.replace(/[^\p{L}\p{N}\p{M}]/gu, '').replace(/\p{Nd}/gu, asciiDigit)
  if (word === '') return { kind: OTHER, folded: spread }
  if (/^[0-9]+$/.test(word)) return { kind: DIGIT, folded: word }
  return { kind: UNSPACED_SCRIPT.test(character) ? UNSPACED : LETTER, folded: word }
}

const ignored = { kind: IGNORED, folded: '' }

/** Decimal digits stand in runs of ten, zero first (Unicode, section 4.6). */
function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0
  if (code < 0x80) return digit
  let first = code
  while (code - first < 9 && /^\p{Nd}$/u.test(String.fromCodePoint(first - 1))) first -= 1
  return String(code - first)
}
