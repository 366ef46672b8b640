import { domainToASCII, domainToUnicode } from 'node:url'
import metadata from 'libphonenumber-js/metadata.max.json'
import { isPunctuationFree } from '../sealing/normalise-value.ts'
import { foldAt, IGNORED, kindAt, OTHER, widthAt } from './fold.ts'
import type { ErasureRequest, Identifier } from './types.ts'

/** What may stand between two letters or digits of a needle. */
export interface Gap {
  /** Characters at least. At most it is `MAX_GAP`, and of an exact one as many blanks more. */
  min: 0 | 1
  /** `exact`: this punctuation, with blanks or without. `words`: what stands between words. `any`: any punctuation. */
  allows: 'exact' | 'words' | 'list' | 'comma' | 'any'
  punctuation: string
}

/** One spelling of something that names the person, folded. */
export interface Needle {
  /** Letters and digits. */
  units: string
  /** Before each unit; null where nothing may stand. */
  gaps: (Gap | null)[]
  /** Digits alone: letters beside it do not make it another number. */
  isNumber: boolean
  /** A telephone number without its country: one may stand right before it. */
  isNational: boolean
  /** An e-mail address: with more before or behind it, it is somebody else's. */
  isMail: boolean
  /** A name: one that is joined to another by a hyphen is another one. */
  isName: boolean
  /** A word that may be an ordinary one too: only where it begins with a capital. */
  needsCapital: boolean
}

/** Characters that may stand between two parts of a needle. */
export const MAX_GAP = 4
/** Letters and digits that an identifier needs, where one of a script without spaces counts twice. */
const MIN_WEIGHT = 4
/** Digits that one of digits alone needs: fewer are a year or an amount. */
const MIN_DIGITS = 6
/** Words that chat requests and completions are made of, and the mark of a cut. */
const PROTOCOL = new Set(
  `erased user system assistant developer tool function content messages message role model name text type choices index
   finishreason stop length usage object created stream arguments toolcalls parameters properties description required
   string number boolean array null true false json schema delta refusal metadata temperature`.split(/\s+/),
)
/** A word of letters alone that is shorter may be an ordinary word. */
const ORDINARY_WORD = 8

/**
 * What to look for, in the spellings that a person takes for the same. Identifiers are looked for if they have four letters and
 * digits, or six digits, and are no word of the protocol itself; a single word of less than eight letters only where it begins with a capital. The user's id is looked for only where
 * it can be nothing else: an e-mail address; eight letters and digits of both kinds; eight digits; or sixteen letters in two parts.
 */
export function needlesOf({ user, identifiers }: Pick<ErasureRequest, 'user' | 'identifiers'>): Needle[] {
  const needles = identifiers.flatMap(identifierNeedles)
  if (user !== null && isSpecific(user)) needles.push(...spellings({ type: 'USER', value: user }))
  const distinct = new Map(needles.map((needle) => [JSON.stringify(needle), needle]))
  return [...distinct.values()]
}

function identifierNeedles(identifier: Identifier): Needle[] {
  return spellings(identifier).filter(
    ({ units, isNumber }) =>
      weightOf(units) >= MIN_WEIGHT && !(isNumber && units.length < MIN_DIGITS) && !PROTOCOL.has(units),
  )
}

function isSpecific(user: string): boolean {
  const { units, gaps } = unitsOf(user)
  const letters = units.replace(/[0-9]/g, '').length
  const digits = units.length - letters
  if (/[^\s@]@[^\s@]+\.[^\s@]/.test(user)) return true
  if (digits > 0) return units.length >= 8
  return letters >= 16 && gaps.some((gap) => gap !== '')
}

function weightOf(units: string): number {
  return [...units].reduce((sum, unit) => sum + (unit > '\u2e7f' ? 2 : 1), 0)
}

function spellings({ type, value }: Identifier): Needle[] {
  if (isPunctuationFree(type)) return compactNeedles(type, value)
  if (value.includes('@') && !/\s/.test(value.trim())) return mailSpellings(value).map((mail) => exact(mail, true))
  if (type !== 'PERSON' && !/\s/.test(value.trim())) return [exact(value, false)]
  return nameNeedles(type, value)
}

function exact(value: string, isMail: boolean): Needle {
  const { units, gaps } = unitsOf(value)
  return needle(units, gaps.map(exactGap), { isMail })
}

function exactGap(punctuation: string): Gap | null {
  if (punctuation === '') return null
  const written = punctuation.replace(/\s/g, '')
  return written === ''
    ? { min: 1, allows: 'words', punctuation: '' }
    : { min: 0, allows: 'exact', punctuation: written }
}

/** A domain of other letters has two forms. */
function mailSpellings(value: string): string[] {
  const at = value.lastIndexOf('@')
  const domain = value.slice(at + 1)
  const forms = [domain, domainToASCII(domain), domainToUnicode(domain)].filter((form) => form !== '')
  return [...new Set(forms)].map((form) => `${value.slice(0, at + 1)}${form}`)
}

function nameNeedles(type: string, value: string): Needle[] {
  const { units, gaps } = unitsOf(value)
  const oneWord = gaps.every((gap) => gap === '') && !/[0-9]/.test(units)
  const needsCapital = oneWord && units.length < ORDINARY_WORD
  const needles = [needle(units, gaps.map(nameGap), { isName: type === 'PERSON', needsCapital })]
  // "Lee, Ann".
  const last = gaps.findLastIndex((gap) => /\s/.test(gap))
  if (type === 'PERSON' && last > 0) {
    const turned = [...gaps.slice(last), ...gaps.slice(0, last)].map(nameGap)
    turned[0] = null
    turned[units.length - last] = { min: 1, allows: 'comma', punctuation: '' }
    needles.push(needle(units.slice(last) + units.slice(0, last), turned, { isName: true }))
  }
  return needles
}

function nameGap(punctuation: string): Gap | null {
  if (punctuation === '') return null
  const allows = punctuation.includes(',') ? 'list' : 'words'
  return { min: /\s/.test(punctuation) ? 1 : 0, allows, punctuation: '' }
}

function compactNeedles(type: string, value: string): Needle[] {
  const { units } = unitsOf(value)
  const isPhone = type === 'PHONE_NUMBER' && /^[0-9]+$/.test(units)
  const spelt = isPhone ? phoneSpellings(value, units) : [{ units, isNational: false }]
  const free: Gap = { min: 0, allows: 'any', punctuation: '' }
  return spelt.map((one) => {
    const gaps = Array.from({ length: one.units.length }, (_, index) => (index === 0 ? null : free))
    return needle(one.units, gaps, { isNational: one.isNational })
  })
}

/** A national number shorter than this may be any number. */
const MIN_NATIONAL = 7

/** As it is dialled from abroad and inside the country, and without country and prefix. */
function phoneSpellings(value: string, digits: string): { units: string; isNational: boolean }[] {
  const isAbroad = /^\s*(?:\+|\uff0b|00)/.test(value)
  const full = digits.replace(/^0+/, '')
  const code = isAbroad ? countryCodeOf(full) : ''
  const national = isAbroad ? full.slice(code.length).replace(/^0/, '') : digits.replace(/^0/, '')
  const forms = isAbroad ? [full, `00${full}`, `011${full}`, `${code}0${national}`] : [digits]
  if (national.length >= MIN_NATIONAL) forms.push(`0${national}`)
  const spelt = [...new Set(forms)].filter((units) => units !== national)
  const all = spelt.map((units) => ({ units, isNational: false }))
  const isAlone = national.length >= MIN_NATIONAL || digits === national
  return isAlone ? [...all, { units: national, isNational: true }] : all
}

function countryCodeOf(digits: string): string {
  const codes: object = metadata.country_calling_codes
  const others: object = metadata.nonGeographic
  for (let length = 1; length <= 3; length += 1) {
    const code = digits.slice(0, length)
    if (Object.hasOwn(codes, code) || Object.hasOwn(others, code)) return code
  }
  return ''
}

function needle(units: string, gaps: (Gap | null)[], facts: Partial<Needle>): Needle {
  return {
    isNational: false,
    isMail: false,
    isName: false,
    needsCapital: false,
    ...facts,
    units,
    gaps,
    isNumber: /^[0-9]+$/.test(units),
  }
}

/** Folded letters and digits, and what stands before each of them; what is around the whole is left out. */
function unitsOf(value: string): { units: string; gaps: string[] } {
  let units = ''
  const gaps: string[] = []
  let gap = ''
  for (let at = 0; at < value.length; at += widthAt(value, at)) {
    const kind = kindAt(value, at)
    if (kind === IGNORED) continue
    if (kind === OTHER) {
      gap += foldAt(value, at)
      continue
    }
    const folded = foldAt(value, at)
    for (let i = 0; i < folded.length; i += 1) gaps.push(i > 0 || units === '' ? '' : gap)
    units += folded
    gap = ''
  }
  return { units, gaps }
}
