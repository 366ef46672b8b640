import { describe, expect, it } from 'vitest'
import { spokenNumbers } from '../../../src/domain/redaction/spoken-numbers.ts'
import { found } from './support.ts'

describe('A value is found however it is written', () => {
  it.each([
    ['dob 14MAR1986 ok', '14MAR1986'],
    ['ur. 11 listopada 1949 r., pesel', '11 listopada 1949 r.'],
    ['birthdate: 1986-03-14T00:00:00Z', '1986-03-14T00:00:00Z'],
    ['*14.03.1986 in Köln', '14.03.1986'],
    ['data de nasc. 14/03/1986', '14/03/1986'],
    ['fødselsdato 14.03.1986', '14.03.1986'],
    ['and your date of birth?\nVisitor: 11/23/69, and', '11/23/69'],
    ['passport read: XN5004216; d.o.b. read: 890517; ok', '890517'],
    ['Data nasc.\n23/set/1961\nConsulta', '23/set/1961'],
    ['nato a Bari il 1° maggio 1949, ricoverato', '1° maggio 1949'],
    ['oddzwonić do haliny: 48 601 555 147, sprawa', '48 601 555 147'],
    ['woont Oudegracht 212 bis, 3511 NR Utrecht. Sinds', 'Oudegracht 212 bis, 3511 NR Utrecht'],
    ['res. in via dei Gelsi 14/B, 35121 Padova (PD). Allegare', 'via dei Gelsi 14/B, 35121 Padova (PD)'],
    ['wohnhaft Mariahilfer Straße 88/2/14, 1070 Wien', 'Mariahilfer Straße 88/2/14, 1070 Wien'],
    ['the wifi "Mezzanine" with key hollow22barn.', 'hollow22barn'],
    ['memorable word tangerine, backup', 'tangerine'],
    ['backup codes 8f2k-99qd and m1x7-20ca. Ref', '8f2k-99qd and m1x7-20ca'],
    ['connect("vault", pin="774-Zebra", x)', '774-Zebra'],
    ['hasło tymczasowe Zielona.Zaba15, e-mail', 'Zielona.Zaba15'],
    ['token: whsec_b7Q0mR4kT9xLp2. Meu', 'whsec_b7Q0mR4kT9xLp2'],
    ['GET /u/ludo_pham/orders/558190', 'ludo_pham'],
    ["denied: '/home/mrego/.ssh'", 'mrego'],
    ['el usuario de la impresora es ainhoa.m y', 'ainhoa.m'],
    ['07:55 in KBX 417Q white Isuzu', 'KBX 417Q'],
    ['caller oh seven seven double oh nine hundred two one four', 'oh seven seven double oh nine hundred two one four'],
    [
      'au zéro six trente-neuf quatre-vingt-dix-huit zéro un quarante-quatre merci',
      'zéro six trente-neuf quatre-vingt-dix-huit zéro un quarante-quatre',
    ],
    ['whatsapp al seis 5 5, 55 cero 1 3 8. Preguntar', 'seis 5 5, 55 cero 1 3 8'],
    ['date of birth is the third of march nineteen fifty two she', 'the third of march nineteen fifty two'],
    ['né le six mai deux mille neuf il a', 'le six mai deux mille neuf'],
    ['she lives at forty one Wellesley Terrace, Hull', 'forty one Wellesley Terrace, Hull'],
    ['social is 5 3 1 - 0 9 - 7 7 4 2', '5 3 1 - 0 9 - 7 7 4 2'],
    ['what’s app + 2 3 4 8 0 3 1 1 7 9 4 2 6 or', '+ 2 3 4 8 0 3 1 1 7 9 4 2 6'],
    ['call o7 7oo 9oo 318 (o is zero)', 'o7 7oo 9oo 318'],
    ['Card： ３５３０　１１１３　３３３０　００００', '３５３０　１１１３　３３３０　００００'],
    ['Portfolio: https://qwertzu.dev (Go)', 'https://qwertzu.dev'],
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
    'one two three four five six seven eight nine ten, twenty one and thirty two of sixty people',
    'faktura FV 760/03/2025, Rechnung Nr. 2025-99542, code 06-2025-5501, guia RR 937 937 538 PT',
    'past a second kind of street, [X_KEY]: types_1.encodingKeys.METADATA_NULL',
    'twelve main points, the third street fair, Marie-Ange B. le 14 juillet',
    'GET /users/create, /u/settings/profile and /home/site/wwwroot',
    'VAT 192.32 Due 2025-04-30 Net 4',
    'session_id=7f3c9b2ad1e04a55 took 12 ms',
  ])('and nothing in %j', async (text) => {
    expect(await found(text)).toEqual([])
  })
})

describe('Numbers in words', () => {
  it.each([
    ['oh seven seven double oh nine hundred two one four', '07700900214'],
    ['nineteen fifty two', '1952'],
    ['quatre-vingt-dix-huit', '98'],
    ['soixante-dix', '70'],
    ['deux mille neuf', '2009'],
    ['mil novecientos ochenta y dos', '1982'],
    ['tweeëntwintig', '22'],
    ['achtundvierzig', '48'],
    ['six hundred and forty-two', '642'],
    ['+91-nine-eight-four', '91984'],
  ])('%s is %s', (words, digits) => {
    expect(spokenNumbers(words).map((number) => number.digits)).toEqual([digits])
  })
})
