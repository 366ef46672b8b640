import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createBuiltinEngine } from '../../../src/adapters/pii/builtin/engine.ts'
import { analyzeText } from '../../../src/domain/redaction/analyze-text.ts'
import { refineNames } from '../../../src/domain/redaction/refine-names.ts'
import { found } from './support.ts'

const names = (text: string): string[] => refineNames(text, [], 'model').map(({ start, end }) => text.slice(start, end))

describe('A value is found', () => {
  it.each([
    ['copy of your passport (the one you sent, LR0482917, has expired)', 'LR0482917'],
    ['¿Me regala su pasaporte?\n[11:05] Cliente: AAG448172', 'AAG448172'],
    ["carte nationale d'identité n° X4RTBPFW4, ci-après", 'X4RTBPFW4'],
    ['| Moira | GLEND 761092 M99CD 08 | 2025 |', 'GLEND 761092 M99CD 08'],
    ['Ich, mit dem KS-RT 1184 und der F-LK 207', 'KS-RT 1184'],
    ['Daan levert leaseauto K-482-TB in', 'K-482-TB'],
    ['VS-Nr. KH 88.104.227-6', 'KH 88.104.227-6'],
    ['login from 45.134.212.88, her usual is 81.2.117.203.\nYes', '81.2.117.203'],
    ['datadog_api_key         = "ea17e7010128a970e2b77295898d1d3a"', 'ea17e7010128a970e2b77295898d1d3a'],
    ['sleutel = 30744bcc01c68c55874180e569cf80f1', '30744bcc01c68c55874180e569cf80f1'],
    ['[09:14] @zzyxwell: anyone know why', 'zzyxwell'],
    ['$ ssh bvanzzyx@198.51.100.24 -p 2222', 'bvanzzyx'],
    ['09:14:10 beheer INFO cache geleegd door tvzzyx\n', 'tvzzyx'],
    ['domicilié chaussée de Wavre 418, 1040 Etterbeek', 'chaussée de Wavre 418, 1040 Etterbeek'],
    [
      'The Property is Basement Flat, 58 Wellington Terrace, Hastings TN34 9HH.',
      'Basement Flat, 58 Wellington Terrace, Hastings TN34 9HH',
    ],
    [
      'Address .............. No. 18, 3rd Cross, Zzyxnagar, Bengaluru 560011\nMobile ...... no',
      'No. 18, 3rd Cross, Zzyxnagar, Bengaluru 560011',
    ],
    ['Passport no _____________________ K41829037', 'K41829037'],
    ['Surname            Zzyxali', 'Zzyxali'],
    ['Capucine Zzyx, née Zzyxillon, le 02.02.1967. Passeport', '02.02.1967'],
    ['AIG|1||ZZYXEN^QWOLL^^^DR\nAIL|2', 'ZZYXEN^QWOLL^^^DR'],
    ['WARN rate limit key=ip:2001:db8:41c:9f::d3 route=/v2', '2001:db8:41c:9f::d3'],
    ['Que pague en ES15-0182-4477-1502-0088-3391 en 10 días', 'ES15-0182-4477-1502-0088-3391'],
    ['banco 748, agência 0719, conta-corrente 33108-6, ou', '33108-6'],
  ])('in %j', async (text, value) => {
    expect(await found(text)).toContain(value)
  })

  it('as an address of Tron with its checksum', async () => {
    expect(await found('to: TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t')).toEqual(['TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t'])
    expect(await found('to: TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6u')).toEqual([])
  })

  it.each([
    'your passport renewal, order AB1234567',
    'PO-448120;KX-220-BLK;12;Hermes;in transit',
    'Address ..............\nPassport no ........ see page 4\nTotal ........ 48213',
    'see section 4.2, and clause 81.2.117.203',
    `sleutel = ${createHash('sha256').update('x').digest('hex').slice(0, 12)}`,
    'chave: principal-do-armario-azul',
  ])('and none in %j', async (text) => {
    expect(await found(text)).toEqual([])
  })
})

describe('A name is known by how it is written', () => {
  it.each([
    ['Janine Prowse, P-R-O-W-S-E, calling', 'P-R-O-W-S-E'],
    ['hi its z z y x a again', 'z z y x a'],
    ['Z z y x a  Q w o l l // x', 'Z z y x a  Q w o l l'],
    ['data: ZZYXULOV BAKYT ASANOVICH, born 9 February', 'ZZYXULOV BAKYT ASANOVICH'],
    ['interphone « LE ZZYX ».', 'LE ZZYX'],
    ['Flat 8 – the Abernathys, noise', 'Abernathys'],
    ['Mrs Olabisi (prefers "Zzyxi")', 'Zzyxi'],
    ['para José Antonio «Zzyxo» Barragán', 'Antonio «Zzyxo» Barragán'],
    ['split "Achter, Marijke; Bello, Usman; Castro-Lima, Annika"', 'Castro-Lima, Annika'],
  ])('%j', (text, name) => {
    expect(names(text)).toContain(name)
  })
  it.each(['options a b c d e', 'x-x-x-x', 'the Guidelines, the Terms', 'Vitamins A B C D', 'A-B-C-D-E'])(
    'and none in %j',
    (text) => {
      expect(names(text)).toEqual([])
    },
  )
})

describe('A talk is no list of persons', () => {
  it('whoever speaks in it', () => {
    const talk = 'Doctor: Zzyx on leave.\nPatient: Zzyxaches. Qwoll side\nDoctor: Zzyx it is\nPatient: Qwoll side'
    expect(names(talk)).toEqual([])
  })
})

describe('A name of a form that dots lead to', () => {
  it('is found whatever its letters are, but nothing behind what is no name', () => {
    expect(names('[1] Surname ................ ZZYXACHARJEE\n[2] Total ........ Zzyx')).toEqual(['ZZYXACHARJEE'])
    expect(names('Roepnaam (kort) ...... Zzyxa')).toEqual(['Zzyxa'])
  })
})

describe('A name that is hidden behind another spelling', () => {
  it.each([
    ['<p>Dear Bj&ouml;rn &Aring;kesson,</p>', 'Björn Åkesson', 'Bj&ouml;rn &Aring;kesson'],
    ['?x=Jos%C3%A9%20Barreto&y=1', 'José Barreto', 'Jos%C3%A9%20Barreto'],
    ['it is %25C5%2581ucja', 'Łucja', '%25C5%2581ucja'],
    ['{"a":"SnVsaWEgS293YWxld3NraQ=="}', 'Julia Kowalewski', 'SnVsaWEgS293YWxld3NraQ=='],
    ['ask for Bab\u200baji\u200bde.', 'Babajide', 'Bab\u200baji\u200bde'],
  ])('is shown to the net and masked where it stands: %j', async (text, name, written) => {
    expect(analyzeText(text, [], 'en').views.some((view) => view.text.includes(name))).toBe(true)
    const engine = createBuiltinEngine({
      names: {
        version: '0',
        read: async (texts) =>
          texts.map((one) => {
            const start = one.indexOf(name)
            const span = { start, end: start + name.length, entityType: 'PERSON' as const, score: 0.99 }
            return { names: start < 0 ? [] : [span], identifiers: [] }
          }),
      },
    })
    const [results = []] = await engine.analyze([text])
    expect(results.map(({ start, end }) => text.slice(start, end))).toContain(written)
  })
  it('is not looked for where nothing is hidden', () => {
    expect(analyzeText('Ann Lee is here', [], 'en').views).toEqual([])
  })
})
