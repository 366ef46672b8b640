import { describe, expect, it } from 'vitest'
import { writtenNames } from '../../../src/domain/redaction/name-cues.ts'
import type { Recogniser } from '../../../src/domain/redaction/recogniser.ts'
import { account } from '../../../src/domain/redaction/recognisers/account/account.ts'
import { postalAddress } from '../../../src/domain/redaction/recognisers/address/postal-address.ts'
import { bic } from '../../../src/domain/redaction/recognisers/bic.ts'
import { creditCard } from '../../../src/domain/redaction/recognisers/credit-card.ts'
import { date } from '../../../src/domain/redaction/recognisers/date.ts'
import { labelledNumber } from '../../../src/domain/redaction/recognisers/labelled/labelled-number.ts'
import { secret } from '../../../src/domain/redaction/recognisers/secret.ts'
import { spelledEmail } from '../../../src/domain/redaction/recognisers/spelled-email.ts'
import { url } from '../../../src/domain/redaction/recognisers/url.ts'
import { vehiclePlate } from '../../../src/domain/redaction/recognisers/vehicle-plate.ts'

function values(recogniser: Recogniser, text: string): string[] {
  return [...new Set(recogniser.find(text, 'en').map(({ start, end }) => text.slice(start, end)))]
}

describe('An account that is called after a person is one', () => {
  it.each([
    ['File "/home/jmuller/app.py", line 3', ['jmuller']],
    ['C:\\Users\\anna.nowak\\notes.txt', ['anna.nowak']],
    ['"assignee": "pkowalski"', ['pkowalski']],
    ['Requester: okafor_j (Finance)', ['okafor_j']],
    ['[09:12] schmidt-k: on it', ['schmidt-k']],
    ['thanks @hr-helena!', ['hr-helena']],
    ['comment: florian.gruber@build-07', ['florian.gruber']],
    ['sudo: florian.gruber : TTY=pts/3', ['florian.gruber']],
    ['Benutzername: hschmitt', ['hschmitt']],
    ['username=mreyes99&x=1', ['mreyes99']],
    ['"nombre de usuario": "qwertzu"', ['qwertzu']],
    ['his login nvduc, password on paper', ['nvduc']],
    ['my user is h.grzegorzewska now', ['h.grzegorzewska']],
    ['Author: xX_nullptr_Xx <1+x@users.example>', ['xX_nullptr_Xx']],
    ['new admin (@yerin_pta) here', ['yerin_pta']],
    ['[18:31] @kruemel83: salad', ['kruemel83']],
    ['skype: live:jo.doe_44', ['live:jo.doe_44']],
    ['discord: nightowl#4421', ['nightowl#4421']],
    ['[10:02] priya.raman: disk\n[10:03] xqzt: on it', ['priya.raman', 'xqzt']],
    ['moon_77: hey did u see it\nnanna.b: no I did not\nmoon_77: ya but she did', ['moon_77', 'nanna.b']],
    ['[anna.zzyx] who has it?\n[ann.lee] me', ['anna.zzyx', 'ann.lee']],
    ['02:11 INFO login ok user=pdimitrova ip=1', ['pdimitrova']],
    ['GET /setup.exe - CORP\\mvandijk', ['CORP\\mvandijk']],
    ['203.0.113.9 - dkowalxy [26/Nov/2025:14:02:13 +0100] "GET /"', ['dkowalxy']],
    ['-rw-r--r-- 1 mreyesxy staff 120 Nov 3 a.txt', ['mreyesxy']],
    ['TargetUserName=mpatelxy IpAddress=::1', ['mpatelxy']],
    ['Approved by ......... lbrandt2', ['lbrandt2']],
    ['zalogowany jako l.brandt.', ['l.brandt']],
    ['vpn user ext-mreyes still locked', ['ext-mreyes']],
    ['gebruiker sdevries3 is geblokkeerd', ['sdevries3']],
    ['inlognaam sdevries', ['sdevries']],
    ['thx @olzyx for that', ['olzyx']],
    ['lbrandt pushed to main', ['lbrandt']],
    ['asked by u/sunnybrandt_x', ['sunnybrandt_x']],
    ['Zugangsdaten: mmeier / Blume#77', ['mmeier']],
    ['mi user es @zyxuela por las dudas', ['zyxuela']],
    ['merci @mzyx !', ['mzyx']],
    ['zyxer_2291: hm?\nother_778: that is the same mail\nzyxer_2291: ok', ['zyxer_2291', 'other_778']],
  ])('in %j', (text, found) => {
    expect(values(account, text)).toEqual(found)
  })

  it.each([
    '/home/ubuntu/app /home/node/.npm /Users/Shared/x',
    'user: postgres, owner: platform-team, author: renovate-bot',
    'Summarise the reporter fields; import @angular/core, @dataclass, @param name',
    'git@github.com:owner/repository.git root@web-03',
    'user_id = 17, owner = null, agent: reply to the ticket',
    'user=postgres host=db login=required NT\\system',
    'require("./users/users.js"), the username and password, var username = "foobar"',
    'username: string; login: required; user: User | null',
    '  max_retries: how many tries there are\n  api_version: which one it is',
    'DECLARE @start_date date; image@sha256:9f2b1d0c7e64',
    '10.0.0.1 - healthcheck [26/Nov/2025:14:02:13 +0100] "GET /"',
    '-rw-r--r-- 1 root www-data 120 Nov 3 a.txt',
    '@media print { } .a { color: @primary-color; }',
    'with @Input() name and @Injectable class, ping @platform-team',
    'branch pushed to main, client opened the issue, u/0 and bin/u/x',
    'step_10: run this one\nstep_11: run that one',
    '    kind: bar\n    unit: mm\n    series: cost',
    'Agent: Please wait\nUser: change my address',
    'error: cannot open file; note: candidate expects 2 arguments',
  ])('and other accounts are none: %j', (text) => {
    expect(values(account, text)).toEqual([])
  })
})

describe('A registration plate', () => {
  it.each([
    ['mine is LD64 KWM', ['LD64 KWM']],
    ['a lorry, 201-WH-1402', ['201-WH-1402']],
    ['KA 03 MN 4821 is hers', ['KA 03 MN 4821']],
    ['the car is ld64kwm', ['ld64kwm']],
    ['Auto: M-XY 4711', ['M-XY 4711']],
    ['voiture AB-123-CD garée', ['AB-123-CD']],
    ['samochód WA 4821K', ['WA 4821K']],
  ])('is found in %j', (text, found) => {
    expect(values(vehiclePlate, text)).toEqual(expect.arrayContaining(found))
  })

  it.each([
    'part AB-123-CD of order XK12 ABC-9',
    'version 191-D, release 2024-K-12',
    'ISO 8601, RFC 9457, TLS 1.3, UTF 8',
    'commit AB12CDE and postcode EC1A 1BB',
  ])('is not found in %j', (text) => {
    expect(values(vehiclePlate, text)).toEqual([])
  })
})

describe('What stands around a value tells', () => {
  it('the bank behind an IBAN', () => {
    expect(values(bic, 'to GB82 WEST 1234 5698 7654 32 (WESTGB22)')).toEqual(['WESTGB22'])
    expect(values(bic, 'the word (HANDBOOK) alone')).toEqual([])
  })

  it('a password right behind the word for it', () => {
    expect(values(secret, 'wifi password copper-kettle-77, please')).toEqual(['copper-kettle-77'])
    expect(values(secret, 'the password 2.0 page, the password reset, a password sha256 digest')).toEqual([])
  })

  it.each([
    ['server.login("reports@corp.example", "Gr4ny-Smythe!88")', 'Gr4ny-Smythe!88'],
    ['cvc: "418"', '418'],
    ['Backup code used: 7HQK-22MX-PLRD.', '7HQK-22MX-PLRD'],
    [
      'seed phrase: "canyon velvet oxygen limb puzzle harvest orbit scatter mimic dune lantern wisdom"',
      'canyon velvet oxygen limb puzzle harvest orbit scatter mimic dune lantern wisdom',
    ],
  ])('a secret in %j', (text, value) => {
    expect(values(secret, text)).toContain(value)
  })

  it('an address that begins inside what is none', () => {
    const text = 'write me at dragan (dot) p88 [at] inbox (dot) example'
    expect(values(spelledEmail, text)).toEqual(['dragan (dot) p88 [at] inbox (dot) example'])
  })

  it('and a time stamp behind a port is no card', () => {
    expect(values(creditCard, 'MOVED 12182 redis-node-2:6379 2024-09-02 07:00:10')).toEqual([])
  })

  it.each([
    ["Driver's licence of applicant 1: M2534-010586-07", 'M2534-010586-07'],
    ['my passport is gone, number C4VPL9JHK', 'C4VPL9JHK'],
    ['And your licence number?\nAnn: D4471-22034', 'D4471-22034'],
    ['sort code 40-11-62, no. 50618823', '50618823'],
  ])('what a number is: %j', (text, value) => {
    expect(values(labelledNumber, text)).toContain(value)
  })

  it.each([
    ['https://speakerdeck.com/someone42', true],
    ['https://example.com/team/helena-schmidt', true],
    ['https://helenaschmidt.de/about', true],
    ['https://example.com/docs/getting-started', false],
    ['https://postgresql.org/docs', false],
    ['https://cloudflare.com', false],
  ])('whose page %s is', (text, isPersonal) => {
    expect(values(url, `see ${text} for it`)).toEqual(isPersonal ? [text] : [])
  })

  it('a date that answers a question for a birth', () => {
    const chat = 'agent: and your date of birth please\ncaller: mary oduya 12 june 1967'
    const types = date.find(chat, 'en').map(({ entityType }) => entityType)
    expect(types).toEqual(['DATE_OF_BIRTH'])
    const later = 'name and date of birth please\ncaller: you have it. I rang on 3 March 2025'
    expect(date.find(later, 'en').map(({ entityType }) => entityType)).toEqual(['DATE_TIME'])
  })

  it.each([
    'Unit 7, 41 Harbour Street, Ultimo NSW 2007',
    '23 Glenmore Drive, Phibsborough, Dublin 7, D07 A1B2',
    'Tigh Mór, Gweedore, Co. Donegal F92 X1K2',
    'flat 3 larch house, mill lane, london n8 9bd',
  ])('the whole of the address %j', (address) => {
    expect(values(postalAddress, `at ${address}.`)).toContain(address)
  })

  it.each([
    ['from Dave "Sparky" Hollis today', ['Dave "Sparky" Hollis']],
    ['ORGANIZER;CN=Hedda Lundqvist:mailto:x@example.com', ['Hedda Lundqvist']],
    ['BEGIN:VCARD\nN:Kowalewicz;Anna;;;', ['Kowalewicz;Anna']],
    ['PNR K7XM2P LUND/HEDDA MRS', ['LUND/HEDDA']],
    ['the "Big Data" Summit and A/B MS tests', []],
  ])('how names are written: %j', (text, found) => {
    expect(writtenNames(text).map(({ start, end }) => text.slice(start, end))).toEqual(found)
  })
})
