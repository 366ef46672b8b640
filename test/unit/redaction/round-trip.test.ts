import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '../../../src/domain/chat/types.ts'
import { createRestorer } from '../../../src/domain/redaction/restore.ts'
import { redact, redactArguments, redactText, stringsOf } from './support.ts'

const VALUES = [
  ...['ann.lee@example.com', '"john doe"@example.com', '+49 30 901820', '(415) 555-2671', '4111 1111 1111 1111'],
  ...[
    'DE89 3704 0044 0532 0130 00',
    '536-22-1234',
    '10.20.30.40',
    '2001:db8::17',
    'https://ann:pw@host.example/x?y={[1]}',
  ],
  ...[
    'AKIAIOSFODNN7EXAMPLE',
    'password="a\\"b9"',
    'pwd: x9!"{[',
    '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQ\n-----END PRIVATE KEY-----',
  ],
]
const GLUE = [
  ...[
    '[EMAIL_ADDRESS_1]',
    'PHONE_NUMBER_2',
    '[us ssn 1]',
    '[',
    ']',
    '{',
    '}',
    '"',
    '\\',
    '\\u0040',
    '\\"',
    ':',
    ',',
    '\n',
    ' ',
  ],
  ...[
    '{"a":"',
    '"}',
    '["',
    '"]',
    '```json\n',
    '[1, ',
    'é',
    '\u{1f600}',
    '\ud800',
    'password',
    '=',
    'x',
    '0',
    '-',
    '\t',
    'null',
  ],
]
const part = fc.oneof(
  fc.constantFrom(...VALUES),
  fc.constantFrom(...GLUE),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
)
const text = fc.array(part, { maxLength: 24 }).map((parts) => parts.join(''))
/** Without spellings of placeholders, which stay as they are, and without broken JSON, which cuts values up. */
const plainText = fc
  .array(part, { maxLength: 24 })
  .map((parts) => parts.filter((one) => !/[_ ][0-9]\]?$|[[{]/.test(one)).join(''))
const json: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(
      fc.constant(null),
      fc.boolean(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !Object.is(n, -0)),
    ),
    fc.constantFrom<Json>(4111111111111111, 5363221234),
    text,
    fc.constantFrom(...VALUES),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(text, fc.constantFrom('password', 'phone')), tie('value'), { maxKeys: 4 }),
    tie('value').map((value) => JSON.stringify(value)),
  ),
})).value

/** JSON read through to the innermost string. */
const meaning = (given: string): unknown =>
  JSON.parse(given, (_, value) => (typeof value === 'string' && value.startsWith('{') ? meaning(value) : value))

describe('redact, echo, restore', () => {
  it('gives any text back as it was', async () => {
    await fc.assert(
      fc.asyncProperty(text, async (given) => {
        // In a document of JSON such an escape comes back in the spelling of JSON.stringify.
        fc.pre(!(given.includes('\\u0040') && /(?:^|\n)\s*[{["]/.test(given)))
        const { text: redacted, redacted: all } = await redactText(given)
        expect(createRestorer(all.placeholders).restoreText(redacted)).toBe(given)
      }),
      { numRuns: 800 },
    )
  })

  it('gives half a surrogate pair in a JSON string of a text back as it stood', async () => {
    for (const given of [
      '["\ud800ann.lee@example.com',
      '["ann.lee@example.com\udc00"]',
      '{"password":"k9\ud800Zq7w!"}',
    ]) {
      const { text: redacted, redacted: all } = await redactText(given)
      expect(createRestorer(all.placeholders).restoreText(redacted)).toBe(given)
    }
  })

  it('gives a value that is escaped in another way than JSON.stringify does back as the same value', async () => {
    const given = [
      String.raw`{"password":"k9\u0040Zq7\u002fw","mail":"ann\u0040example.com"}`,
      String.raw`{"a":"{\"password\":\"k9\ud800Zq7w\"}"}`,
    ]
    for (const one of given) {
      const { text: redacted, redacted: all } = await redactText(one)
      expect(redacted).not.toMatch(/Zq7|ann/)
      expect(meaning(createRestorer(all.placeholders).restoreText(redacted))).toEqual(meaning(one))
    }
  })

  it('gives any JSON in arguments back byte for byte, and sends valid JSON', async () => {
    await fc.assert(
      fc.asyncProperty(json, fc.constantFrom(0, 2), async (value, indent) => {
        const given = JSON.stringify(value, null, indent)
        // In JSON inside a string both come back in the spelling that JSON.stringify has for them there.
        fc.pre(!/\\\\u0040|\\ud[89a-f]/.test(given))
        const { text: redacted, redacted: all } = await redactArguments(given)
        expect(() => JSON.parse(redacted)).not.toThrow()
        expect(createRestorer(all.placeholders).restoreJson(redacted)).toBe(given)
      }),
      { numRuns: 800 },
    )
  })

  it('gives any JSON in a message back byte for byte', async () => {
    await fc.assert(
      fc.asyncProperty(json, text, async (value, tail) => {
        const given = `${JSON.stringify(value)}${tail}`
        // Such escapes come back in the spelling of JSON.stringify.
        fc.pre(!/\\u(?:0040|d[89a-f])/.test(given))
        const { text: redacted, redacted: all } = await redactText(given)
        expect(createRestorer(all.placeholders).restoreText(redacted)).toBe(given)
      }),
      { numRuns: 300 },
    )
  })

  it('leaves nothing that was recognised in any string of the request', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(plainText, { minLength: 1, maxLength: 4 }), async (texts) => {
        const { request, placeholders } = await redact({
          messages: texts.map((content) => ({ role: 'user', content })),
          tools: [{ type: 'function', function: { name: 'f', parameters: { texts } } }],
        })
        const sent = stringsOf(request).join('\n')
        for (const { value: known } of placeholders) if (known.length >= 8) expect(sent).not.toContain(known)
      }),
      { numRuns: 300 },
    )
  })

  it('gives an unchanged beginning the same numbers whatever follows', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...VALUES), { minLength: 1, maxLength: 6 }),
        fc.constantFrom(...VALUES),
        async (values, last) => {
          const messages: JsonObject[] = values.map((content) => ({ role: 'user', content }))
          const first = await redact({ messages })
          const second = await redact({ messages: [...messages, { role: 'user', content: last }] })
          expect(second.request.messages.slice(0, -1)).toEqual(first.request.messages)
          expect(second.placeholders.slice(0, first.placeholders.length)).toEqual(first.placeholders)
        },
      ),
      { numRuns: 200 },
    )
  })
})
