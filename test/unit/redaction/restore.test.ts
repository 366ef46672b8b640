import { describe, expect, it } from 'vitest'
import { createRestorer } from '../../../src/domain/redaction/restore.ts'
import { entry } from './support.ts'

const placeholders = [
  entry('[PERSON_1]', 'Ann "O\'Hara" Lee'),
  entry('[PERSON_12]', 'Bob'),
  entry('[EMAIL_ADDRESS_1]', 'ann@example.com'),
  entry('[CREDIT_CARD_DIGITS_1]', '4111111111111111'),
  entry('[SECRET_1]', 'a\\b\n"c"'),
]
const { restoreText, restoreJson, restoreName } = createRestorer(placeholders)

describe('restoring text', () => {
  it.each([
    ['[EMAIL_ADDRESS_1]', 'ann@example.com'],
    ['[email_address_1]', 'ann@example.com'],
    ['[Email Address 1]', 'ann@example.com'],
    ['[EMAIL-ADDRESS-1]', 'ann@example.com'],
    ['[Email_Address 1]', 'ann@example.com'],
    ['EMAIL_ADDRESS_1', 'ann@example.com'],
    ["EMAIL_ADDRESS_1's", "ann@example.com's"],
    ["[EMAIL_ADDRESS_1]'s", "ann@example.com's"],
    ['**[EMAIL_ADDRESS_1]**', '**ann@example.com**'],
    ['| [PERSON_12] | EMAIL_ADDRESS_1 |', '| Bob | ann@example.com |'],
    ['[x](mailto:[EMAIL_ADDRESS_1])', '[x](mailto:ann@example.com)'],
    [
      'https://a.example/u/EMAIL_ADDRESS_1?x=[EMAIL_ADDRESS_1]',
      'https://a.example/u/ann@example.com?x=ann@example.com',
    ],
    ['`const a = "[EMAIL_ADDRESS_1]"`', '`const a = "ann@example.com"`'],
    ['[[PERSON_12]]', '[Bob]'],
    ['[PERSON_12', '[Bob'],
    ['[PERSON_12 and', '[Bob and'],
    ['[ PERSON_12 ]', '[ Bob ]'],
    ['[person 12][PERSON_12]PERSON_12', 'BobBobBob'],
    ['[PERSON_1] and [PERSON_12]', 'Ann "O\'Hara" Lee and Bob'],
    ['PERSON_12\u{1f600}', 'Bob\u{1f600}'],
    ['\u{1f600}PERSON_12', '\u{1f600}Bob'],
    ['PERSON_12-based', 'Bob-based'],
    ['"[CREDIT_CARD_DIGITS_1]"', '"4111111111111111"'],
  ])('restores %s', (given, wanted) => {
    expect(restoreText(given)).toBe(wanted)
  })

  it.each([
    'Person 12',
    'person_12',
    'Person_12',
    'PERSON 12',
    'PERSON-12',
    'PERSON_2',
    '[PERSON_2]',
    '[PERSON_012]',
    '[PERSON__12]',
    '[ PERSON 12 ]',
    '[Person_12 ]',
    '[PERSON_12_1]',
    '[PERSON\\_12]',
    'PERSON_123',
    'PERSON_12_3',
    'xPERSON_12',
    '_PERSON_12',
    '9PERSON_12',
    'éPERSON_12',
    'PERSON_12é',
    'PERSON_12x',
    'PERSON_12さん',
    'PERSON_12\u0301',
    'PERSON_12\u{1d49c}',
    '\u{1d49c}PERSON_12',
    '[ＰＥＲＳＯＮ_12]',
    '{PERSON12}',
  ])('leaves %s alone', (given) => {
    expect(restoreText(given)).toBe(given)
  })

  it('reads restored values never again', () => {
    const { restoreText: restore } = createRestorer([
      entry('[PERSON_1]', '[PERSON_2]'),
      entry('[PERSON_2]', '[PERSON_1]'),
    ])
    expect(restore('[PERSON_1] [PERSON_2] PERSON_1')).toBe('[PERSON_2] [PERSON_1] [PERSON_2]')
  })

  it('escapes a value as often as the JSON around it demands', () => {
    const value = 'a\\b\n"c"'
    expect(restoreText('see [SECRET_1]')).toBe(`see ${value}`)
    for (const given of ['{"k":"[SECRET_1]"}', '```json\n{\n  "k": "[SECRET_1]"\n}\n```', 'x\n["[SECRET_1]"]\n']) {
      const restored = restoreText(given)
      expect(restored).toBe(given.replace('[SECRET_1]', JSON.stringify(value).slice(1, -1)))
    }
    let nested: unknown = { k: ['[SECRET_1]', 'x'] }
    let wanted: unknown = { k: [value, 'x'] }
    for (let depth = 0; depth < 6; depth += 1) {
      nested = { inner: JSON.stringify(nested) }
      wanted = { inner: JSON.stringify(wanted) }
    }
    expect(restoreJson(JSON.stringify(nested))).toBe(JSON.stringify(wanted))
    const text = JSON.stringify(JSON.stringify(JSON.stringify({ k: '[SECRET_1]' })))
    expect(restoreJson(text)).toBe(JSON.stringify(JSON.stringify(JSON.stringify({ k: value }))))
  })

  it('keeps every other byte of the JSON', () => {
    const given = ' {"a" :\t"\\u0041\\/[EMAIL_ADDRESS_1]\\n",\r\n"[PERSON_12]":[1e5,-0.10,true , null]} trailing'
    expect(restoreJson(given)).toBe(given.replace('[EMAIL_ADDRESS_1]', 'ann@example.com').replace('[PERSON_12]', 'Bob'))
  })

  it('restores a placeholder whose letters are escaped', () => {
    expect(restoreJson('{"a":"\\u005bPERSON\\u005f12]"}')).toBe('{"a":"Bob"}')
    expect(restoreJson('{"a":"x\\nPERSON_12\\n"}')).toBe('{"a":"x\\nBob\\n"}')
    expect(restoreJson('{"a":"x\\u0041PERSON_12"}')).toBe('{"a":"x\\u0041PERSON_12"}')
  })

  it('makes a number of a placeholder that stood for one, and text where it is part of a text', () => {
    expect(restoreJson('{"card":"[CREDIT_CARD_DIGITS_1]"}')).toBe('{"card":4111111111111111}')
    expect(restoreJson('{"card":[CREDIT_CARD_DIGITS_1]}')).toBe('{"card":4111111111111111}')
    expect(restoreJson('{"card":"no. [credit card digits 1]"}')).toBe('{"card":"no. 4111111111111111"}')
    expect(restoreJson('{"[CREDIT_CARD_DIGITS_1]":1}')).toBe('{"4111111111111111":1}')
    expect(restoreJson('{"a":"{\\"card\\":\\"[CREDIT_CARD_DIGITS_1]\\"}"}')).toBe(
      '{"a":"{\\"card\\":4111111111111111}"}',
    )
    expect(restoreText('Card [CREDIT_CARD_DIGITS_1].')).toBe('Card 4111111111111111.')
  })

  it('takes the unquoted placeholders that models write for JSON values', () => {
    expect(restoreJson('{"a":[PERSON_12],"b":"[SECRET_1]"}')).toBe('{"a":Bob,"b":"a\\\\b\\n\\"c\\""}')
  })

  it('restores a name as a whole only', () => {
    expect(restoreName('PERSON_12')).toBe('Bob')
    expect(restoreName('call_PERSON_12')).toBe('call_PERSON_12')
  })

  it('restores every text of a completion and no id', () => {
    const { restoreCompletion } = createRestorer(placeholders)
    const completion = {
      id: '[PERSON_12]',
      object: 'chat.completion' as const,
      created: 1,
      model: 'm',
      choices: [
        {
          index: 0,
          finish_reason: 'stop',
          logprobs: { content: [{ token: '[PERSON_12]', logprob: 0 }] },
          message: {
            role: 'assistant' as const,
            content: 'Hi [PERSON_12]',
            refusal: 'No, PERSON_12',
            tool_calls: [
              {
                id: 'PERSON_12',
                type: 'function' as const,
                function: { name: 'PERSON_12', arguments: '{"a":"[PERSON_1]"}' },
              },
            ],
          },
        },
      ],
    }
    const restored = restoreCompletion(completion)
    expect(restored.id).toBe('[PERSON_12]')
    expect(restored.choices[0]?.logprobs).toEqual(completion.choices[0]?.logprobs)
    expect(restored.choices[0]?.message).toEqual({
      role: 'assistant',
      content: 'Hi Bob',
      refusal: 'No, Bob',
      tool_calls: [
        { id: 'PERSON_12', type: 'function', function: { name: 'Bob', arguments: '{"a":"Ann \\"O\'Hara\\" Lee"}' } },
      ],
    })
  })
})
