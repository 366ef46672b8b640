import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectError, expectErrorShape, startVendorGateway, type VendorGateway } from '../../support/vendor-gateway.ts'

const CANARY = 'ann.canary@example.com'
const LENGTH = 100_000

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const percent = (text: string): string => Buffer.from(text).toString('hex').replace(/../g, '%$&')
const entities = (text: string): string => [...text].map((char) => `&#${char.codePointAt(0)};`).join('')
const encodings = [
  base64,
  (text: string) => base64(base64(text)),
  (text: string) => Buffer.from(text).toString('hex'),
  percent,
  entities,
  (text: string) => percent(base64(text)),
]

function noise(length: number): string {
  const blocks = Math.ceil(length / 64)
  const bytes = Array.from({ length: blocks }, (_, i) => createHash('sha512').update(`noise ${i}`).digest())
  return Buffer.concat(bytes).toString('latin1').replaceAll('\0', ' ')
}

/** name, text, forms of the canary that must not reach the model */
const TEXTS: [string, string, string[]][] = [
  [
    'encodings in encodings',
    encodings
      .map((encode) => encode(`write to ${CANARY}`))
      .join(' ')
      .padEnd(LENGTH, ' %25&amp;QUJDREVGR0hJSktM'),
    encodings.map((encode) => encode(`write to ${CANARY}`)),
  ],
  ['bytes of no language', `${noise(LENGTH / 2)}\n${CANARY}\n${noise(LENGTH / 2)}`, [CANARY]],
  ['one word', `${'donaudampfschiff'.repeat(LENGTH / 16)} ${CANARY}`, [CANARY]],
  ['brackets', `${'[{('.repeat(LENGTH / 3)}${CANARY}`, [CANARY]],
  ['addresses without an end', `${'a@'.repeat(LENGTH / 2)} ${CANARY}`, [CANARY]],
]

describe('text that is made to break', () => {
  let vendor: VendorGateway
  beforeAll(async () => {
    vendor = await startVendorGateway()
  })
  afterAll(() => vendor.close())

  it.each(TEXTS)(
    '%s gets an answer or a clear refusal, and no model sees what it hides',
    async (_, text, hidden) => {
      vendor.openai.reset()
      const response = await vendor.chat(text)
      const answer = await response.text()
      if (response.status === 200) expect(vendor.openai.count).toBe(1)
      else expectErrorShape(JSON.parse(answer))
      for (const form of [CANARY, ...hidden]) expect(vendor.openai.countOf(form)).toBe(0)
    },
    120_000,
  )

  it('empty in every position is answered, and what stands beside it is redacted', async () => {
    vendor.openai.reset()
    const response = await vendor.chat('', {
      body: {
        messages: [
          { role: 'system', content: '' },
          {
            role: 'user',
            content: [
              { type: 'text', text: '' },
              { type: 'text', text: CANARY },
            ],
          },
          { role: 'assistant', content: '' },
          { role: 'user', content: '' },
        ],
      },
    })
    expect(`${response.status} ${await response.text()}`).toMatch(/^200 /)
    expect(vendor.openai.count).toBe(1)
    expect(vendor.openai.countOf(CANARY)).toBe(0)
    expect(vendor.openai.countOf('[EMAIL_ADDRESS_1]')).toBe(1)
  })

  it('of more than 10 MB is refused, and nothing of it is kept', async () => {
    vendor.openai.reset()
    const refused = await vendor.chat(`${CANARY} `.repeat(Math.ceil((10 * 1024 * 1024) / (CANARY.length + 1))))
    const error = await expectError(refused, 413, 'request_too_large')
    expect(error.message).not.toContain(CANARY)
    expect(vendor.openai.count).toBe(0)
  })
})
