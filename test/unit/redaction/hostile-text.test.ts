import { describe, expect, it } from 'vitest'
import { expectLinear } from '../../support/growth.ts'
import { CANARY, entitiesInBase64, HOSTILE_TEXTS, percent, tokens } from '../../support/hostile-texts.ts'
import { redact, redactArguments, redactText } from './support.ts'

const MEGABYTE = 1_000_000

describe('of a megabyte of', { timeout: 120_000 }, () => {
  it.each(HOSTILE_TEXTS)(
    '$name nothing that it hides passes, in a time by its length',
    async ({ textOf, hiddenIn }) => {
      await expectLinear(MEGABYTE, async (length) => {
        const given = textOf(length)
        expect(given.length).toBeGreaterThan(0.95 * length)
        const hidden = hiddenIn(given)
        expect(given.includes(hidden)).toBe(true)
        const { text } = await redactText(given)
        expect(text.includes(hidden) || text.includes(CANARY)).toBe(false)
      })
    },
  )

  it('JSON with encodings in encodings nothing passes, in a time by its length', async () => {
    await expectLinear(MEGABYTE, async (length) => {
      const given = JSON.stringify({ q: tokens(entitiesInBase64, length), [percent(CANARY)]: [CANARY] })
      const { text } = await redactArguments(given)
      expect(text.includes(CANARY) || text.includes(percent(CANARY))).toBe(false)
    })
  })
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
