import { isUtf8 } from 'node:buffer'
import { firstFrom, indexed } from './patterns/indexed-pattern.ts'
import { matchesInTokens } from './token-runs.ts'

export interface Span {
  /** UTF-16 units, end exclusive. */
  start: number
  end: number
}

/** What tokens of base64 and hex stand for, put together with empty lines between. */
export interface EncodedText {
  text: string
  /** The whole token, in the text that was asked about, in which a part of `text` stands; null where it is in none. */
  tokenOf(start: number, end: number): Span | null
}

const BASE64 =
  /(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{16,}={0,2}|(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{10,}={1,2}(?![A-Za-z0-9=])/g
const HEX = /(?<![A-Za-z0-9])(?:0x)?(?:[0-9a-fA-F]{2}){8,}(?![A-Za-z0-9])/g
/** The same as a dump shows it: `61 6e 6e 40 …`. */
const SPACED_HEX = indexed(
  /(?<![0-9A-Za-z])(?<!(?<![0-9A-Za-z])[0-9a-fA-F]{2} )(?:[0-9a-fA-F]{2} ){9,400}[0-9a-fA-F]{2}(?![0-9A-Za-z]| [0-9a-fA-F]{2}(?![0-9A-Za-z]))/g,
)
const BETWEEN = '\n\n'
/** The field or parameter that a short value is of: `pesel=`, `"username": "`. */
const KEY_BEFORE = /(?<![A-Za-z0-9_])([A-Za-z][A-Za-z0-9_-]{1,23})["']?[ \t]{0,2}(?:::|[:=])[ \t]{0,2}["']?$/
const MAX_VALUE = 64

/** Reads tokens that are text in base64 or hex; null when there are none. What decodes to bytes that are no text is left. Linear. */
export function encodedText(text: string): EncodedText | null {
  const parts: string[] = []
  /** Per token: where it ends in the joined text, and where it stands. */
  const ends: number[] = []
  const tokens: Span[] = []
  let length = 0
  const add = ({ index: start, 0: token }: { index: number; 0: string }, decoded: string | null): void => {
    if (decoded === null || decoded === '') return
    const part = withKey(text, start, decoded)
    parts.push(part)
    length += part.length
    ends.push(length)
    length += BETWEEN.length
    tokens.push({ start, end: start + token.length })
  }
  for (const match of matchesInTokens(text, HEX)) add(match, fromHex(match[0]))
  for (const match of SPACED_HEX.matchesIn(text)) add(match, fromHex(match[0].replaceAll(' ', '')))
  for (const match of matchesInTokens(text, BASE64)) {
    if (/[0-9=+/_-]|[a-z][A-Z]/.test(match[0])) add(match, fromBase64(match[0]))
  }
  if (parts.length === 0) return null
  return {
    text: parts.join(BETWEEN),
    tokenOf(start, end) {
      const i = firstFrom(ends, end)
      const begin = i === 0 ? 0 : (ends[i - 1] ?? 0) + BETWEEN.length
      return start >= begin ? (tokens[i] ?? null) : null
    },
  }
}

/** A short value behind what its field is called, which says what it is. */
function withKey(text: string, start: number, value: string): string {
  if (value.length > MAX_VALUE || value.includes('\n')) return value
  const key = KEY_BEFORE.exec(text.slice(Math.max(0, start - 32), start))?.[1]
  return key === undefined ? value : `${key}: ${value}`
}

function fromHex(token: string): string | null {
  return readable(Buffer.from(token.replace(/^0x/, ''), 'hex'))
}

function fromBase64(token: string): string | null {
  return token.replace(/=+$/, '').length % 4 === 1 ? null : readable(Buffer.from(token, 'base64'))
}

/** As text, when it is one. */
function readable(bytes: Buffer): string | null {
  for (const byte of bytes) if (byte < 9 || (byte > 13 && byte < 32) || byte === 127) return null
  return isUtf8(bytes) ? bytes.toString('utf8').replace(/^\ufeff/, '') : null
}
