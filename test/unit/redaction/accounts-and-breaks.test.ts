import { describe, expect, it } from 'vitest'
import { typedIn } from './finds.ts'
import { found } from './support.ts'

describe('An account', () => {
  it.each([
    ['# ping ceciliaw on Mattermost before', 'ceciliaw'],
    ['or zzyx.projector on Matrix', 'zzyx.projector'],
    ['~/.pgpass\npg.example:5432:stock:rvanderzzyx:*', 'rvanderzzyx'],
    ['Rhys logged in as zzyxfan at 23:10', 'zzyxfan'],
    ['list entered by jmuller2, exported today', 'jmuller2'],
    ['correction by jmuller3, see', 'jmuller3'],
    ['user=lvdzzyxa peer=x', 'lvdzzyxa'],
    ['  inlog: gzzyxwit\n', 'gzzyxwit'],
    ['Identifiant web : tzx_1988.', 'tzx_1988'],
  ])('is somebody in %j', async (text, account) => {
    expect(await found(text)).toEqual([account])
  })

  it.each([
    'log in as usual at nine',
    'sign in as described below',
    'you log in as sonographer there',
    'the login broken for all',
    'CREATE ROLE looker LOGIN PASSWORD NULL',
    'sorted by column3, by page12',
    'it runs on Matrix and on Slack',
    'pg.example:5432:stock:reporting:*',
    'serviceAccountName: thumbnailer',
    'required username="fin-consumer" password=""',
    'Server=db.example;Database=Fleet;User ID=zzyxrunner;Encrypt=true',
    'Protocol=https;EndpointSuffix=x;AccountName=zzyxblobs;Version=2;Endpoint=y',
    'DefaultEndpointsProtocol=https;AccountName=zzyxprod;EndpointSuffix=x',
  ])('is nobody in %j', async (text) => {
    expect(await found(text)).toEqual([])
  })

  it('of a connection string is somebody where a name stands in it', async () => {
    expect(await found('Server=db.example;Database=Fleet;User ID=jmuller;Encrypt=true')).toEqual(['jmuller'])
  })
})

describe('A value that a line break splits behind a hyphen', () => {
  it.each([
    ['tax no 407-31-\n7719 name', 'US_SSN<407-31-\n7719>'],
    ['by card 4916-2208-\n7745-3109. Remit', 'CREDIT_CARD<4916-2208-\n7745-3109>'],
  ])('is one: %j', async (text, value) => {
    expect(await typedIn(text)).toEqual([value])
  })
  it('and three groups of other lengths are none', async () => {
    expect(await found('rows 407-31-\n77 of them')).toEqual([])
  })
})

describe('What base64 hides in a field', () => {
  it('is found without signs at its end as well', async () => {
    const hidden = Buffer.from('p.golestani@example.com').toString('base64').replace(/=+$/, '')
    expect(await found(`mail=${hidden}\nrack=12`)).toEqual([hidden])
  })
})

describe('What base64 hides behind two colons', () => {
  it('is read with what its field is called', async () => {
    const hidden = Buffer.from('44051401359').toString('base64')
    expect(await found(`dn: uid=x\npesel:: ${hidden}\n`)).toEqual([hidden])
  })
})

describe('What looks like a value', () => {
  it.each([
    ['see https://club.example/coaches/ståle-nygård', 'https://club.example/coaches/ståle-nygård'],
    ['ciągnik RKR 4F77 prowadzony', 'RKR 4F77'],
    ['cook (Indonesia, b 12.12.79) ill', '12.12.79'],
    ['"line1":"3 Heol y Bryn"', '3 Heol y Bryn'],
    ['出生 1994年8月6日 住址', '1994年8月6日'],
  ])('is one in %j', async (text, value) => {
    expect(await found(text)).toEqual([value])
  })

  it.each([
    'see https://club.example/players/list-all',
    'LTA 057-4418 2290, bordereau',
    'RG 24/01882 audience',
    'Rechnungsnummer RG-2025-04471 doppelt',
    '~ ssl_policy = "ELBSecurityPolicy-TLS13-1-2-2021-06"',
  ])('is none in %j', async (text) => {
    expect(await found(text)).toEqual([])
  })
})
