import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/domain/chat/types.ts'
import { AnswerScanner, type MaskInput, maskAnswer, maskOf } from '../../../src/domain/redaction/mask-answer.ts'
import { MAX_BEHIND, MaskChannel } from '../../../src/domain/redaction/mask-channel.ts'
import { StreamMasker } from '../../../src/domain/redaction/mask-stream.ts'
import { createRestorer } from '../../../src/domain/redaction/restore.ts'
import { findLookalikes } from '../../../src/domain/redaction/spell-placeholder.ts'
import { chunk, engine, entry, joined } from './support.ts'

const placeholders = [entry('[PERSON_1]', 'Ann Lee'), entry('[EMAIL_ADDRESS_1]', 'ann@example.com')]
const input: MaskInput = { placeholders, promptText: '{}', engine, policy: {}, timeoutMs: 60_000 }

async function inPieces(pieces: readonly string[]): Promise<string> {
  const channel = new MaskChannel(new AnswerScanner(input), 'choices[0].message.content')
  let out = ''
  for (const piece of pieces) out += await channel.push(piece)
  return out + (await channel.end())
}

const fragment = fc.constantFrom(
  ...[
    'Ask [PERSON_1]. ',
    'bob@example.com',
    '4111 1111 1111 1111',
    'ann@example.com',
    'Dr. ',
    '\n\n',
    '\n',
    '. ',
    '! ',
  ],
  ...[
    'no ends here ',
    'x'.repeat(90),
    '[EMAIL_ADDRESS_1]',
    '+1 212 555 0188',
    ' ',
    '\u{1f600}',
    '{"a":"',
    '"}',
    'é',
    '3. ',
  ],
)
const text = fc.array(fragment, { maxLength: 24 }).map((parts) => parts.join(''))

describe('masking a stream', () => {
  it('masks what the client did not send and leaves placeholders and the client’s own values', async () => {
    const whole = 'Ask [PERSON_1] or bob@example.com. Not ann@example.com. Card: 4111 1111 1111 1111.'
    expect(await inPieces([whole])).toBe(
      'Ask [PERSON_1] or [masked:email_address]. Not ann@example.com. Card: [masked:credit_card].',
    )
  })

  it('gives the same for every single cut of a text', async () => {
    const whole = `Mr. X. asked. Mail bob@example.com! ${'words '.repeat(70)}4111 1111 1111 1111 and so on`
    const wanted = await inPieces([whole])
    expect(wanted).not.toMatch(/bob|4111|1111/)
    for (let i = 1; i < whole.length; i += 3) {
      expect(await inPieces([whole.slice(0, i), whole.slice(i)])).toBe(wanted)
    }
  })

  it('gives the same unit by unit, and for random cuts, as in one', async () => {
    await fc.assert(
      fc.asyncProperty(text, fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), async (whole, sizes) => {
        const wanted = await inPieces([whole])
        expect(await inPieces(whole.split(''))).toBe(wanted)
        const pieces: string[] = []
        for (let i = 0, n = 0; i < whole.length; n += 1) {
          const size = sizes[n % sizes.length] ?? 1
          pieces.push(whole.slice(i, i + size))
          i += size
        }
        expect(await inPieces(pieces)).toBe(wanted)
      }),
      { numRuns: 60 },
    )
  }, 120_000)

  it('masks a value wherever the limit falls in it, and is never further behind than the limit', async () => {
    for (let lead = MAX_BEHIND - 190; lead <= MAX_BEHIND + 10; lead += 21) {
      const whole = `${'go on '.repeat(80).slice(-lead)}4111 1111 1111 1111 ${'and on '.repeat(40)}`
      const channel = new MaskChannel(new AnswerScanner(input), 'p')
      let out = ''
      for (let i = 0; i < whole.length; i += 1) {
        out += await channel.push(whole[i] ?? '')
        const seen = out.replace('[masked:credit_card]', '4111 1111 1111 1111')
        expect(i + 1 - seen.length).toBeLessThan(MAX_BEHIND)
      }
      out += await channel.end()
      expect(out).toBe(whole.replace('4111 1111 1111 1111', '[masked:credit_card]'))
    }
  }, 120_000)

  it('releases by sentence, also where a text starts with a placeholder or a source', async () => {
    for (const start of ['[PERSON_1] came', '[1] says so', '"Well," she said']) {
      const channel = new MaskChannel(new AnswerScanner(input), 'p')
      expect(await channel.push(`${start} today. And the`)).toBe(`${start} today. `)
    }
  })

  it('releases JSON as a whole, and it stays JSON', async () => {
    const whole = '{"to":"bob@example.com. Now","card":4111111111111111}'
    expect(JSON.parse(await inPieces(whole.split('')))).toEqual({
      to: '[masked:email_address]. Now',
      card: '[masked:credit_card]',
    })
  })

  it('gives calls of tools whole at the end of their choice, masked, and no log probabilities', async () => {
    const masker = new StreamMasker(input)
    const call = (args: string, head = {}) => ({ tool_calls: [{ index: 0, ...head, function: { arguments: args } }] })
    const chunks = [
      chunk({ role: 'assistant', content: null }),
      chunk(call('{"to":"bob@exa', { id: 'call_1', type: 'function' }) as unknown as JsonObject),
      chunk(call('mple.com"}') as unknown as JsonObject),
      chunk({}, 'tool_calls'),
    ]
    const out = (await Promise.all(chunks.map((one) => masker.push(one)))).flat()
    expect(out.map(({ choices }) => choices[0]?.delta)).toEqual([
      { role: 'assistant', content: null },
      {
        tool_calls: [
          {
            index: 0,
            id: 'call_1',
            type: 'function',
            function: { name: '', arguments: '{"to":"[masked:email_address]"}' },
          },
        ],
      },
      {},
    ])
    expect(masker.coverage().paths.find(({ entities }) => entities)).toMatchObject({
      path: 'choices[0].message.tool_calls[0].function.arguments.*',
      entities: { EMAIL_ADDRESS: { high: 1 } },
    })
  })

  it('gives what an unfinished stream holds back at its end', async () => {
    const masker = new StreamMasker(input)
    const out = [
      ...(await masker.push(chunk({ content: 'mail bob@exam' }))),
      ...(await masker.push(chunk({ content: 'ple.com' }))),
    ]
    expect(out).toEqual([])
    expect(joined(await masker.end(), (delta) => delta.content)).toBe('mail [masked:email_address]')
  })

  it('masks a whole answer like a stream of it', async () => {
    const content = 'Mail bob@example.com, or [PERSON_1].'
    const message = { role: 'assistant' as const, content }
    const { completion, coverage } = await maskAnswer(
      {
        id: 'x',
        object: 'chat.completion',
        created: 1,
        model: 'm',
        choices: [{ index: 0, message, finish_reason: 'stop', logprobs: { content: [] } }],
      },
      input,
    )
    expect(completion.choices[0]).toEqual({
      index: 0,
      message: { role: 'assistant', content: 'Mail [masked:email_address], or [PERSON_1].' },
      finish_reason: 'stop',
    })
    expect(coverage).toMatchObject({ policy: 'mask', notScanned: [] })
  })

  it('has a mask that is no placeholder, whatever the type, and is not restored', () => {
    for (const type of ['PERSON', 'CASE_1', 'MASKED_1', 'X']) {
      const given = [entry('[CASE_1]', 'a'), entry('[MASKED_CASE_1]', 'b'), entry('[MASKED_PERSON_1]', 'c')]
      expect(findLookalikes(maskOf(type))).toEqual([])
      expect(createRestorer(given).restoreText(`see ${maskOf(type)} 1`)).toBe(`see ${maskOf(type)} 1`)
    }
  })
})
