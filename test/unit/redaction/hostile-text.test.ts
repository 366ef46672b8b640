import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { redact, redactArguments, redactText } from './support.ts'

const MEGABYTE = 1_000_000
const CANARY = 'ann.canary@example.com'
/**
 * CPU seconds that 1 MB may take: about three times what the slowest case takes. What grows with the square of its input
 * would take minutes.
 */
const LIMIT = 6

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const hex = (text: string): string => Buffer.from(text).toString('hex')
const percent = (text: string): string => hex(text).replace(/../g, '%$&')
const entities = (text: string): string => [...text].map((char) => `&#${char.codePointAt(0)};`).join('')

/** Which of the tokens of a megabyte is the canary's. */
const CANARY_AT = 5_000

/** A megabyte of `encode(address)`, each of another address, one of them the canary's. */
function tokens(encode: (text: string) => string): string {
  const parts: string[] = []
  let length = 0
  for (let i = 0; length < MEGABYTE; i += 1) {
    const part = encode(`write to ${i === CANARY_AT ? CANARY : `ann${i}@example.com`}`)
    parts.push(part)
    length += part.length + 1
  }
  return parts.join(' ')
}

/** One encoded text of a megabyte with the canary in its middle. */
function block(encode: (text: string) => string): string {
  const factor = encode('0'.repeat(9_000)).length / 9_000
  const filler = (units: number): string => 'nothing to see '.repeat(Math.ceil(units / factor / 15))
  return encode(`${filler(MEGABYTE / 2)}${CANARY} ${filler(MEGABYTE / 2)}`)
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

async function userSeconds(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  return process.cpuUsage(before).user / 1e6
}

/** name, text, what must not be in it any more */
const TEXTS: [string, () => string, string | ((given: string) => string)][] = [
  ['tokens in base64', () => tokens(base64), base64(CANARY)],
  ['tokens in base64 of base64', () => tokens((text) => base64(base64(text))), base64(base64(`write to ${CANARY}`))],
  ['tokens in hex', () => tokens(hex), hex(CANARY)],
  ['tokens in hex of base64', () => tokens((text) => hex(base64(text))), hex(base64(`write to ${CANARY}`))],
  ['tokens in percent-encoding', () => tokens(percent), percent(CANARY)],
  ['tokens in HTML entities', () => tokens(entities), entities(CANARY)],
  ['one block of base64 of base64', () => block((text) => base64(base64(text))), (given) => given.slice(0, 100)],
  ['one block of hex', () => block(hex), hex(CANARY)],
  ['one block of percent-encoding', () => block(percent), percent(CANARY)],
  ['one block of HTML entities', () => block(entities), entities(CANARY)],
  ['bytes read as Latin-1', () => aroundCanary(noise(MEGABYTE).toString('latin1')), CANARY],
  [
    'random code points',
    () => {
      const bytes = noise(MEGABYTE * 2)
      const points = Array.from({ length: MEGABYTE / 2 }, (_, i) => codePoint(bytes.readUInt32LE(i * 4) % 0x110000))
      return aroundCanary(points.join(''))
    },
    CANARY,
  ],
  ['one word', () => `${'donaudampfschiff'.repeat(MEGABYTE / 16)} ${CANARY}`, CANARY],
  ['one word that an address ends', () => `${'a'.repeat(MEGABYTE)}.${CANARY}`, CANARY],
]

describe('a megabyte of', () => {
  it.each(TEXTS)(
    '%s is read in linear time, and what it hides does not pass',
    async (_, make, what) => {
      const given = make()
      const hidden = typeof what === 'string' ? what : what(given)
      expect(given.length).toBeGreaterThan(0.95 * MEGABYTE)
      expect(given.includes(hidden)).toBe(true)
      let text = ''
      const took = await userSeconds(async () => {
        text = (await redactText(given)).text
      })
      expect(text.includes(hidden)).toBe(false)
      expect(text.includes(CANARY)).toBe(false)
      expect(took).toBeLessThan(LIMIT)
    },
    120_000,
  )

  it('encodings in encodings takes linear time in JSON too', async () => {
    const given = JSON.stringify({ q: tokens((text) => base64(entities(text))), [percent(CANARY)]: [CANARY] })
    let text = ''
    const took = await userSeconds(async () => {
      text = (await redactArguments(given)).text
    })
    expect(text.includes(CANARY) || text.includes(percent(CANARY))).toBe(false)
    expect(took).toBeLessThan(LIMIT)
  }, 120_000)
})

describe('empty strings', () => {
  it('in every position stay, and what stands beside them is found', async () => {
    const request = {
      messages: [
        { role: 'system', content: '' },
        {
          role: 'user',
          name: '',
          content: [
            { type: 'text', text: '' },
            { type: 'text', text: CANARY },
          ],
        },
        {
          role: 'assistant',
          content: '',
          tool_calls: [{ id: '', type: 'function', function: { name: '', arguments: '' } }],
        },
        { role: 'tool', tool_call_id: '', content: '' },
      ],
      tools: [{ type: 'function', function: { name: '', description: '', parameters: { '': '', title: CANARY } } }],
      stop: ['', ''],
    }
    const { request: redacted } = await redact(request)
    const expected = JSON.stringify({ model: 'gpt-4o', ...request }).replaceAll(CANARY, '[EMAIL_ADDRESS_1]')
    expect(redacted).toEqual(JSON.parse(expected))
  })
})
