import fc from 'fast-check'

/** A person as an officer describes them, and ways in which others write them. */
export const ANN = {
  user: 'emp-0004217',
  identifiers: [
    { type: 'EMAIL_ADDRESS', value: 'ann.lee@example.com' },
    { type: 'PHONE_NUMBER', value: '+1 415 555 2671' },
    { type: 'PERSON', value: 'Ánn Lee' },
    { type: 'US_SSN', value: '536-22-1234' },
    { type: 'ADDRESS', value: '12 Oak Street, Springfield' },
    { type: 'PERSON', value: '王小明' },
  ],
}

const digitsApart = (digits: string) =>
  fc
    .array(fc.constantFrom('', '', '-', ' ', '.', '\u00a0', '/', ') ', ' - ', '\u2011'), {
      minLength: digits.length,
      maxLength: digits.length,
    })
    .map((marks) => [...digits].map((digit, index) => digit + (index + 1 < digits.length ? marks[index] : '')).join(''))

const anyCase = (text: string) =>
  fc
    .array(fc.boolean(), { minLength: text.length, maxLength: text.length })
    .map((upper) => [...text].map((letter, index) => (upper[index] ? letter.toUpperCase() : letter)).join(''))

const fullWidth = (text: string) =>
  [...text].map((c) => (c > ' ' && c <= '~' ? String.fromCharCode(c.charCodeAt(0) + 0xfee0) : c)).join('')

const withJoiners = (text: string) => [...text].join('\u200b')

/** Spellings of one value that a person takes for the same. */
export const spelling: fc.Arbitrary<string> = fc.oneof(
  anyCase('ann.lee@example.com'),
  anyCase('emp-0004217'),
  fc.constantFrom(' ', '  ', '\n', '\u00a0', '-', '_', '.', ' \t ').map((gap) => `Ann${gap}Lee`),
  anyCase('ann lee'),
  fc.constantFrom('Ánn Lee', 'A\u0301nn Lee', 'Lee, Ann', 'LEE,  Ánn', 'ＡＮＮ Ｌｅｅ', '王小明'),
  digitsApart('4155552671'),
  digitsApart('14155552671').map((number) => `+${number}`),
  digitsApart('536221234'),
  fc.constantFrom('12 oak street, springfield', '12 Oak Street\nSpringfield', '12 OAK STREET,  SPRINGFIELD'),
  anyCase('ann.lee@example.com').map(fullWidth),
  anyCase('ann.lee@example.com').map(withJoiners),
)

const percent = (text: string) => [...Buffer.from(text)].map((b) => `%${b.toString(16).padStart(2, '0')}`).join('')
const unicodeEscapes = (text: string) =>
  text.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
const references = (text: string) => [...text].map((c) => `&#${c.codePointAt(0)};`).join('')
const base64 = (text: string) => Buffer.from(text).toString('base64')
const wide = (text: string) => Buffer.from(text, 'utf16le')

/** Ways to write a text so that something else stands there; what is left around the mention has to stay. */
export const ENCODINGS: Readonly<Record<string, (text: string) => string>> = {
  plain: (text) => text,
  url: encodeURIComponent,
  percent,
  'percent twice': (text) => encodeURIComponent(percent(text)),
  form: (text) => new URLSearchParams({ v: text }).toString().slice(2),
  escapes: unicodeEscapes,
  json: (text) => JSON.stringify(JSON.stringify(text)).slice(1, -1),
  references,
  base64,
  'base64 without padding': (text) => base64(text).replace(/=+$/, ''),
  base64url: (text) => Buffer.from(text).toString('base64url'),
  'base64 of more': (text) => base64(`to ${text} and others`),
  'base64 twice': (text) => base64(`see ${base64(`dear ${text}`)} there`),
  'base64 behind something': (text) => `x${base64(text)}`,
  'base64 in a URL': (text) => encodeURIComponent(base64(`${text}?`)),
  'URL in base64': (text) => base64(`https://x.example/?q=${encodeURIComponent(text)}&r=1`),
  hex: (text) => Buffer.from(text).toString('hex'),
  HEX: (text) => Buffer.from(text).toString('hex').toUpperCase(),
  '0x': (text) => `0x${Buffer.from(text).toString('hex')}`,
  'UTF-16 in base64': (text) => wide(text).toString('base64'),
  'UTF-16BE in hex': (text) => wide(text).swap16().toString('hex'),
}

export const encodingName = fc.constantFrom(...Object.keys(ENCODINGS))

/** Text that names nobody: words, other people, numbers, code, anything. */
export const innocent: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    'annual leave',
    'annlee',
    'Joann Lee',
    'Mary-Ann Lee',
    'Ann Leeson',
    'joann.lee@example.com',
    'jo-ann.lees@example.com',
    'ann.leeward@example.com',
    'emp-00042175',
    'temp-0004218',
    '415 555 2670',
    '94155552671',
    '41555526715',
    '[PERSON_1] wrote to [EMAIL_ADDRESS_2]',
    '12 Oak Street',
    'SGVsbG8gd29ybGQsIHRoaXMgaXMgZmluZQ==',
    '100% & more \\ "quoted" {"a": [1, 2.50, 1e5]}',
    '王小明'.slice(0, 2),
    '\ud800',
  ),
  fc.string({ unit: 'grapheme', maxLength: 12 }).filter((text) => !/[0-9]/.test(text)),
)
