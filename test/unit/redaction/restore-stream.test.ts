import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ChatChunk, JsonObject } from '../../../src/domain/chat/types.ts'
import { createRestorer, createTable } from '../../../src/domain/redaction/restore.ts'
import { createChannel } from '../../../src/domain/redaction/restore-channel.ts'
import { createStreamRestorer } from '../../../src/domain/redaction/restore-stream.ts'
import { chunk, entry, joined } from './support.ts'

const placeholders = [
  entry('[PERSON_1]', 'Ann "O\'Hara" Lee'),
  entry('[PERSON_12]', '\u{1f600}\n\\'),
  entry('[EMAIL_ADDRESS_1]', 'ann@example.com'),
  entry('[CREDIT_CARD_DIGITS_1]', '4111111111111111'),
]
const table = createTable(placeholders)
const restorer = createRestorer(placeholders)

function inPieces(pieces: readonly string[], root: 'text' | 'json'): string {
  const channel = createChannel(table, root)
  return pieces.map((piece) => channel.push(piece)).join('') + channel.end()
}

function cuts(text: string): string[][] {
  const all: string[][] = []
  for (let mask = 0; mask < 2 ** (text.length - 1); mask += 1) {
    const pieces: string[] = ['']
    for (let i = 0; i < text.length; i += 1) {
      pieces[pieces.length - 1] += text[i] ?? ''
      if ((mask >> i) % 2 === 1) pieces.push('')
    }
    all.push(pieces)
  }
  return all
}

/** Texts made of what matters to restoration. */
const fragment = fc.constantFrom(
  ...[
    '[PERSON_1]',
    '[person 12]',
    'PERSON_1',
    'PERSON_12',
    '[EMAIL-ADDRESS_1]',
    '[CREDIT_CARD_DIGITS_1]',
    '[PERSON_',
    '[PER',
  ],
  ...[
    'PERSON',
    '_1',
    '1',
    '2',
    ']',
    '[',
    '"',
    '\\',
    '\\"',
    '\\u005b',
    '\\u00',
    '\\n',
    '\n',
    '{',
    '}',
    '{"a":"',
    '":',
    ',',
    ' ',
  ],
  ...['\u{1f600}', '\ud83d', '\ude00', '\u{1d49c}', 'é', 'x', "'s", '-', '{"', '["', '\\\\', '\\\\\\"', 'true', '7'],
)
const text = fc.array(fragment, { maxLength: 40 }).map((parts) => parts.join(''))
const root = fc.constantFrom('text' as const, 'json' as const)

/** Whether more text could make a placeholder of it: a spelling's beginning, an escape sequence's, half a character. */
function isUndecided(tail: string): boolean {
  if (tail === '' || tail === '"') return true
  const plain = tail
    .replaceAll(/\\{1,8}u005b/g, '[')
    .replace(/\\+(?:u[0-9a-f]{0,3})?$/, '')
    .replace(/[\ud800-\udbff]$/, '')
    .replace(/^\\*"/, '')
  const isBracketed = plain.startsWith('[')
  return placeholders.some(({ placeholder }) => {
    if (!isBracketed) return placeholder.slice(1, -1).startsWith(plain)
    return placeholder.startsWith(plain.toUpperCase().replaceAll(/[ -]/g, '_'))
  })
}

function releases(given: string, out: string): boolean {
  const channel = createChannel(table, 'text')
  return channel.push(given) === out || channel.push('') === out
}

describe('restoring a stream', () => {
  it.each([
    ['[PERSON_12]s', 'text'],
    ['PERSON_1 [x', 'text'],
    ['{"a":PERSON', 'json'],
    ['"[PERSON_1]"', 'json'],
  ] as const)('gives the same for every cut of %s', (whole, kind) => {
    const wanted = inPieces([whole], kind)
    for (const pieces of cuts(whole)) expect(inPieces(pieces, kind)).toBe(wanted)
  })

  it('gives the same unit by unit, and for random cuts, as in one', () => {
    fc.assert(
      fc.property(text, root, fc.infiniteStream(fc.integer({ min: 1, max: 9 })), (whole, kind, sizes) => {
        const wanted = inPieces([whole], kind)
        expect(
          inPieces(
            [...Array(whole.length).keys()].map((i) => whole[i] ?? ''),
            kind,
          ),
        ).toBe(wanted)
        const pieces: string[] = []
        for (let i = 0; i < whole.length; ) {
          const size = sizes.next().value ?? 1
          pieces.push(whole.slice(i, i + size))
          i += size
        }
        expect(inPieces(pieces, kind)).toBe(wanted)
      }),
      { numRuns: 2000 },
    )
  })

  it('holds back nothing but the beginning of a spelling and the character that decides it', () => {
    fc.assert(
      fc.property(text, (whole) => {
        const channel = createChannel(table, 'text')
        let out = ''
        for (let i = 1; i <= whole.length; i += 1) {
          out += channel.push(whole[i - 1] ?? '')
          const given = whole.slice(0, i)
          const tails = [...Array(Math.min(i, 40) + 1).keys()].map((length) => given.slice(given.length - length))
          const held = tails.find(
            (tail) => isUndecided(tail) && releases(given.slice(0, given.length - tail.length), out),
          )
          expect(held, `held back of ${JSON.stringify(given)}`).toBeDefined()
        }
      }),
      { numRuns: 300 },
    )
  })

  it('flushes what is held in a chunk of its own before the finish reason', () => {
    const stream = createStreamRestorer(placeholders)
    expect(stream.push(chunk({ role: 'assistant', content: '' }))).toHaveLength(1)
    expect(stream.push(chunk({ content: 'Hello [PERS' }))[0]?.choices[0]?.delta).toEqual({ content: 'Hello ' })
    expect(stream.push(chunk({ content: 'ON_' }))).toEqual([])
    const last = stream.push(chunk({}, 'stop'))
    expect(last.map((one) => one.choices[0])).toEqual([
      { index: 0, delta: { content: '[PERSON_' }, finish_reason: null },
      { index: 0, delta: {}, finish_reason: 'stop' },
    ])
    expect(stream.end()).toEqual([])
  })

  it('gives out what is held when a stream breaks off', () => {
    const stream = createStreamRestorer(placeholders)
    stream.push(chunk({ content: 'PERSON_1' }))
    expect(joined(stream.end(), (delta) => delta.content)).toBe('Ann "O\'Hara" Lee')
    expect(createStreamRestorer(placeholders).end()).toEqual([])
  })

  it('keeps choices and tool calls apart', () => {
    const stream = createStreamRestorer(placeholders)
    const call = (index: number, args: string): JsonObject => ({
      tool_calls: [{ index, function: { arguments: args } }],
    })
    const out = [
      chunk({ content: '[PERSON' }, null, 0),
      chunk({ content: '[EMAIL' }, null, 1),
      chunk(call(0, '{"a":"[PER'), null, 0),
      chunk(call(1, '{"b":"[EMAIL_'), null, 0),
      chunk({ content: '_ADDRESS_1]' }, null, 1),
      chunk(call(0, 'SON_1]"}'), null, 0),
      chunk({ content: '_1]' }, null, 0),
      chunk(call(1, 'ADDRESS_1]"}'), null, 0),
      chunk({}, 'tool_calls', 0),
      chunk({}, 'stop', 1),
    ].flatMap((one) => stream.push(one))
    const args = (index: number) => (delta: JsonObject) => {
      const calls = (delta.tool_calls ?? []) as { index: number; function?: { arguments?: string } }[]
      return calls.find((one) => one.index === index)?.function?.arguments
    }
    expect(joined(out, (delta) => delta.content)).toBe('Ann "O\'Hara" Lee')
    expect(joined(out, (delta) => delta.content, 1)).toBe('ann@example.com')
    expect(joined(out, args(0))).toBe('{"a":"Ann \\"O\'Hara\\" Lee"}')
    expect(joined(out, args(1))).toBe('{"b":"ann@example.com"}')
  })

  it('restores the name of a tool at once, and one that comes in pieces before its arguments', () => {
    const names = [entry('[PHONE_NUMBER_1]', 'call_4155552671')]
    const first = (name: string, args: string): ChatChunk =>
      chunk({ tool_calls: [{ index: 0, id: 'c', type: 'function', function: { name, arguments: args } }] })
    expect(createStreamRestorer(names).push(first('PHONE_NUMBER_1', ''))[0]?.choices[0]?.delta.tool_calls?.[0]).toEqual(
      {
        index: 0,
        id: 'c',
        type: 'function',
        function: { name: 'call_4155552671', arguments: '' },
      },
    )
    const stream = createStreamRestorer(names)
    const out = [
      ...stream.push(first('PHONE_', '')),
      ...stream.push(chunk({ tool_calls: [{ index: 0, function: { name: 'NUMBER_1' } }] })),
      ...stream.push(chunk({ tool_calls: [{ index: 0, function: { arguments: '{}' } }] })),
    ]
    const name = (delta: JsonObject) =>
      ((delta.tool_calls ?? []) as { function?: { name?: string } }[])[0]?.function?.name
    expect(joined(out, name)).toBe('call_4155552671')
  })

  it('leaves usage, log probabilities and unknown chunks as they are', () => {
    const stream = createStreamRestorer(placeholders)
    const usage = { ...chunk({}), choices: [], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } }
    expect(stream.push(usage)).toEqual([usage])
    const withLogprobs = chunk({ content: '[PER' })
    const choice = withLogprobs.choices[0]
    if (choice) choice.logprobs = { content: [] }
    expect(stream.push(withLogprobs)[0]?.choices[0]).toMatchObject({
      delta: { content: '' },
      logprobs: { content: [] },
    })
  })

  it('puts together what restoring in one gives, for any cut into chunks', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 8 }), fc.array(text, { maxLength: 8 }), (contents, args) => {
        const stream = createStreamRestorer(placeholders)
        const out: ChatChunk[] = []
        for (let i = 0; i < Math.max(contents.length, args.length); i += 1) {
          const call = { index: 0, function: { arguments: args[i] ?? '' } }
          out.push(...stream.push(chunk({ content: contents[i] ?? '', tool_calls: [call] })))
        }
        out.push(...stream.push(chunk({}, 'tool_calls')))
        expect(joined(out, (delta) => delta.content)).toBe(restorer.restoreText(contents.join('')))
        const read = (delta: JsonObject) =>
          ((delta.tool_calls ?? []) as { function?: { arguments?: string } }[])[0]?.function?.arguments
        expect(joined(out, read)).toBe(restorer.restoreJson(args.join('')))
      }),
      { numRuns: 500 },
    )
  })
})
