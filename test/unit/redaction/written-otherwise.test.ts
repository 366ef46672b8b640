import { describe, expect, it } from 'vitest'
import { findInText } from '../../../src/domain/redaction/redact-chat.ts'
import { engine } from './support.ts'

async function found(text: string): Promise<string[]> {
  return (await findInText({ text, engine, policy: {} })).map(({ start, end }) => text.slice(start, end))
}

describe('A value is found however it is written', () => {
  it.each([
    ['dob 14MAR1986 ok', '14MAR1986'],
    ['ur. 11 listopada 1949 r., pesel', '11 listopada 1949 r.'],
    ['birthdate: 1986-03-14T00:00:00Z', '1986-03-14T00:00:00Z'],
    ['*14.03.1986 in Köln', '14.03.1986'],
    ['data de nasc. 14/03/1986', '14/03/1986'],
    ['fødselsdato 14.03.1986', '14.03.1986'],
    ['and your date of birth?\nVisitor: 11/23/69, and', '11/23/69'],
    ['social is 5 3 1 - 0 9 - 7 7 4 2', '5 3 1 - 0 9 - 7 7 4 2'],
    ['what’s app + 2 3 4 8 0 3 1 1 7 9 4 2 6 or', '+ 2 3 4 8 0 3 1 1 7 9 4 2 6'],
    ['call o7 7oo 9oo 318 (o is zero)', 'o7 7oo 9oo 318'],
    ['Card： ３５３０　１１１３　３３３０　００００', '３５３０　１１１３　３３３０　００００'],
    ['hxxps://facebook[.]com/someone.77 was', 'hxxps://facebook[.]com/someone.77'],
    ['from 192[.]0[.]2[.]44 today', '192[.]0[.]2[.]44'],
    ['\n:59:/NO1615068293741\nX', 'NO1615068293741'],
    ['office IP 10.44.7.120, VPN IP 91.198.174.192.', '91.198.174.192'],
    ['refund to PT08 0035 0123 0000 4567 8901 2 please', 'PT08 0035 0123 0000 4567 8901 2'],
    ['ok issuer=RABONL2U iban=NL03RABO0318274655', 'RABONL2U'],
    ['pagerduty_key: u+Q7fKz93LmWvT2xRb1y', 'u+Q7fKz93LmWvT2xRb1y'],
    ['<password>Zebra!99</password>', 'Zebra!99'],
    ['<add key="ApiKey" value="3f2a9b8c7d" />', '3f2a9b8c7d'],
    ['password: |\n    multiLinePw9', 'multiLinePw9'],
    ['pw: qwerty_Nair ok', 'qwerty_Nair'],
    ['my password is correct-horse-battery', 'correct-horse-battery'],
    ['mon mdp c’est chaton42!', 'chaton42'],
    ['auth token a1b2c3d4e5f60718293a4b5c6d7e8f90', 'a1b2c3d4e5f60718293a4b5c6d7e8f90'],
    ['Cookie: theme=dark; sessionid=38afes7a8b2c9d0e1f', '38afes7a8b2c9d0e1f'],
    ['GET / JSESSIONID=1A530637289A03B07199A44E8D531427', '1A530637289A03B07199A44E8D531427'],
    ['Prüfziffer 737', '737'],
  ])('in %j', async (text, value) => {
    expect(await found(text)).toContain(value)
  })

  it.each([
    'primary_key: user_identifier_2024, cache_key=orders:v2, foreign_key: "customer_id"',
    'a token v2beta1-docs is, the secret santa-list-2024-final',
    'password is case-sensitive and state-of-the-art, password: PasswordField, pass: PassThrough',
    'Cookie: theme=dark; lang=de-DE; consent=true',
    'see arr[.] and x[:] of version 10.4.17.2',
    'to be or 1 o 2, 5 o 6 and 100 o 200 units',
    '* 14.03.2024 meeting\n* 15.03.2024 release',
    'DE12 is no country, AB12 3456 7890 no account',
    'session_id=7f3c9b2ad1e04a55 took 12 ms',
  ])('and nothing in %j', async (text) => {
    expect(await found(text)).toEqual([])
  })
})
