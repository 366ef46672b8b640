import { isNoName } from '../no-names.ts'

/** What fields and columns are called, and what a value in them has to look like to be believed. */
export interface FieldKind {
  entityType: string
  label: RegExp
  value: RegExp
}

const KINDS: readonly FieldKind[] = [
  {
    entityType: 'PERSON',
    label:
      /^(?:(?:full|first|last|given|family|sur|middle|maiden|contact|customer|employee|patient|client|manager|holder|user) ?name|[fl]name|surname|(?:vor|nach|familien)name|(?:pr[ée])nom(?: de famille)?|nom(?: complet| de famille)?|nombre(?: completo)?|apellidos?|cognome|(?:voor|achter)naam|imi[ęe](?: i nazwisko)?|nazwisko|apelidos?|sobrenome|nome(?: completo)?|(?:emergency )?contact|employee|patient)$/,
    value:
      /^(?:(?:van|von|de|der|den|di|da|del|della|dos|das|du|le|la|el|al|bin|ten|ter|af|av|ap) ){0,3}[\p{Lu}\p{Lo}][\p{L}\p{M}'’.-]{0,30}(?: [\p{L}\p{M}'’.-]{1,30}){0,4}$/u,
  },
  {
    entityType: 'PHONE_NUMBER',
    label:
      /^(?:(?:home|work|mobile|cell|office|contact|daytime|evening) ?)?(?:phone|tel|telephone|mobile|cell|fax|telefon|handy|t[ée]l[ée]phone|tel[ée]fono|telefoon|telefone|telem[óo]vel|portable|gsm|mobil|handynummer|rufnummer|cellulare|m[óo]vil|celular|mobiel|kom[óo]rka|numer telefonu)(?: ?(?:number|no|nr|nummer))?$/,
    value: /^[+(]?(?=(?:[^0-9]*[0-9]){6,17}[^0-9]*$)[0-9][0-9 ()./+x-]{5,26}$/,
  },
  {
    entityType: 'STREET_ADDRESS',
    label:
      /^(?:(?!e.?mail|ip|mac|web).* )?(?:street|address|addr|stra(?:ß|ss)e|adresse|anschrift|direcci[óo]n|domicilio|indirizzo|adres|morada|endere[çc]o)(?: ?(?:line ?)?[12])?$/,
    value: /^(?=.*\p{L}{3})(?=.*(?:[0-9]|s\/n))[^<>{}[\]=@;]{6,120}$/u,
  },
  {
    entityType: 'DATE_OF_BIRTH',
    label:
      /^(?:dob|d\.o\.b|birth ?(?:date|day)|date of birth|born(?: on)?|geburtsdatum|geburtstag|geb|f\. ?nac|(?:date de )?naissance|(?:fecha )?(?:de )?nacimiento|(?:data )?(?:di )?nascita|geboortedatum|data urodzenia|(?:data )?(?:de )?nascimento)$/,
    value: /^(?=(?:[^0-9]*[0-9]){3})[0-9\p{L} ./,-]{6,24}$/u,
  },
  {
    entityType: 'US_SSN',
    label: /^(?:ssn|social security(?: number| no)?)$/,
    value: /^[0-9]{3}[ -]?[0-9]{2}[ -]?[0-9]{4}$/,
  },
  {
    entityType: 'BANK_ACCOUNT',
    label:
      /^(?:(?:iban or )?(?:bank )?acc(?:oun)?t(?: ?(?:number|num|no|nr))?|kontonummer|rekeningnummer|num[ée]ro de compte|nr konta)$/,
    value: /^[0-9][0-9 -]{5,30}$/,
  },
  {
    entityType: 'MEDICAL_RECORD_NUMBER',
    label: /^(?:mrn|medical record(?: number| no)?|patient (?:id|number|no))$/,
    value: /^(?=(?:.*[0-9]){4})[A-Z0-9-]{4,16}$/,
  },
  {
    entityType: 'INSURANCE_NUMBER',
    label: /^(?:(?:insurance )?policy (?:number|no|id)|member (?:id|number))$/,
    value: /^(?=(?:.*[0-9]){5})[A-Z0-9-]{5,18}$/,
  },
  {
    entityType: 'PASSPORT',
    label: /^passport(?: (?:number|no))?$/,
    value: /^(?=(?:.*[0-9]){5})[A-Z0-9]{6,12}$/,
  },
  {
    entityType: 'LICENSE_PLATE',
    label:
      /^(?:(?:licen[cs]e|number|car|vehicle) plate|plate(?: number| no)?|(?:car |vehicle )?reg(?:istration)?(?: number| no)|kennzeichen|immatriculation|matr[íi]cula|placa|targa|kenteken|rejestracja|(?:nr|numer) rej(?:estracyjny)?)$/,
    value: /^(?=.*[0-9])(?=.*[A-Z])[A-Z0-9][A-Z0-9 -]{2,11}$/,
  },
  {
    entityType: 'SECRET',
    label: /^(?:password|passwd|pwd|passwort|secret|api key)$/,
    value: /^(?=.*[^*x.])\S{6,128}$/,
  },
]

/** Words that stand where a value will be. */
const TYPES = /^(?:string|text|varchar|date|integer|number|null|none|nil|unknown|optional|required|true|false|n\/a)\b/i

/** `firstName`, `first_name` and `First name:` are one label. */
export function plainLabel(raw: string): string {
  return raw
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/[_\s-]+/g, ' ')
    .replace(/[.:#]+$/, '')
    .trim()
    .toLowerCase()
}

export const FIELD_TYPES: readonly string[] = KINDS.map(({ entityType }) => entityType)

const ANY_LABEL = new RegExp(KINDS.map(({ label }) => label.source).join('|'))

/** Which kind of value a label announces; null: none. */
export function kindOfLabel(label: string): FieldKind | null {
  if (label.length > 40 || !ANY_LABEL.test(label)) return null
  return KINDS.find((kind) => kind.label.test(label)) ?? null
}

/** Whether a value is of the kind that its label announces. */
export function isOfKind(kind: FieldKind, value: string): boolean {
  if (value.length > 200 || TYPES.test(value) || !kind.value.test(value)) return false
  return kind.entityType !== 'PERSON' || !isNoName(value)
}
