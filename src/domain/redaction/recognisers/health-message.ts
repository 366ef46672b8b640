import type { Candidate, Recogniser } from '../recogniser.ts'

type FieldKinds = Readonly<Record<number, string>>

/** Fields of HL7 v2 segments that say who somebody is, by their number in the segment (HL7 2.5.1, chapter 3). */
const HL7: Readonly<Record<string, FieldKinds>> = {
  PID: {
    2: 'MEDICAL_RECORD_NUMBER',
    3: 'MEDICAL_RECORD_NUMBER',
    4: 'MEDICAL_RECORD_NUMBER',
    5: 'PERSON',
    6: 'PERSON',
    7: 'DATE_OF_BIRTH',
    9: 'PERSON',
    11: 'STREET_ADDRESS',
    13: 'PHONE_NUMBER',
    14: 'PHONE_NUMBER',
    18: 'BANK_ACCOUNT',
    19: 'US_SSN',
    20: 'DRIVER_LICENSE',
  },
  NK1: { 2: 'PERSON', 4: 'STREET_ADDRESS', 5: 'PHONE_NUMBER', 6: 'PHONE_NUMBER', 30: 'PERSON' },
  PD1: { 4: 'PERSON' },
  PV1: { 7: 'PERSON', 8: 'PERSON', 9: 'PERSON', 17: 'PERSON', 19: 'MEDICAL_RECORD_NUMBER' },
  ORC: { 10: 'PERSON', 11: 'PERSON', 12: 'PERSON' },
  OBR: { 10: 'PERSON', 16: 'PERSON', 32: 'PERSON' },
  GT1: { 3: 'PERSON', 5: 'STREET_ADDRESS', 6: 'PHONE_NUMBER', 8: 'DATE_OF_BIRTH', 12: 'US_SSN' },
  AIG: { 3: 'PERSON' },
  AIP: { 3: 'PERSON' },
  IN1: { 16: 'PERSON', 18: 'DATE_OF_BIRTH', 19: 'STREET_ADDRESS', 36: 'INSURANCE_NUMBER' },
}
/** Elements of ASC X12 005010 segments that say who somebody is. */
const X12: Readonly<Record<string, FieldKinds>> = {
  N3: { 1: 'STREET_ADDRESS', 2: 'STREET_ADDRESS' },
  N4: { 1: 'STREET_ADDRESS', 2: 'STREET_ADDRESS', 3: 'STREET_ADDRESS' },
  DMG: { 2: 'DATE_OF_BIRTH' },
}
/** Qualifiers of REF that are followed by a number of a person. */
const X12_REFERENCES: Readonly<Record<string, string>> = {
  SY: 'US_SSN',
  '0F': 'INSURANCE_NUMBER',
  '1L': 'INSURANCE_NUMBER',
  IG: 'INSURANCE_NUMBER',
  EJ: 'MEDICAL_RECORD_NUMBER',
  EA: 'MEDICAL_RECORD_NUMBER',
}
const HL7_SEGMENT = /(?:^|[\r\n])[ \t>]{0,4}(PID|NK1|PD1|PV1|ORC|OBR|GT1|IN1|AIG|AIP)\|([^\r\n]{1,4000})/g
const X12_SEGMENT = /(?:^|[\r\n~ ])(NM1|N3|N4|DMG|REF)\*([^\r\n~]{1,1000})/g
/** Numbers of a patient in a resource of FHIR: system and value of an identifier. */
const FHIR_IDENTIFIERS = /"identifier"\s{0,8}:\s{0,8}\[([^[\]]{1,2000}(?:\[[^[\]]{0,400}\][^[\]]{0,400}){0,8})\]/g
const FHIR_VALUE = /"value"\s{0,4}:\s{0,4}"(?=[^"]*[0-9])([A-Za-z0-9][A-Za-z0-9 ./-]{3,30})"/g
/** What a field holds that says nothing. */
const SAYS = /[\p{L}\p{N}]{2}/u

/** Persons in messages of hospitals and insurers: HL7 v2, FHIR and ASC X12. Each field by its place, none by its looks. */
export const healthMessage: Recogniser = {
  name: 'health-message',
  entityTypes: [
    'PERSON',
    'DATE_OF_BIRTH',
    'STREET_ADDRESS',
    'PHONE_NUMBER',
    'US_SSN',
    'MEDICAL_RECORD_NUMBER',
    'INSURANCE_NUMBER',
    'DRIVER_LICENSE',
    'BANK_ACCOUNT',
  ],
  find(text) {
    const found: Candidate[] = []
    const add = (start: number, value: string, entityType: string | undefined): void => {
      if (entityType !== undefined && SAYS.test(value))
        found.push({ entityType, start, end: start + value.length, score: 0.85, evidence: 'format' })
    }
    if (text.includes('|')) {
      for (const segment of segmentsOf(text, HL7_SEGMENT, '|'))
        for (const { number, start, value } of segment.fields) {
          const entityType = HL7[segment.name]?.[number]
          // Behind the number itself stands who gave it.
          add(start, isNumber(entityType) ? (value.split('^')[0] ?? '') : trimmed(value), entityType)
        }
    }
    for (const { index, 0: whole, 1: list = '' } of text.includes('"identifier"')
      ? text.matchAll(FHIR_IDENTIFIERS)
      : []) {
      const from = index + whole.length - 1 - list.length
      for (const { index: at, 0: pair, 1: value = '' } of list.includes('"system"') ? list.matchAll(FHIR_VALUE) : [])
        add(from + at + pair.length - 1 - value.length, value, 'MEDICAL_RECORD_NUMBER')
    }
    if (text.includes('*')) {
      for (const { name, fields } of segmentsOf(text, X12_SEGMENT, '*')) {
        if (name === 'NM1') addParty(text, fields, add)
        else if (name === 'REF')
          add(fields[1]?.start ?? 0, fields[1]?.value ?? '', X12_REFERENCES[fields[0]?.value ?? ''])
        else for (const { number, start, value } of fields) add(start, value, X12[name]?.[number])
      }
    }
    return found
  },
}

interface Field {
  /** 1 for the first behind the segment's name. */
  number: number
  start: number
  value: string
}

function segmentsOf(text: string, pattern: RegExp, separator: string): { name: string; fields: Field[] }[] {
  return Array.from(text.matchAll(pattern), (match) => {
    const body = match[2] ?? ''
    let start = match.index + match[0].length - body.length
    const fields = body.split(separator).map((value, i) => {
      const field = { number: i + 1, start, value }
      start += value.length + separator.length
      return field
    })
    return { name: match[1] ?? '', fields }
  })
}

/** NM1: a person (entity type 1) by last, first and middle name, and the number it is known by. */
function addParty(
  text: string,
  fields: readonly Field[],
  add: (start: number, value: string, type: string) => void,
): void {
  if (fields[1]?.value !== '1') return
  const names = fields.slice(2, 5).filter(({ value }) => value !== '')
  const [first, last] = [names[0], names.at(-1)]
  if (first !== undefined && last !== undefined)
    add(first.start, text.slice(first.start, last.start + last.value.length), 'PERSON')
  // The last element is the number, also where one too many stands before it.
  const id = fields.length > 8 ? fields.at(-1) : undefined
  const isSsn = fields.at(-2)?.value === '34'
  if (id !== undefined && fields.length < 11) add(id.start, id.value, isSsn ? 'US_SSN' : 'INSURANCE_NUMBER')
}

function isNumber(entityType: string | undefined): boolean {
  return entityType !== undefined && /NUMBER|SSN|LICENSE|ACCOUNT/.test(entityType)
}

/** Without empty components at the end. */
function trimmed(value: string): string {
  return value.replace(/[\^&~ ]+$/, '')
}
