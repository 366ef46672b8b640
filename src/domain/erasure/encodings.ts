import { isUtf8 } from 'node:buffer'

/** A text with its escape sequences undone, and where each unit of it stands in the text as it was. */
export interface View {
  text: string
  starts: Uint32Array
  ends: Uint32Array
}

const BACKSLASH = 92
const PERCENT = 37
const AMPERSAND = 38

/**
 * Undoes percent-encoding (as UTF-8, else byte by byte), escape sequences of JSON and code, and character references of
 * HTML; null where there are none. A run of backslashes counts as one: text is often escaped more than once. Linear.
 */
export function unescapedView(text: string): View | null {
  if (!/[\\%&]/.test(text)) return null
  const parts: string[] = []
  // A character reference may stand for two units, and never for more than it has itself.
  const starts = new Uint32Array(text.length)
  const ends = new Uint32Array(text.length)
  let count = 0
  let copied = 0
  const place = (start: number, end: number): void => {
    starts[count] = start
    ends[count] = end
    count += 1
  }
  const copy = (to: number): void => {
    for (let i = copied; i < to; i += 1) place(i, i + 1)
    parts.push(text.slice(copied, to))
  }
  for (let at = 0; at < text.length; ) {
    const read = readEscape(text, at)
    if (read === null) {
      at += text.charCodeAt(at) === BACKSLASH ? backslashes(text, at) : 1
      continue
    }
    copy(at)
    for (const { shown, end } of read) {
      for (let i = 0; i < shown.length; i += 1) place(at, end)
      parts.push(shown)
      at = end
    }
    copied = at
  }
  if (copied === 0) return null
  copy(text.length)
  return { text: parts.join(''), starts: starts.subarray(0, count), ends: ends.subarray(0, count) }
}

interface Read {
  shown: string
  end: number
}

function readEscape(text: string, at: number): Read[] | null {
  const code = text.charCodeAt(at)
  if (code === PERCENT) return readPercent(text, at)
  if (code === BACKSLASH) return readBackslash(text, at)
  return code === AMPERSAND ? readReference(text, at) : null
}

/** Bytes that are read at once; a longer run is read in parts. */
const MAX_RUN = 4096

function readPercent(text: string, at: number): Read[] | null {
  const bytes: number[] = []
  for (let i = at; text.charCodeAt(i) === PERCENT && bytes.length < MAX_RUN; i += 3) {
    const byte = hexOf(text, i + 1, 2)
    if (byte < 0) break
    bytes.push(byte)
  }
  if (bytes.length === 0) return null
  const read: Read[] = []
  let end = at
  for (let i = 0; i < bytes.length; ) {
    const length = characterLength(bytes, i)
    const character = Buffer.from(bytes.slice(i, i + length))
    const isText = length > 1 && isUtf8(character)
    const taken = isText ? length : 1
    end += 3 * taken
    read.push({ shown: isText ? character.toString('utf8') : String.fromCharCode(bytes[i] ?? 0), end })
    i += taken
  }
  return read
}

function characterLength(bytes: readonly number[], at: number): number {
  const first = bytes[at] ?? 0
  return first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1
}

const SIMPLE: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  f: '\f',
  b: ' ',
  '"': '"',
  "'": "'",
  '/': '/',
}

function readBackslash(text: string, at: number): Read[] | null {
  const behind = at + backslashes(text, at)
  const kind = text.charAt(behind)
  if (kind === 'x') return ofCode(hexOf(text, behind + 1, 2), behind + 3)
  if (kind === 'u' && text.charAt(behind + 1) === '{') {
    const close = text.slice(behind + 2, behind + 9).indexOf('}')
    return close < 1 ? null : ofCode(hexOf(text, behind + 2, close), behind + 3 + close)
  }
  if (kind === 'u') return ofCode(hexOf(text, behind + 1, 4), behind + 5)
  const simple = SIMPLE[kind]
  return simple === undefined ? null : [{ shown: simple, end: behind + 1 }]
}

function backslashes(text: string, at: number): number {
  let length = 1
  while (text.charCodeAt(at + length) === BACKSLASH) length += 1
  return length
}

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  commat: '@',
  period: '.',
  plus: '+',
  colon: ':',
  sol: '/',
  num: '#',
  hyphen: '-',
  dash: '-',
  lowbar: '_',
  percnt: '%',
  shy: '\u00ad',
  szlig: '\u00df',
  aelig: '\u00e6',
  AElig: '\u00c6',
  oslash: '\u00f8',
  Oslash: '\u00d8',
}

function readReference(text: string, at: number): Read[] | null {
  const match = /^&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([A-Za-z]{2,10}));/.exec(text.slice(at, at + 13))
  if (!match) return null
  const [whole, hex, decimal, name = ''] = match
  const end = at + whole.length
  if (hex !== undefined) return ofCode(Number.parseInt(hex, 16), end)
  if (decimal !== undefined) return ofCode(Number(decimal), end)
  // An accent is no difference to the search: its letter will do.
  const shown = NAMED[name] ?? /^([A-Za-z])(?:acute|grave|circ|uml|tilde|ring|cedil|caron)$/.exec(name)?.[1]
  return shown === undefined ? null : [{ shown, end }]
}

function ofCode(code: number, end: number): Read[] | null {
  return code < 0 || code > 0x10ffff ? null : [{ shown: String.fromCodePoint(code), end }]
}

/** -1 where it is no hex. */
function hexOf(text: string, at: number, length: number): number {
  let value = 0
  for (let i = at; i < at + length; i += 1) {
    const digit = hexDigit(text.charCodeAt(i))
    if (digit < 0) return -1
    value = value * 16 + digit
  }
  return value
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48
  const letter = code | 32
  return letter >= 97 && letter <= 102 ? letter - 87 : -1
}

/** A run of letters that may be base64 or hex. */
export interface Token {
  start: number
  end: number
  encoding: 'base64' | 'hex'
}

/** Characters of the shortest token: six bytes in base64, four in hex. */
const MIN_TOKEN = 8
const TOKEN = /[A-Za-z0-9+/_-]{8,}={0,2}/g
const HEX = /[0-9a-fA-F]{8,}/g

/** Runs that may be text in base64 (either alphabet) or hex, as long as they are. Linear. */
export function* encodedTokens(text: string): Generator<Token> {
  for (const { index, 0: run } of text.matchAll(TOKEN)) {
    yield { start: index, end: index + run.length, encoding: 'base64' }
    if (run.length < MIN_TOKEN) continue
    for (const hex of run.matchAll(HEX)) {
      yield { start: index + hex.index, end: index + hex.index + hex[0].length, encoding: 'hex' }
    }
  }
}

/**
 * What a token may stand for, whatever stands before its beginning: base64 read from each of its first four characters, hex
 * from each of its first two.
 */
export function decodings(token: string, encoding: Token['encoding']): Buffer[] {
  const offsets = encoding === 'hex' ? [0, 1] : [0, 1, 2, 3]
  return offsets.map((offset) => Buffer.from(evenHex(token.slice(offset), encoding), encoding))
}

function evenHex(token: string, encoding: Token['encoding']): string {
  return encoding === 'hex' && token.length % 2 === 1 ? token.slice(0, -1) : token
}

/** Six quotes: what stands in one token is never read on in the next, in UTF-16 neither. */
const BETWEEN = { base64: 'IiIiIiIi', hex: '222222222222' }

/** What all these tokens of a text stand for, read from one place on, put together: so that most texts are told to hold nothing at once. */
export function decodedTogether(written: readonly string[], encoding: Token['encoding'], offset: number): Buffer {
  const parts = written.map((token) => {
    const bare = token.endsWith('=') ? token.replace(/=+$/, '') : token
    if (encoding === 'hex') return evenHex(bare.slice(offset), encoding)
    // A letter that is left over is no byte; what is missing of the last three becomes zero bytes.
    const end = (bare.length - offset) % 4 === 1 ? bare.length - 1 : bare.length
    const whole = bare.slice(offset, end)
    return whole + 'A'.repeat((4 - (whole.length % 4)) % 4)
  })
  return Buffer.from(parts.join(BETWEEN[encoding]), encoding)
}

/** More zero bytes than those that the ends of so many tokens were filled up with. */
export function mayBeWide(bytes: Buffer, tokens: number): boolean {
  let zeros = 0
  for (const byte of bytes) if (byte === 0) zeros += 1
  return zeros > 2 * tokens
}

/**
 * Texts that bytes may be: UTF-8, with what is none of it left as U+FFFD, and UTF-16 of both orders where zero bytes stand in
 * them or, if letters beyond Latin are looked for, where they are no UTF-8.
 */
export function readings(bytes: Buffer, beyondLatin: boolean): string[] {
  const texts = [bytes.toString('utf8')]
  if (bytes.length < 4 || !(bytes.includes(0) || (beyondLatin && !isUtf8(bytes)))) return texts
  return [...texts, ...wideReadings(bytes)]
}

/** As UTF-16 of both orders, from the first byte on and from the second. */
export function wideReadings(bytes: Buffer): string[] {
  return [0, 1].flatMap((shift) => {
    const even = bytes.subarray(shift, shift + ((bytes.length - shift) & ~1))
    return [even.toString('utf16le'), Buffer.from(even).swap16().toString('utf16le')]
  })
}

/** The token for other bytes, in the alphabet and with the padding that it had; null where it was not written as one writes it. */
export function encodeAgain(token: string, encoding: Token['encoding'], bytes: Buffer, now: Buffer): string | null {
  if (encoding === 'hex') {
    if (bytes.toString('hex') === token) return now.toString('hex')
    return bytes.toString('hex').toUpperCase() === token ? now.toString('hex').toUpperCase() : null
  }
  for (const form of ['base64', 'base64url'] as const) {
    const isPadded = token.endsWith('=') || bytes.length % 3 === 0
    const written = (of: Buffer) => {
      const bare = of.toString(form).replace(/=+$/, '')
      return isPadded ? bare + '='.repeat((4 - (bare.length % 4)) % 4) : bare
    }
    if (written(bytes) === token) return written(now)
  }
  return null
}
