import { isUtf8 } from 'node:buffer'

/** A text with what hides its characters undone, and where each unit of it stands in the text as it was. */
export interface PlainText {
  text: string
  /** Where each unit starts and ends in the original. */
  starts: Uint32Array
  ends: Uint32Array
}

/**
 * Escape sequences of code and the web, signs in brackets (`example[.]com`), full-width forms, and characters that take no room. A sequence of several
 * backslashes counts as one: text is often escaped more than once.
 */
const HIDDEN =
  /(?<!\\)\\+u\{?([0-9a-fA-F]{4})\}?|(?<!\\)\\+x([0-9a-fA-F]{2})|((?:%(?:25)*(?:[cC][2-9a-fA-F]|[dD][0-9a-fA-F])%(?:25)*[89abAB][0-9a-fA-F]|%(?:25)*[eE][0-9a-fA-F](?:%(?:25)*[89abAB][0-9a-fA-F]){2}))|%(?:25)*([2-7][0-9a-fA-F])|&#x([0-9a-fA-F]{1,4});|&#([0-9]{1,5});|&(commat|period|plus|colon|sol|num|hyphen|nbsp|quot|apos|[aeiouyAEIOUY](?:acute|grave|circ|uml)|[anoANO]tilde|[cC]cedil|[aA]ring|[oO]slash|szlig|(?:ae|AE|oe|OE)lig|[zZsS]caron|[lr]squo|amp);|((?:\u034f|\u200d|[\u00ad\u061c\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff])+)|\[([.:])\]|([\u3000\uff01-\uff5e\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u2460-\u2468]|\ud835[\udc00-\udfff])/g
const MAY_HIDE =
  /\[[.:]\]|\\[ux]|%[2-7c-eC-E]|&[#a-z]|\u034f|\u200d|[\u00ad\u061c\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\u3000\uff01-\uff5e\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u2460-\u2468\ud835]/

const NAMED: Readonly<Record<string, string>> = {
  commat: '@',
  period: '.',
  plus: '+',
  colon: ':',
  sol: '/',
  num: '#',
  hyphen: '-',
  nbsp: ' ',
  quot: '"',
  amp: '&',
  lsquo: '‘',
  rsquo: '’',
  szlig: 'ß',
  oslash: 'ø',
  Oslash: 'Ø',
  apos: "'",
}

/** Undoes what hides characters; null when there is nothing to undo. Linear. */
export function plainText(text: string): PlainText | null {
  if (!MAY_HIDE.test(text)) return null
  const parts: string[] = []
  const starts = new Uint32Array(text.length)
  const ends = new Uint32Array(text.length)
  let count = 0
  let from = 0
  const place = (start: number, end: number): void => {
    starts[count] = start
    ends[count] = end
    count += 1
  }
  const copy = (to: number): void => {
    for (let i = from; i < to; i += 1) place(i, i + 1)
    parts.push(text.slice(from, to))
  }
  for (const match of text.matchAll(HIDDEN)) {
    const unit = shown(match)
    if (unit === null) continue
    copy(match.index)
    from = match.index + match[0].length
    if (unit === '') continue
    place(match.index, from)
    parts.push(unit)
  }
  if (from === 0) return null
  copy(text.length)
  return { text: parts.join(''), starts: starts.subarray(0, count), ends: ends.subarray(0, count) }
}

/** The unit that a match stands for, '' for none, null when it is to be left. */
function shown(match: RegExpExecArray): string | null {
  const [, u, x, sequence, percent, hex, decimal, named, nothing, sign, wide] = match
  if (nothing !== undefined) return ''
  if (sequence !== undefined) return decoded(sequence)
  if (sign !== undefined) return sign
  if (wide !== undefined) return wide === '\u3000' ? ' ' : ordinary(wide)
  if (named !== undefined) return NAMED[named] ?? letterOf(named)
  const digits = u ?? x ?? percent ?? hex
  const code = digits === undefined ? Number(decimal) : Number.parseInt(digits, 16)
  return code < 32 || code > 0xffff ? null : String.fromCharCode(code)
}

/** The letter that bytes of UTF-8 stand for; null where they are none. */
function decoded(sequence: string): string | null {
  const bytes = Buffer.from(sequence.replaceAll('%', '').replaceAll(/25(?=[c-eC-E89abAB])/g, ''), 'hex')
  return isUtf8(bytes) ? bytes.toString('utf8') : null
}

/** The combining sign of an accent that an entity of HTML names. */
const ACCENTS: Readonly<Record<string, string>> = {
  acute: '\u0301',
  grave: '\u0300',
  circ: '\u0302',
  uml: '\u0308',
  tilde: '\u0303',
  cedil: '\u0327',
  ring: '\u030a',
  caron: '\u030c',
}

/** The letter with an accent that an entity of HTML names. */
function letterOf(name: string): string | null {
  const accent = ACCENTS[name.slice(1)]
  return accent === undefined ? null : `${name[0] ?? ''}${accent}`.normalize('NFC')
}

/** The ASCII character that a full-width, mathematical or foreign digit or letter stands for; null where there is none. */
function ordinary(wide: string): string | null {
  const code = wide.charCodeAt(0)
  const zero = [0x0660, 0x06f0, 0x0966].find((start) => code >= start && code <= start + 9)
  const plain = zero === undefined ? wide.normalize('NFKC') : String(code - zero)
  return /^[!-~]$/.test(plain) ? plain : null
}
