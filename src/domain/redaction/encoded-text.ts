import { isUtf8 } from 'node:buffer'

/** A token of base64 or hex and the text it stands for. */
export interface EncodedText {
  start: number
  end: number
  text: string
}

const BASE64 = /(?<![A-Za-z0-9+/=_-])[A-Za-z0-9+/_-]{16,}={0,2}/g
const HEX = /(?<![A-Za-z0-9])(?:0x)?(?:[0-9a-fA-F]{2}){8,}(?![A-Za-z0-9])/g
/** Tokens of one text, and units of one token. */
const MAX_TOKENS = 500
const MAX_LENGTH = 65_536

/** Tokens that are text in base64 or hex. What decodes to bytes that are no text is left. Linear. */
export function encodedTexts(text: string): EncodedText[] {
  const found: EncodedText[] = []
  let tokens = 0
  const add = (match: RegExpExecArray, encoding: 'base64' | 'hex'): void => {
    tokens += 1
    if (tokens > MAX_TOKENS) return
    const token = match[0].replace(encoding === 'hex' ? /^0x/ : /^/, '').slice(0, MAX_LENGTH)
    const decoded = encoding === 'hex' ? fromHex(token) : fromBase64(token)
    if (decoded !== null) found.push({ start: match.index, end: match.index + match[0].length, text: decoded })
  }
  for (const match of text.matchAll(HEX)) add(match, 'hex')
  for (const match of text.matchAll(BASE64)) {
    if (/[0-9=+/_-]|[a-z][A-Z]/.test(match[0])) add(match, 'base64')
  }
  return found
}

function fromHex(token: string): string | null {
  return readable(Buffer.from(token, 'hex'))
}

function fromBase64(token: string): string | null {
  return token.replace(/=+$/, '').length % 4 === 1 ? null : readable(Buffer.from(token, 'base64'))
}

/** As text, when it is one. */
function readable(bytes: Buffer): string | null {
  for (const byte of bytes) if (byte < 9 || (byte > 13 && byte < 32) || byte === 127) return null
  return isUtf8(bytes) ? bytes.toString('utf8').replace(/^\ufeff/, '') : null
}
