import { describe, expect, it } from 'vitest'
import { createBuiltinEngine } from '../../../src/adapters/pii/builtin/engine.ts'
import { ofLastText } from '../../../src/domain/redaction/of-last-text.ts'
import { knownNames, withMentions } from '../../../src/domain/redaction/persons/name-agreement.ts'
import { createRestorer } from '../../../src/domain/redaction/restore.ts'
import { expectLinear } from '../../support/growth.ts'
import { filled } from '../../support/hostile-texts.ts'
import { entry, redact, redactArguments, redactText } from './support.ts'

const MEGABYTE = 1_000_000

/** All that is done with a text of which the net says nothing. */
async function namesOf(text: string): Promise<void> {
  const silent = createBuiltinEngine({
    names: { version: '0', read: async (texts) => texts.map(() => ({ names: [], identifiers: [] })) },
  })
  const [found = []] = await silent.analyze([text])
  const known = knownNames([text], [found])
  if (known !== null) withMentions(text, found, known, () => false)
}

const UNITS = [
  ...[
    'a@a@a@',
    'a b ',
    'a_b_',
    '0o ',
    '61 6e ',
    'nineteen ',
    'bank 20-14-53 ',
    'Block 1, Street 1, ',
    '@',
    'a.a@b.b.',
    '1',
    '4111',
    '4 ',
    '01 ',
    '4111 1111 1111 111',
    '[',
    '{"a":[',
    '(',
    '(1)',
    '+1',
    '+49 30 901820, ',
  ],
  ...[
    'DE89 ',
    '123-45-6789',
    'a:',
    '::1:',
    '1.2.3.4.',
    'http://a:',
    'https://a.b/?x=1&e==',
    '-----BEGIN PRIVATE KEY-----',
  ],
  ...[
    'password="',
    'password: ',
    '-eyJaaaaaaaa',
    'sk-',
    'A_A_',
    '[PERSON ',
    '[PERSON_1',
    'Bearer ',
    '\\',
    '\\\\u',
    '"',
    '\\"',
  ],
  ...[
    '{"a":"{\\"b\\":\\"',
    '\\u0040',
    '\n[',
    ' ',
    'QUJDREVGR0hJSktM',
    'user_',
    'curl -u a:',
    '&#6',
    '\u200b',
    '４',
    '%25',
    'a://b:',
  ],
  ...[
    'seven ',
    'treseiseis',
    '5 o ',
    'user: ',
    'user is ',
    '[10:02] ann: ',
    'AB1234567, ',
    'passport ',
    'password for a ',
    'secret -> ',
    'passport (x) ',
    '12345 is my ',
    'Cookie: sid=',
    'memorable word ',
    'name\n',
    '<a>b</',
    'zip: 1, ',
  ],
  ...['A. ', 'Zz, ', 'Present: Zz, ', '"given": ["', '<fn>', 'thanks ', 'van de ', 'user="Zz '],
  ...['Zz: is it\n', '\n12:00 - ', '{"no":', '"text":"a","', 'G B 2 9 ', '4  ', 'AKIAAAAAAAAAAAAAAAAA/'],
  ...['Zz Zz https://zzzzzz.com ', 'passport x no. ', '\n1 - aaaa: '],
  ...['Driver: Zz, ', 'driver Zz ', 'mr zz ', 'a b c d ', 'Z-Z-', "('a', ", 'a;b\n', 'name=%41&', '&ouml;', '%C3%A9'],
  ...[
    'DOCS P/AA/',
    'Zz, Co. Mayo ',
    "Zz's phone ",
    'my son Zz ',
    'M. Zz ',
    'date of birth?\none two three\n',
    'site aa.',
  ],
  ...[
    'kid=abcd password=abcd1 ',
    '-----BEGIN PUBLIC KEY-----',
    'ssh-rsa AAAA',
    'the password (x) is "',
    'password is\n',
    'WIFI:T:WPA;',
    'net use a /user:b ',
    "identified by '",
    '| pw1 "a ',
    'otp secret ',
  ],
  ...[
    'door code for ',
    'pass = aaaaaaaaaaaa\n',
    'Zz House, Zz Road, Zz, ',
    'aa=QUJDREVGR0g= ',
    'SIGNED BY A ',
    'Zz & Zz is ',
  ],
  ...[
    'mr Zz member AB 12 ',
    'Mr Zz (AX-12345, ',
    'mr zz: no. 1\n',
    'mr zz;member\nA1234;A1234\n',
    'Mr Zz ID 1234567 ',
    'A 12 ',
  ],
  ...['passport AB123456 ', '\n@aaaa: ', 'F-LK 2 ', 'Zz Zz born ', 'a.', 'address .', 'address   '],
]

/** In a message and in a tool's arguments. */
async function bothWays(text: string): Promise<void> {
  await redactText(text)
  await redactArguments(text)
}

describe('time grows with the length of hostile text, not with its square', { timeout: 120_000 }, () => {
  it.each(['a@a@a@', '1', '[', '353650114204253 x '])('%s, up to 1 MB', (unit) =>
    expectLinear(MEGABYTE, (length) => bothWays(filled(unit, length))),
  )

  it('names and sites that may be theirs', () =>
    expectLinear(240_000, (length) => redactText(filled('Zz Zz https://zzzzzz.com ', length))))

  it.each(UNITS)('%j', (unit) => expectLinear(60_000, (length) => bothWays(filled(unit, length))))

  it.each([
    ['fields of persons', 'Driver: Zz, '],
    ['rows of tables', 'a;Zz Zz;b\n'],
    ['rows of SQL', "('a', 'Zz Zz'), "],
    ['letters apart', 'z z z y '],
    ['names in small letters', 'mr zzyx '],
    ['names that stand again', 'Ann Lee, Zz '],
  ])('%s, of which the net says nothing', (_, unit) => expectLinear(240_000, (length) => namesOf(filled(unit, length))))

  it('a text that is asked about again and again, behind another string that says the same', () =>
    expectLinear(
      200_000,
      (length) => {
        const lengthOf = ofLastText((text) => text.length)
        const [before, text] = [Buffer.alloc(length, 'a').toString(), Buffer.alloc(length, 'a').toString()]
        lengthOf(before)
        for (let i = 0; i < length; i += 1) lengthOf(text)
      },
      100,
    ))

  it('nested deep in JSON, which is read to the end', async () => {
    let nested = 'ann@example.com'
    for (let depth = 0; depth < 14; depth += 1) nested = JSON.stringify([nested])
    expect(nested.length).toBeGreaterThan(16_000)
    const { text } = await redactArguments(nested)
    expect(text).not.toContain('ann@example.com')
    await expectLinear(100_000, (depth) => redactArguments('['.repeat(depth) + ']'.repeat(depth)))
  })

  it('tens of thousands of values, redacted and restored', () =>
    expectLinear(15_000, async (count) => {
      const rows = Array.from({ length: count }, (_, i) => ({ id: i, email: `ann${i}@example.com` }))
      const given = JSON.stringify(rows)
      const { text, redacted } = await redactArguments(given)
      expect(redacted.placeholders).toHaveLength(count)
      expect(createRestorer(redacted.placeholders).restoreJson(text)).toBe(given)
    }))

  it('a known value again and again inside one long number or key', () =>
    expectLinear(500_000, async (length) => {
      await redactArguments(`["4111111111111111",${filled('4111111111111111', length)}]`)
      const schema = { long: filled('ann@example.com ', length), 'ann@example.com': 1 }
      await redact({ tools: [{ type: 'function', function: { name: 'f', parameters: schema } }] })
    }))

  it.each(['[', '[PERSON_', '[PERSON_1', 'PERSON_1', '"[CREDIT_CARD_DIGITS_', '\\', '{"a":"', '[[', 'P'])(
    '%j, restored in an answer',
    async (unit) => {
      const { restoreText, restoreJson } = createRestorer([
        entry('[PERSON_1]', 'Ann'),
        entry('[CREDIT_CARD_DIGITS_1]', '4'),
      ])
      await expectLinear(MEGABYTE, (length) => {
        const text = filled(unit, length)
        restoreText(text)
        restoreJson(text)
      })
    },
  )
})
