import { describe, expect, it } from 'vitest'
import { createBuiltinEngine } from '../../../src/adapters/pii/builtin/engine.ts'
import { knownNames, withMentions } from '../../../src/domain/redaction/persons/name-agreement.ts'
import { createRestorer } from '../../../src/domain/redaction/restore.ts'
import { entry, redact, redactArguments, redactText } from './support.ts'

const MEGABYTE = 1_000_000

function filled(unit: string, length: number): string {
  return unit.repeat(Math.ceil(length / unit.length)).slice(0, length)
}

/** Seconds of this process's own time: others on the machine do not count. */
async function cpuSeconds(work: () => Promise<unknown> | unknown): Promise<number> {
  const before = process.cpuUsage()
  await work()
  return process.cpuUsage(before).user / 1e6
}

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

// Who shares a core with a run makes it twice as long: it counts as slow when it is so three times.
describe('hostile text', { retry: 2 }, () => {
  it.each(['a@a@a@', '1', '[', '353650114204253 x '])(
    'of 1 MB of %s takes less than 3 s',
    async (unit) => {
      const text = filled(unit, MEGABYTE)
      expect(await cpuSeconds(() => redactText(text))).toBeLessThan(3)
      expect(await cpuSeconds(() => redactArguments(text))).toBeLessThan(3)
    },
    60_000,
  )

  it('of names and sites that may be theirs takes time by its length, not by both', async () => {
    expect(await cpuSeconds(() => redactText(filled('Zz Zz https://zzzzzz.com ', 240_000)))).toBeLessThan(3)
  }, 60_000)

  it.each(UNITS)(
    'of 60 KB of %j takes its share of that',
    async (unit) => {
      const text = filled(unit, 60_000)
      expect(await cpuSeconds(() => redactText(text))).toBeLessThan(1)
      expect(await cpuSeconds(() => redactArguments(text))).toBeLessThan(1)
    },
    60_000,
  )

  it.each([
    ['fields of persons', 'Driver: Zz, '],
    ['rows of tables', 'a;Zz Zz;b\n'],
    ['rows of SQL', "('a', 'Zz Zz'), "],
    ['letters apart', 'z z z y '],
    ['names in small letters', 'mr zzyx '],
    ['names that stand again', 'Ann Lee, Zz '],
  ])(
    'of 240 KB of %s takes time by its length',
    async (_, unit) => {
      const text = filled(unit, 240_000)
      const half = text.slice(0, 120_000)
      const whole = await cpuSeconds(() => namesOf(text))
      // In the square it would be four times as much.
      expect(whole).toBeLessThan(Math.max(1, 3 * (await cpuSeconds(() => namesOf(half)))))
    },
    60_000,
  )

  it('nested deep in JSON is read to the end', async () => {
    let nested = 'ann@example.com'
    for (let depth = 0; depth < 14; depth += 1) nested = JSON.stringify([nested])
    expect(nested.length).toBeGreaterThan(16_000)
    const { text } = await redactArguments(nested)
    expect(text).not.toContain('ann@example.com')
    expect(await cpuSeconds(() => redactArguments('['.repeat(100_000) + ']'.repeat(100_000)))).toBeLessThan(3)
  }, 60_000)

  it('with tens of thousands of values takes linear time to redact and to restore', async () => {
    const rows = Array.from({ length: 15_000 }, (_, i) => ({ id: i, email: `ann${i}@example.com` }))
    const given = JSON.stringify(rows)
    const took = await cpuSeconds(async () => {
      const { text, redacted } = await redactArguments(given)
      expect(redacted.placeholders).toHaveLength(15_000)
      expect(createRestorer(redacted.placeholders).restoreJson(text)).toBe(given)
    })
    expect(took).toBeLessThan(6)
  }, 60_000)

  it('that repeats a known value inside one long number takes linear time', async () => {
    const given = `["4111111111111111",${filled('4111111111111111', 500_000)}]`
    expect(await cpuSeconds(() => redactArguments(given))).toBeLessThan(3)
    const schema = { long: filled('ann@example.com ', 500_000), 'ann@example.com': 1 }
    const tools = [{ type: 'function', function: { name: 'f', parameters: schema } }]
    expect(await cpuSeconds(() => redact({ tools }))).toBeLessThan(3)
  }, 60_000)

  it('in an answer takes linear time to restore', async () => {
    const { restoreText, restoreJson } = createRestorer([
      entry('[PERSON_1]', 'Ann'),
      entry('[CREDIT_CARD_DIGITS_1]', '4'),
    ])
    for (const unit of ['[', '[PERSON_', '[PERSON_1', 'PERSON_1', '"[CREDIT_CARD_DIGITS_', '\\', '{"a":"', '[[', 'P']) {
      const text = filled(unit, MEGABYTE)
      expect(await cpuSeconds(() => restoreText(text))).toBeLessThan(3)
      expect(await cpuSeconds(() => restoreJson(text))).toBeLessThan(3)
    }
  }, 60_000)
})
