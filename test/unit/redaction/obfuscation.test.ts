import { describe, expect, it } from 'vitest'
import { redactText } from './support.ts'

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64')
const hex = (text: string): string => Buffer.from(text, 'utf8').toString('hex')

const percent = (text: string): string => hex(text).replace(/../g, '%$&')
const entities = (text: string): string => [...text].map((char) => `&#${char.codePointAt(0)};`).join('')

/** What is written, and what a model gets of it. */
const HIDDEN: readonly (readonly [what: string, text: string, redacted: string])[] = [
  ['digits with spaces', 'card 4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 ok', 'card [CREDIT_CARD_1] ok'],
  ['digits with dots', 'card 4.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1 ok', 'card [CREDIT_CARD_1] ok'],
  ['letters that look like others', 'to аnn@exаmple.com now', 'to [EMAIL_ADDRESS_1] now'],
  ['an address that is spelled out', 'write to ann at example dot com today', 'write to [EMAIL_ADDRESS_1] today'],
  ['an address with brackets', 'ann.lee [at] example [dot] com', '[EMAIL_ADDRESS_1]'],
  ['base64', `see ${base64('mail ann@example.com please')} ok`, 'see [EMAIL_ADDRESS_1] ok'],
  ['base64 in base64', `see ${base64(base64('mail ann@example.com please'))} ok`, 'see [EMAIL_ADDRESS_1] ok'],
  ['percent in base64', `see ${base64('mail ann%40example.com please')} ok`, 'see [EMAIL_ADDRESS_1] ok'],
  ['entities in base64', `see ${base64('mail ann&#64;example.com please')} ok`, 'see [EMAIL_ADDRESS_1] ok'],
  ['percent in base64 in hex', `see ${hex(base64('mail ann%40example.com'))} ok`, 'see [EMAIL_ADDRESS_1] ok'],
  ['percent in percent', `mail ${percent(percent('ann@example.com'))} ok`, 'mail [EMAIL_ADDRESS_1] ok'],
  ['entities in entities', `mail ${entities(entities('ann@example.com'))} ok`, 'mail [EMAIL_ADDRESS_1] ok'],
  ['entities in percent', `mail ${percent(entities('ann@example.com'))} ok`, 'mail [EMAIL_ADDRESS_1] ok'],
  ['hex', `see ${hex('mail ann@example.com please')} ok`, 'see [EMAIL_ADDRESS_1] ok'],
  ['a card split over lines', 'card 4111 1111\n1111 1111 ok', 'card [CREDIT_CARD_1] ok'],
  ['an address split over lines', 'write to ann@\nexample.com ok', 'write to [EMAIL_ADDRESS_1] ok'],
  ['an IBAN split over lines', 'DE89 3704 0044\n0532 0130 00 ok', '[IBAN_CODE_1] ok'],
  ['a card in groups of spaced digits', 'card 4 1 1 1 . 1 1 1 1 . 1 1 1 1 . 1 1 1 1 ok', 'card [CREDIT_CARD_1] ok'],
  ['a card with dots', 'card 4111.1111.1111.1111 ok', 'card [CREDIT_CARD_1] ok'],
  ['a card with underscores', 'card 4111_1111_1111_1111 ok', 'card [CREDIT_CARD_1] ok'],
  ['letters for digits', 'card 4l11 1lll 1111 1111 ok', 'card [CREDIT_CARD_1] ok'],
  ['letters for digits over lines', 'Phone: O79II\n123\n456\nok', 'Phone: [PHONE_NUMBER_1]\nok'],
  ['a dump of hex', 'see 61 6e 6e 40 65 78 61 6d 70 6c 65 2e 63 6f 6d ok', 'see [EMAIL_ADDRESS_1] ok'],
  ['letters apart', 'addr 1 2 H i g h S t r e e t', 'addr [STREET_ADDRESS_1]'],
  ['letters apart in an address', 'an a n n (arroba) correo . com . br ok', 'an [EMAIL_ADDRESS_1] ok'],
  ['words with hyphens', 'an ann-dot-lee-at-example-dot-com ok', 'an [EMAIL_ADDRESS_1] ok'],
  ['words in capitals', 'an annATexampleDOTcom ok', 'an [EMAIL_ADDRESS_1] ok'],
  ['spaces around all signs', 'an ann @ example . com ok', 'an [EMAIL_ADDRESS_1] ok'],
  ['a sign under the line, in words', 'an ann guion bajo lee arroba example punto com ok', 'an [EMAIL_ADDRESS_1] ok'],
  ['a sign of German', 'an ann.lee klammeraffe example punkt de ok', 'an [EMAIL_ADDRESS_1] ok'],
  [
    'a plus in words',
    'number is plus four four seven seven double oh nine double oh one',
    'number is [PHONE_NUMBER_1]',
  ],
  ['digits of another script', 'SSN ٥٣٦-٢٢-١٢٣٤ ok', 'SSN [US_SSN_1] ok'],
  ['mathematical letters', '𝐚𝐧𝐧@example.com ok', '[EMAIL_ADDRESS_1] ok'],
]

describe('what is hidden', () => {
  it.each(HIDDEN)('is masked where it stands: %s', async (_what, text, redacted) => {
    expect((await redactText(text)).text).toBe(redacted)
  })

  it.each([
    'meet at example.com, visit noon dot com',
    'Привет, как дела? Это обычный текст.',
    'rows 1 2 3 4 5 and 10 20 30\n40 50 60',
    `sha256 ${'9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'}`,
    'version 1.2.3.4.5, ids 7 8 9',
    `logo ${Buffer.from([137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72]).toString('base64')}`,
  ])('is not seen where nothing is: %s', async (text) => {
    expect((await redactText(text)).text).toBe(text)
  })
})
