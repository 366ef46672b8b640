import { createHash } from 'node:crypto'

/** Personal data in the midst of what hides it. */
export const CANARY = 'ann.canary@example.com'

export interface HostileText {
  name: string
  /** A text of about so many units, the same every time. */
  textOf(length: number): string
  /** What of such a text may not be in it any more when the canary is masked. */
  hiddenIn(text: string): string
}

type Encode = (text: string) => string
const base64: Encode = (text) => Buffer.from(text).toString('base64')
const hex: Encode = (text) => Buffer.from(text).toString('hex')
export const percent: Encode = (text) => hex(text).replace(/../g, '%$&')
export const entities: Encode = (text) => [...text].map((char) => `&#${char.codePointAt(0)};`).join('')
export const entitiesInBase64: Encode = (text) => base64(entities(text))

/** So many units of one that is repeated. */
export function filled(unit: string, length: number): string {
  return unit.repeat(Math.ceil(length / unit.length)).slice(0, length)
}

/** Many of `encode(address)`, each of another address, the one in the middle the canary's. */
export function tokens(encode: Encode, length: number): string {
  const parts: string[] = []
  let at = 0
  let isHidden = false
  for (let i = 0; at < length; i += 1) {
    const isCanary: boolean = !isHidden && at >= length / 2
    const part = encode(`write to ${isCanary ? CANARY : `ann${i}@example.com`}`)
    isHidden ||= isCanary
    parts.push(part)
    at += part.length + 1
  }
  return parts.join(' ')
}

/** One encoded text with the canary in its middle. */
function block(encode: Encode, length: number): string {
  const factor = encode('0'.repeat(9_000)).length / 9_000
  const filler = 'nothing to see '.repeat(Math.ceil(length / 2 / factor / 15))
  return encode(`${filler}${CANARY} ${filler}`)
}

/** The same bytes every time, of no language. */
function noise(length: number): Buffer {
  const blocks = Math.ceil(length / 64)
  return Buffer.concat(Array.from({ length: blocks }, (_, i) => createHash('sha512').update(`noise ${i}`).digest()))
}

const aroundCanary = (text: string): string =>
  `${text.slice(0, text.length / 2)}\n${CANARY}\n${text.slice(text.length / 2)}`

/** No surrogates: half a pair is refused before the engine sees it. */
const codePoint = (n: number): string => String.fromCodePoint(n >= 0xd800 && n < 0xe000 ? n - 0x800 : n)

function randomCodePoints(length: number): string {
  const bytes = noise(length * 2)
  const points = Array.from({ length: length / 2 }, (_, i) => codePoint(bytes.readUInt32LE(i * 4) % 0x110000))
  return aroundCanary(points.join(''))
}

const inTokens = (name: string, encode: Encode, hidden: string): HostileText => ({
  name: `tokens in ${name}`,
  textOf: (length) => tokens(encode, length),
  hiddenIn: () => hidden,
})

const inBlock = (name: string, encode: Encode, hiddenIn: HostileText['hiddenIn']): HostileText => ({
  name: `one block of ${name}`,
  textOf: (length) => block(encode, length),
  hiddenIn,
})

const openly = (name: string, textOf: HostileText['textOf']): HostileText => ({ name, textOf, hiddenIn: () => CANARY })

/** What costs much to look through, or hides an address in layers. */
export const HOSTILE_TEXTS: readonly HostileText[] = [
  inTokens('base64', base64, base64(CANARY)),
  inTokens('base64 of base64', (text) => base64(base64(text)), base64(base64(`write to ${CANARY}`))),
  inTokens('hex', hex, hex(CANARY)),
  inTokens('hex of base64', (text) => hex(base64(text)), hex(base64(`write to ${CANARY}`))),
  inTokens('percent-encoding', percent, percent(CANARY)),
  inTokens('HTML entities', entities, entities(CANARY)),
  inBlock(
    'base64 of base64',
    (text) => base64(base64(text)),
    (given) => given.slice(0, 100),
  ),
  inBlock('hex', hex, () => hex(CANARY)),
  inBlock('percent-encoding', percent, () => percent(CANARY)),
  inBlock('HTML entities', entities, () => entities(CANARY)),
  openly('bytes read as Latin-1', (length) => aroundCanary(noise(length).toString('latin1'))),
  openly('random code points', randomCodePoints),
  openly('one word', (length) => `${'donaudampfschiff'.repeat(length / 16)} ${CANARY}`),
  openly('one word that an address ends', (length) => `${'a'.repeat(length)}.${CANARY}`),
]
