import { describe, expect, it } from 'vitest'
import { encodedText } from '../../../src/domain/redaction/encoded-text.ts'
import { refineNames } from '../../../src/domain/redaction/refine-names.ts'
import { found } from './support.ts'

/** What is a name by its surroundings alone, of which a net says what `said` says. */
const names = (text: string, said: readonly string[] = []): string[] =>
  refineNames(
    text,
    said.map((name) => {
      const start = text.indexOf(name)
      return { start, end: start + name.length, entityType: 'PERSON' as const, score: 0.9 }
    }),
    'model',
  ).map(({ start, end }) => text.slice(start, end))

describe('A name that nobody knows is one', () => {
  it.each([
    ['Ensuite M. Zzyxeneur confirme.', 'Zzyxeneur'],
    ['reçu par Me Zzyxlaut', 'Zzyxlaut'],
    ['AV: Fr. Zzyxhofer ruft zurück', 'Zzyxhofer'],
    ['Mag. Zzyxhuber mahnt bis Freitag', 'Zzyxhuber'],
    ['laut OÄ Zzyxner stabil', 'Zzyxner'],
    ['el piso de don Zzyxardo', 'Zzyxardo'],
    ['falar com a Sr.ª Zzyxeira', 'Zzyxeira'],
    ['Left at door, signed "K ZZYXARD", photo', 'K ZZYXARD'],
    ['04 JUL  FPO  T ZZYX-HOLT RENT   -20.00', 'T ZZYX-HOLT'],
    ["Zzyxi's mobile 021 555 0101", 'Zzyxi'],
    ['Child: Zzyxha, born 01-02-2013\nChild: Zzyxani, born 03-04-2015', 'Zzyxani'],
  ])('in %j', (text, name) => {
    expect(names(text)).toContain(name)
  })

  it.each([
    'Diagnose: M. Crohn seit Jahren',
    'offen Do. 9-12, Fr. Nachmittag zu',
    'Mag. Theol. und mehr',
    "England's phone bills",
    "Leeds's number 7 bus",
    'Signed I AGREE',
  ])('and none in %j', (text) => {
    expect(names(text)).toEqual([])
  })

  it('behind what somebody is to somebody, where it is a thing elsewhere', () => {
    expect(names('I called my wife Ruby at noon')).toContain('Ruby')
    expect(names('the wife Ruby gem is 2.1')).toEqual([])
    expect(names('I told my boss May 5 is fine')).toEqual([])
  })

  it('as a whole: with what is written before a given name, and with a family before a middle name', () => {
    expect(names('to Md. Zzyxiq Zzyxlam today', ['Zzyxiq Zzyxlam'])).toEqual(['Md. Zzyxiq Zzyxlam'])
    expect(names('it is LE THI ZZYX | card', ['THI ZZYX'])).toEqual(['LE THI ZZYX'])
    expect(names('see Table Thi Zzyx', ['Thi Zzyx'])).not.toContain('Table Thi Zzyx')
  })
})

describe('What a net takes for a person and is none', () => {
  it.each([
    ["he had Crohn's disease in 2019", 'Crohn'],
    ['On 3 May I took it back', 'May I'],
    ['Hartwich & Pinch is authorised and regulated', 'Hartwich'],
    ['Hartwich & Pinch is authorised and regulated', 'Pinch'],
    ['the Ex-Freundin zahlt', 'Ex-Freundin'],
    ['Mandat für Hunde-Steuer fehlt', 'Hunde-Steuer'],
    ['yours, Penzance Griggs LLP', 'Penzance Griggs LLP'],
    ['Prof. Dr. med. habil.', 'med'],
    ['Plate\tVIN\tOwner', 'Plate\tVIN'],
    ['03 JUL  DEB  ALDI 77', 'DEB'],
    ['Tone: friendly', 'Tone'],
    ['at Zzyxadri Finserv, Pune', 'Zzyxadri Finserv'],
  ])('in %j', (text, name) => {
    expect(names(text, [name])).toEqual([])
  })

  it('but persons who go together, and who has an ordinary trouble, are', () => {
    expect(names('Zzyxwich & Zzinch are here', ['Zzyxwich'])).toContain('Zzyxwich')
    expect(names("then Zzyxa's oesophagus was seen", ['Zzyxa'])).toEqual(['Zzyxa'])
    expect(names('Zzyxa\tLund\tX', ['Zzyxa\tLund'])).toEqual(['Zzyxa\tLund'])
  })
})

describe('A day of birth is found', () => {
  it.each([
    ['Zzyxar, DN 07-11-1958, n.º 4', '07-11-1958'],
    ['Aanvragers: Joris van den Berg (4 juni 1987) en', '4 juni 1987'],
    ['Date of birth 03 JUN /JUIN 79\nSex F', '03 JUN /JUIN 79'],
    ['AGENT: your date of birth?\nCALLER: third of the eleventh eighty-one.\n', 'third of the eleventh eighty-one'],
    ['OFC: Date of birth?\n00:20 MAN: Uh June second, seventy-nine.', 'June second, seventy-nine'],
    ['Pers.-Nr.;Name;Vorname;Geb.;IdNr\n7;Zzyx;Zzyxa;05.03.1990;12345678901', '05.03.1990'],
    ['Name;Vorname;GebDat;Ort\nZzyx;Zzyxa;05.03.1990;X', '05.03.1990'],
  ])('in %j', async (text, value) => {
    expect(await found(text)).toContain(value)
  })

  it.each(['Rohr DN 100, am 07-11-2024', 'Shall we?\nthird of the eleventh eighty-one', 'on 03 JUN /JUIN 79'])(
    'and none in %j',
    async (text) => {
      expect(await found(text)).toEqual([])
    },
  )
})

describe('A number is known by its label', () => {
  it.each([
    ['KRA PIN: A012345678Z (hereinafter', 'A012345678Z'],
    ['Spouse, NRC 104417/22/1, member', '104417/22/1'],
    ['the UTR followed by the letter K: 1234567890K.', '1234567890K'],
    ['one patient (CHI 0101501234), had', '0101501234'],
    ['HCN 1234-567-890-AB', '1234-567-890-AB'],
    ['NAM ZZYA 6702 1451, ensuite', 'ZZYA 6702 1451'],
    ['DL (TX) A123-456-78-901-0, street', 'A123-456-78-901-0'],
    ['Käufer, Pass CKLMNPRTV, ledig', 'CKLMNPRTV'],
    ['ag 0312 conta 481206-3', '0312'],
    ['Pay to: BSB 062-000  Acct 514208  Name', '514208'],
    ['Accounts: checking 5180044921, and', '5180044921'],
    ['His policy document QX-118240-B went', 'QX-118240-B'],
    ['Reg\tVIN\tDriver\nCA 507-114\tX\tY', 'CA 507-114'],
  ])('in %j', async (text, value) => {
    expect(await found(text)).toContain(value)
  })

  it.each([
    'the NRC met in 2024',
    'UTR 99, page 4',
    'chi 2024 e chi no',
    'der Pass VERBOTENX',
    'ag 2024 und mehr',
    'checking 10485760 bytes',
    'REG NO, NAME, EXAM\nED/0218/21, x, 51',
  ])('and none in %j', async (text) => {
    expect(await found(text)).toEqual([])
  })
})

describe('What says who somebody is is found', () => {
  it.each([
    ['SSR DOCS ZX HK1 P/GBR/918273645/GBR/04APR71/F/02JUN33/ZZYX/QWOLLA ANN', '918273645'],
    ['SSR DOCS ZX HK1 P/GBR/918273645/GBR/04APR71/F/02JUN33/ZZYX/QWOLLA ANN', '04APR71'],
    ['SSR DOCS ZX HK1 P/GBR/918273645/GBR/04APR71/F/02JUN33/ZZYX/QWOLLA ANN', 'ZZYX/QWOLLA ANN'],
    ['host,mac,last_user,last_ip\nX,a4:99:69:c0:4f:dd,tzzyxo,10.12.40.31', 'tzzyxo'],
    ['sshd[41]: Failed password for tzzyxler from 203.0.113.9', 'tzzyxler'],
    ['within 20 min, user id zzyx_77.', 'zzyx_77'],
    ['rotate the db user erp_ro_agnieszka as well', 'erp_ro_agnieszka'],
    ['Birgitta Lundh-Oder, www.birgittamalt.example', 'www.birgittamalt.example'],
    ['Hanneke Zzyx. Mijn portfolio staat op hannekezzyx.example/werk en', 'hannekezzyx.example/werk'],
    ['Mein Portfolio steht auf zzyxwerk.example/bilder und', 'zzyxwerk.example/bilder'],
    ['code – gitlab.com/zzyxu and more', 'gitlab.com/zzyxu'],
    ['data:\n  username: enp5eF93b2xmZW4=\n', 'enp5eF93b2xmZW4='],
    ['a=1&pesel=NDQwNTE0MDE0NTg=&b=2', 'NDQwNTE0MDE0NTg='],
    ['iban G.B.2.9.N.W.B.K.6.0.1.6.1.3.3.1.9.2.6.8.1.9, ok', 'G.B.2.9.N.W.B.K.6.0.1.6.1.3.3.1.9.2.6.8.1.9'],
    ['alarm code for the shed is 9083#', '9083#'],
    ['x, session=0f1e2d3c4b5a69788796a5b4c3d2e1f0}', '0f1e2d3c4b5a69788796a5b4c3d2e1f0'],
    ['[mail]\nsmtp_pass = qwzzyxkjhgfdsaxb\n', 'qwzzyxkjhgfdsaxb'],
    ['"line1": "Blk 88 Bishan Street 4 #03-11", "postal": "570088"', 'Blk 88 Bishan Street 4 #03-11'],
    ['el piso de Passeig de Gràcia 41, 2n 3a, 08007 Barcelona de', 'Passeig de Gràcia 41, 2n 3a, 08007 Barcelona'],
    ['A: Loc. Su Zzyxu snc, 08020 San Teodoro (SS), citofono', 'Loc. Su Zzyxu snc, 08020 San Teodoro (SS)'],
    ['"Zzyxagh, Ballina, Co. Mayo"', 'Zzyxagh, Ballina, Co. Mayo'],
    ['at Palm Court, Zzyxana Road, Kilimani, Nairobi at', 'Palm Court, Zzyxana Road, Kilimani, Nairobi'],
  ])('in %j', async (text, value) => {
    expect(await found(text)).toContain(value)
  })

  it('with the postal code of its address', async () => {
    expect(await found('{"line1": "Blk 88 Bishan Street 4", "postal": "570088"}')).toContain('570088')
  })

  it.each([
    'DOCS: P/N 12345 in the list',
    'Failed password for root from the console',
    'user id test_1',
    'rotate the db user erp_ro_replica as well',
    'Our website northwind.example/work is down',
    'username: YWRtaW5pc3RyYXRvcg==',
    'the door code changes daily',
    'full_name: Reporting service',
    'session=expired',
    'if x:\n  password = settings\n',
    'in Naas, Co. Kildare',
    'Wiedervorlage in 6 Wochen bei Dr. X',
    'Date:   Mon Jul 7 17:40:01 2025 +0100',
  ])('and nothing in %j', async (text) => {
    expect(await found(text)).toEqual([])
  })

  it('in base64 behind what its field is called', () => {
    expect(encodedText('pesel=NDQwNTE0MDE0NTg=')?.text).toBe('pesel: 44051401458')
    expect(encodedText('customer_pesel=44051401458')).toBeNull()
  })
})
