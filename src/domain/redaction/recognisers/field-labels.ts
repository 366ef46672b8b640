import { isNoName } from '../no-names.ts'
import { ACCOUNT_NAME } from './account/account-words.ts'
import { isOfService, isOfSomebody } from './account/person-account.ts'
import { IDENTITY_SPECS } from './identity/identity-number.ts'
import { isNoPlate, isWritten } from './labelled/labelled-number.ts'
import { LABELLED_SPECS } from './labelled/specs.ts'

/** What fields and columns are called, and what a value in them has to look like to be believed. */
export interface FieldKind {
  entityType: string
  label: RegExp
  /** Of a part of an address: it is one where a street stands beside it. */
  isTown?: true
  isValue(value: string): boolean
}

/** A column of passwords. */
const PASSWORD_LABEL =
  '(?:(?:current|old|new|temp(?:orary)?|initial|default|admin|user|login|wifi|wi fi|db) )?(?:password|passwd|pwd|pw|passphrase|passcode|passwort|kennwort|mot de passe|mdp|contraseña|clave de acceso|parola chiave|wachtwoord|ww|hasł[oa]|haslo|senha|palavra passe|secret|api key|psk)(?: (?:plain|text|clear|neu|alt|actual|start))?'
/** A column of codes that let somebody in. */
const CODE_LABEL =
  '(?!(?:gpio|chip|board|header|connector|signal|led|data|clock|rx|tx) )(?:[a-z]{2,12} ){0,3}pin(?: ?code)?|pincode|puk|kluiscode|(?:door|gate|safe|locker|alarm|access|entry|cashier|manager|supervisor) ?(?:code|combination)|c[óo]digo (?:cajero|encargado|de acceso|alarma)|code (?:caisse|porte|alarme|acc[eè]s|responsable)|(?:tür|tresor|alarm|zugangs)code|kod (?:do )?(?:drzwi|dostępu|alarmu|sejfu)'
export const SECRET_LABEL = new RegExp(`^(?:${PASSWORD_LABEL}|${CODE_LABEL})$`)

interface WrittenKind {
  entityType: string
  label: RegExp
  value: RegExp
}

/** Kinds whose values are told by how they are written. */
const WRITTEN_KINDS: readonly WrittenKind[] = [
  {
    entityType: 'PERSON',
    label:
      /^(?:(?:full|first|last|given|family|sur|middle|maiden|contact|customer|employee|patient|client|manager|holder|user) ?name|[fl]name|surname|given|forenames?|known as|initials|(?:vor|nach|familien)name|(?:pr[ée])nom(?: de famille)?|nom(?: complet| de famille)?|nombre(?: completo)?|apellidos?|cognome|(?:voor|achter)naam|imi[ęe](?: i nazwisko)?|nazwisko|apelidos?|sobrenome|nome(?: completo)?|(?:emergency )?contact|employee|patient)$/,
    value:
      /^(?:(?:van|von|de|der|den|di|da|del|della|dos|das|du|le|la|el|al|bin|ten|ter|af|av|ap) ){0,3}[\p{Lu}\p{Lo}][\p{L}\p{M}'’.-]{0,30}(?: [\p{L}\p{M}'’.-]{1,30}){0,4}$/u,
  },
  {
    // As airlines write travellers (IATA): `QUISPE/ELADIO MR`.
    entityType: 'PERSON',
    label:
      /^(?:pax|passengers?|travell?er|passagiere?|passagers?|pasajeros?|passeggeri?|pasa[żz]er|passageiro)(?: ?name)?$/,
    value: /^\p{Lu}[\p{Lu}\p{M} '’-]{1,30}\/\p{Lu}[\p{Lu}\p{M} '’-]{1,40}$/u,
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
    entityType: 'STREET_ADDRESS',
    label:
      /^(?:(?:postal|post|zip) ?code|postal|postcode|zip|zip 4|plz|postleitzahl|code postal|c[óo]digo postal|kod pocztowy|cep)$/,
    value: /^(?=.*[0-9])[A-Z0-9][A-Z0-9 -]{2,9}$/i,
  },
  {
    entityType: 'DATE_OF_BIRTH',
    label:
      /^(?:dob|d\.o\.b|birth ?(?:date|day)|date of birth|born(?: on)?|geburtsdatum|geburtstag|geb|f\. ?nac|(?:date de )?naissance|(?:fecha )?(?:de )?nacimiento|(?:data )?(?:di )?nascita|geb\.? ?dat(?:um)?|geburts ?dat|d(?:a)?ta? nasc|fecha nac|f(?:ch)? nac|nac|date naiss|naiss|geboortedatum|ddn|data ur(?:odz)?|birth ?dt|f[øo]dselsdato|f[öo]delsedatum|data urodzenia|(?:data )?(?:de )?nascimento)$/,
    value: /^(?=(?:[^0-9]*[0-9]){3})[0-9\p{L} ./,-]{6,24}(?:T00:00[:0-9.]*Z?)?$/u,
  },
  {
    entityType: 'BANK_ACCOUNT',
    label:
      /^(?:(?:iban or )?(?:bank )?acc(?:oun)?t(?: ?(?:number|num|no|nr))?|kontonummer|rekeningnummer|num[ée]ro de compte|nr konta)$/,
    value: /^[0-9][0-9 -]{5,30}$/,
  },
  {
    entityType: 'LICENSE_PLATE',
    label:
      /^(?:(?:licen[cs]e|number|car|vehicle) plate|plate(?: number| no)?|(?:car |vehicle )?reg(?:istration)?(?: number| no)|kennzeichen|immatriculation|matr[íi]cula|placa|targa|kenteken|rejestracja|(?:nr|numer) rej(?:estracyjny)?)$/,
    value: /^(?=.*[0-9])(?=.*[A-Z])[A-Z0-9][A-Z0-9 -]{2,11}$/,
  },
  {
    entityType: 'BIC_CODE',
    label: /^(?:bic|swift)(?: ?(?:code|swift|bic))?$/,
    value: /^[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?$/,
  },
  {
    // Keys of SIM cards (3GPP TS 35.206).
    entityType: 'SECRET',
    label: /^(?:ki|opc?|k4)$/,
    value: /^[0-9A-F]{32}$/i,
  },
  {
    // Registers of machines are called so too, by fewer signs.
    entityType: 'LICENSE_PLATE',
    label: /^(?:vehicle |car )?reg(?:istration)?$/,
    value: /^(?=(?:[^0-9]*[0-9]){2})(?=.*[A-Z])[A-Z0-9][A-Z0-9 -]{4,11}$/,
  },
  {
    entityType: 'SECRET',
    label: new RegExp(`^(?:${PASSWORD_LABEL})$`),
    value:
      /^(?![<$%{(])(?!.*(?:https?:|see |siehe |voir |ver |zie ))(?=.*[\p{L}\p{N}].*[\p{L}\p{N}].*[\p{L}\p{N}])(?=.*[^*x.\s])[^\n]{3,64}$/u,
  },
  {
    entityType: 'SECRET',
    label: new RegExp(`^(?:${CODE_LABEL})$`),
    value: /^[*#]?(?=(?:[^0-9]*[0-9]){3})[0-9A-Z][0-9A-Z -]{2,10}[*#]?$/,
  },
]

const NUMBER_IN_FIELD = /^[A-Za-z0-9][A-Za-z0-9 ./-]{3,30}$/

/** A value as numbers are compared: without separators, in capitals. */
function compactOf(value: string): string {
  return value.replace(/[ ./-]/g, '').toUpperCase()
}

/** What fields for names hold that are no person's. */
const OF_MACHINE = / (?:service|bot|account|system|team|support|mailbox|user)$/i

const KINDS: readonly FieldKind[] = [
  ...WRITTEN_KINDS.map(({ entityType, label, value }) => ({
    entityType,
    label,
    isValue: (text: string) =>
      value.test(text) && (entityType !== 'PERSON' || !(isNoName(text) || OF_MACHINE.test(text))),
  })),
  {
    entityType: 'PERSON',
    label: new RegExp(
      `^(?:(?:(?:last|current|primary|assigned|logged in) )?(?:user|login)|(?:(?:display|player|chat) )?(?:handle|nick(?:name)?)|${ACCOUNT_NAME})$`,
    ),
    isValue: (text) => /^[a-z][a-z0-9._-]{2,31}$/.test(text) && isOfSomebody(text),
  },
  {
    entityType: 'STREET_ADDRESS',
    label:
      /^(?:city|town|locality|suburb|ort|stadt|wohnort|ville|commune|ciudad|localidad|poblaci[óo]n|citt[àa]|comune|localit[àa]|woonplaats|plaats|stad|miasto|miejscowo[śs][ćc]|cidade|localidade|state|province|provincia|county|bundesland)$/,
    isTown: true,
    isValue: (text) => /^\p{Lu}[\p{L}\p{M} .'’-]{1,40}$/u.test(text),
  },
  ...LABELLED_SPECS.map(({ entityType, label, shape }) => ({
    entityType,
    label: new RegExp(`^(?:${label})(?: (?:number|no|nr|num|id|card|code))*$`, 'iu'),
    isValue: (text: string) =>
      NUMBER_IN_FIELD.test(text) && isWritten(text) && shape.test(compactOf(text)) && !isNoPlate(entityType, text),
  })),
  ...IDENTITY_SPECS.map(({ entityType, context, shape, lengths }) => ({
    entityType,
    label: context,
    isValue: (text: string) => {
      const compact = compactOf(text)
      return NUMBER_IN_FIELD.test(text) && lengths.includes(compact.length) && shape.test(compact)
    },
  })),
]

const OF_ACCOUNT = new RegExp(`^(?:user|login|${ACCOUNT_NAME})$`)
/** The account in a column beside one of persons: whoever is in the other cell, whatever it is made of. */
const BESIDE_NAME: FieldKind = {
  entityType: 'PERSON',
  label: OF_ACCOUNT,
  isValue: (text) => /^[a-z][a-z0-9._-]{2,31}$/.test(text) && !isOfService(text) && !isNoName(text),
}

/** The kinds of a column of accounts beside one of persons; of any other those it has. */
export function kindsBesideName(label: string, kinds: readonly FieldKind[]): readonly FieldKind[] {
  return OF_ACCOUNT.test(label) ? [BESIDE_NAME] : kinds
}

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

export const FIELD_TYPES: readonly string[] = [...new Set(KINDS.map(({ entityType }) => entityType))]

/** All that is no label in full: what numbers of authorities are called stands anywhere in one. */
const ANY_PART = new RegExp([...new Set(IDENTITY_SPECS.map(({ context }) => context.source))].join('|'), 'i')
const ANY_LABEL = new RegExp(
  `(?:^| )(?:${[...new Set(KINDS.map(({ label }) => label.source))]
    .filter((source) => source.startsWith('^'))
    .map((source) => source.slice(1, -1))
    .join('|')})$`,
  'iu',
)

/** Whether the last words of one announce anything. */
export function endsWithLabel(label: string): boolean {
  return label.length > 1 && (ANY_LABEL.test(label) || ANY_PART.test(label))
}

/** The kinds of values that a label announces. */
export function kindsOfLabel(label: string): readonly FieldKind[] {
  if (label.length > 40 || !endsWithLabel(label)) return []
  return KINDS.filter((kind) => kind.label.test(label))
}

/** Of the kinds that a label announces, the one of which a value is. */
export function kindOfValue(kinds: readonly FieldKind[], value: string): FieldKind | null {
  if (value.length > 200 || TYPES.test(value)) return null
  return kinds.find((kind) => kind.isValue(value)) ?? null
}
