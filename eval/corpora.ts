import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A span that a corpus marks, UTF-16 units. `type` is one of ours; null: marked, and nothing that is redacted by default. */
export interface GoldSpan {
  start: number
  end: number
  type: string | null
}

export interface GoldText {
  text: string
  spans: GoldSpan[]
}

export interface Corpus {
  name: string
  language: string
  texts: GoldText[]
  /** Nobody looks at what was missed in it, so that its figures stay those of unseen text. */
  isSecret?: boolean
}

const PRESIDIO_TYPES: Readonly<Record<string, string>> = {
  PERSON: 'PERSON',
  STREET_ADDRESS: 'ADDRESS',
  CREDIT_CARD: 'CREDIT_CARD',
  PHONE_NUMBER: 'PHONE',
  EMAIL_ADDRESS: 'EMAIL',
  IBAN_CODE: 'IBAN',
  IP_ADDRESS: 'IP_ADDRESS',
  US_SSN: 'NATIONAL_NUMBER',
  US_DRIVER_LICENSE: 'DOCUMENT',
}
const POLISH_TYPES: Readonly<Record<string, string>> = {
  PERSON: 'PERSON',
  POSTAL: 'ADDRESS',
  NIP: 'NATIONAL_NUMBER',
  PESEL: 'NATIONAL_NUMBER',
  REGON: 'NATIONAL_NUMBER',
  DOB: 'BIRTH',
  EMAIL: 'EMAIL',
  IBAN: 'IBAN',
  VIN: 'VEHICLE',
  VEHICLE_PLATE: 'VEHICLE',
  PHONE: 'PHONE',
  PAYMENT_CARD: 'CREDIT_CARD',
  DOWOD: 'DOCUMENT',
  PASSPORT: 'DOCUMENT',
  DRIVING_LICENSE: 'DOCUMENT',
}

/** Reads the corpora of a folder; null when there is none. */
export function readCorpora(folder: string): Corpus[] | null {
  if (!existsSync(join(folder, 'pii'))) return null
  return [
    readPresidio(join(folder, 'pii/presidio-research-synth-dev.json')),
    readPolish(join(folder, 'pii/pl-pii-bench')),
  ]
}

interface PresidioText {
  full_text: string
  spans: { entity_type: string; start_position: number; end_position: number }[]
}

function readPresidio(file: string): Corpus {
  const rows = JSON.parse(readFileSync(file, 'utf8')) as PresidioText[]
  const texts = rows.map(({ full_text: text, spans }) => {
    const units = unitsOf(text)
    return {
      text,
      spans: spans.map((span) => ({
        start: units[span.start_position] ?? 0,
        end: units[span.end_position] ?? text.length,
        type: PRESIDIO_TYPES[span.entity_type] ?? null,
      })),
    }
  })
  return { name: 'presidio-research (synthetic, English)', language: 'en', texts }
}

interface PolishText {
  text: string
  entities: { label: string; start: number; end: number; text: string; protection?: string }[]
}

function readPolish(folder: string): Corpus {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'))
  const texts = files.sort().map((file) => {
    const { text, entities } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as PolishText
    const units = unitsOf(text)
    return {
      text,
      spans: entities.map((one) => ({
        start: (units[one.start] ?? 0) + labelLength(one.text),
        end: units[one.end] ?? text.length,
        type: one.protection === 'keep' ? null : polishType(one.label, one.text),
      })),
    }
  })
  return { name: 'pl-pii-bench (Polish)', language: 'pl', texts }
}

/** Some marks begin with what the value is called (`NIP: 060…`); that is no personal data. */
function labelLength(text: string): number {
  return /^[\p{L}. ]{2,20}: /u.exec(text)?.[0].length ?? 0
}

/** A place with a number in it is an address, any other a town. */
function polishType(label: string, text: string): string | null {
  if (label === 'LOC') return /[0-9]/.test(text) ? 'ADDRESS' : null
  return POLISH_TYPES[label] ?? null
}

/** Code point offsets → UTF-16 units. */
function unitsOf(text: string): number[] {
  const units: number[] = []
  let at = 0
  for (const point of text) {
    units.push(at)
    at += point.length
  }
  units.push(at)
  return units
}
