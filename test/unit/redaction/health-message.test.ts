import { describe, expect, it } from 'vitest'
import { account } from '../../../src/domain/redaction/recognisers/account/account.ts'
import { healthMessage } from '../../../src/domain/redaction/recognisers/health-message.ts'

const found = (text: string) =>
  healthMessage.find(text, 'en').map(({ entityType, start, end }) => `${entityType} ${text.slice(start, end)}`)

describe('Messages of hospitals and insurers say by place who somebody is', () => {
  it('in HL7 v2', () => {
    const text = [
      'MSH|^~\\&|ADT|HOSP|||20250101||ADT^A01|1|P|2.5',
      'PID|1||5567123^^^HOSP^MR||LINDQVIST^EVA^M||19711130|F|||12 MAPLE RD^^DAYTON^OH^45402||(937)555-0101',
      'NK1|1|LINDQVIST^JAN|SPO||(937)555-0102',
      'PV1|1|I|4W^402^B||||OKORO^GRACE^T|||MED',
    ].join('\r')
    expect(found(text)).toEqual([
      'MEDICAL_RECORD_NUMBER 5567123',
      'PERSON LINDQVIST^EVA^M',
      'DATE_OF_BIRTH 19711130',
      'STREET_ADDRESS 12 MAPLE RD^^DAYTON^OH^45402',
      'PHONE_NUMBER (937)555-0101',
      'PERSON LINDQVIST^JAN',
      'PHONE_NUMBER (937)555-0102',
      'PERSON OKORO^GRACE^T',
    ])
  })

  it('in X12', () => {
    const text =
      'NM1*IL*1*LINDQVIST*EVA*M***MI*W2201744~N3*9 BAYOU ST~N4*HOUMA*LA*70360~DMG*D8*19790930*F~REF*SY*438551902~NM1*PR*2*PELICAN HEALTH*****PI*60054~'
    expect(found(text)).toEqual([
      'PERSON LINDQVIST*EVA*M',
      'INSURANCE_NUMBER W2201744',
      'STREET_ADDRESS 9 BAYOU ST',
      'STREET_ADDRESS HOUMA',
      'STREET_ADDRESS LA',
      'STREET_ADDRESS 70360',
      'DATE_OF_BIRTH 19790930',
      'US_SSN 438551902',
    ])
  })

  it('in FHIR, and in X12 with an element too many', () => {
    expect(
      found(
        '{"identifier": [{"use": "usual", "system": "urn:oid:1.2.3", "value": "127894652"}], "name": [{"x": "1"}]}',
      ),
    ).toEqual(['MEDICAL_RECORD_NUMBER 127894652'])
    expect(found('"identifier": [{"value": "127894652"}], "identifier": "A1234"')).toEqual([])
    expect(found('NM1*IL*1*LINDQVIST*EVA*M****MI*W2201744~')).toEqual([
      'PERSON LINDQVIST*EVA*M',
      'INSURANCE_NUMBER W2201744',
    ])
  })

  it('and not in tables, patterns and products that look like them', () => {
    expect(found('| PID | name |\n|---|---|\n| 17 | x |\nREF*17\nfoo PID|x')).toEqual([])
    expect(found('NM1*PR*2*PELICAN HEALTH*****PI*60054~')).toEqual([])
  })
})

describe('Who wrote something is a person', () => {
  const names = (text: string) => [...new Set(account.find(text, 'en').map(({ start, end }) => text.slice(start, end)))]

  it('in git blame', () => {
    expect(
      names('44c0d1f7 (tkhumalo   2025-01-06 09:45 +0200 17) x\n^1b2c3d4 src/a.ts (Ann Lee 2024-02-03 10:00 1) y'),
    ).toEqual(['tkhumalo', 'Ann Lee'])
  })

  it('in a chat of several, and on sites', () => {
    expect(names('<vkrishnan> that was me\n<qwertz> no\n<vkrishnan> revoked')).toEqual(['vkrishnan', 'qwertz'])
    expect(names('WeChat xiuying_w90, twitter: @gpapadim')).toEqual(['xiuying_w90', 'gpapadim'])
    expect(names('<section> a\n<details> b\n<summary> c')).toEqual([])
  })
})
