import type { IdentifierKind, IdentifierSpan } from '../names/decode-identifiers.ts'
import { isPublic, publicMaterial } from '../recognisers/public-material.ts'
import { wholeSecret } from '../recognisers/secret-extent.ts'
import type { NamedCandidate } from '../resolve-overlaps.ts'
import { firstBehind } from '../spans-cover.ts'
import { wholeName } from '../whole-names.ts'
import { isNumberOfThing } from './numbers-of-things.ts'
import { isNameOfThing } from './thing-labels.ts'

interface Extent {
  start: number
  end: number
}

/** What a kind is called, and the form that a value of it has at least, whatever the model says. */
interface Kind {
  entityType: string
  isPlausible(value: string): boolean
}

const digitsOf = (value: string): number => value.replace(/\P{Nd}/gu, '').length
const lettersOf = (value: string): number => value.replace(/\P{L}/gu, '').length

/** What stands before a secret is nobody: `Das WLAN-Kennwort`. */
const SECRET_WORD = /passwor|kennwort|passphrase|mot de passe|contraseña|wachtwoord|hasło|palavra-passe|wlan|wi-?fi/i

const isPlausibleName = (value: string): boolean =>
  lettersOf(value) >= 2 && !SECRET_WORD.test(value) && !isNameOfThing(value)

/** An account is a name of somebody; a number whose sort is not known is one of an identity card. */
const KINDS: Readonly<Partial<Record<IdentifierKind, Kind>>> = {
  ID: {
    entityType: 'ID_CARD',
    isPlausible: (value) => digitsOf(value) >= 3 && digitsOf(value) + lettersOf(value) >= 5,
  },
  BANK: { entityType: 'BANK_ACCOUNT', isPlausible: (value) => digitsOf(value) >= 5 },
  VEH: {
    entityType: 'LICENSE_PLATE',
    isPlausible: (value) => digitsOf(value) > 0 && digitsOf(value) + lettersOf(value) >= 4,
  },
  DOB: {
    entityType: 'DATE_OF_BIRTH',
    isPlausible: (value) => digitsOf(value) >= 4 || (digitsOf(value) > 0 && lettersOf(value) >= 3),
  },
  HANDLE: { entityType: 'PERSON', isPlausible: isPlausibleName },
  SECRET: { entityType: 'SECRET', isPlausible: (value) => value.length >= 4 && !NO_SECRET.test(value) },
  PHONE: { entityType: 'PHONE_NUMBER', isPlausible: (value) => digitsOf(value) >= 6 },
  PERSON: { entityType: 'PERSON', isPlausible: isPlausibleName },
  ADDRESS: { entityType: 'STREET_ADDRESS', isPlausible: (value) => lettersOf(value) >= 4 },
}
/** What a file or a package was checked by (Subresource Integrity; Go's `h1:`), and when something runs (crontab(5)). */
const NO_SECRET =
  /^(?:sha(?:1|256|384|512)[-:]|h1:)|^(?:[0-9*?/,-]+ ){2,6}(?:[0-9*/,-]+|(?:MON|TUE|WED|THU|FRI|SAT|SUN)(?:-[A-Z]{3})?)$/
/** Signs at either end that belong to the sentence; those of a secret may be its own. */
const BEGINS = /[\p{L}\p{N}@+(]/u
const ENDS = /[\p{L}\p{M}\p{N})]/u

/** Likelihoods from which on a value counts: in a text that names somebody, in one that does not, and of a name. */
const BESIDE_PERSONS = 0.3
const ALONE = 0.7
const NAME = 0.5
/** The same of a day of birth, in a text that names somebody: contracts and minutes are full of days. */
const BIRTH_DAY = 0.8
/** The same of a name in small letters. */
const SMALL_NAME = 0.65

/** UTF-16 units of a text that may be one value. */
const SHORT = 200

/** Kinds of which numbers of orders, tickets and parcels look like one. */
const NUMBERS: ReadonlySet<IdentifierKind> = new Set(['ID', 'BANK', 'VEH'])

/**
 * Values that belong to somebody by what stands around them, whatever their form: where a text names nobody, what is sure;
 * in one that does, what is likely. `found`: what is known of the text, in order and without overlaps.
 */
export function identifiersInContext(
  text: string,
  spans: readonly IdentifierSpan[],
  found: readonly NamedCandidate[],
): NamedCandidate[] {
  const usual = found.some(({ entityType }) => entityType === 'PERSON') ? BESIDE_PERSONS : ALONE
  return spans.flatMap((span) => {
    const entityType = KINDS[span.kind]?.entityType
    if (entityType === undefined) return []
    return besideSure(text, extentOf(text, span), found)
      .filter((place) => isMeant(text, span, place, usual))
      .map((place) => ({
        ...place,
        entityType,
        score: span.score,
        evidence: 'model' as const,
        recognizer: 'identifier-model',
      }))
  })
}

/** Whether what stands at a place may be what the model takes it for, and is so probable as it has to be. */
function isMeant(text: string, span: IdentifierSpan, { start, end }: Extent, usual: number): boolean {
  const value = text.slice(start, end)
  if (span.score < least(span.kind, value, usual) || KINDS[span.kind]?.isPlausible(value) !== true) return false
  if (NUMBERS.has(span.kind) && (value.includes('\t') || isNumberOfThing(text, start))) return false
  if (span.kind === 'SECRET') {
    const isOpen = isPublic(text, { start, end }, publicMaterial(text))
    if (isOpen || isNameOfOne(value, text.slice(end, end + 3))) return false
  }
  if (isAsset(text, start)) return false
  if (span.kind === 'DOB' && isPartOfDate(text, start, end)) return false
  if (span.kind === 'DOB' && span.score < SURE && isDayOfLetter(text, start)) return false
  return hasContext(text, start, end)
}

/** A part without what stands between two cells at either end of it. */
const OF_CELLS = /[^\s;,|:"'](?:.*[^\s;,|:"'])?/s

/** The parts of a place that are left beside values in it that their check digits make sure: of a row its other cells. */
function besideSure(text: string, { start, end }: Extent, found: readonly NamedCandidate[]): Extent[] {
  const parts: Extent[] = []
  let from = start
  for (let at = firstBehind(found, start); (found[at]?.start ?? end) < end; at += 1) {
    const one = found[at]
    if (one?.evidence !== 'checksum' || one.start < from || one.end > end || one.end - one.start === end - start)
      continue
    // By chance, the middle of a longer number.
    if (/[0-9] *$/.test(text.slice(from, one.start)) || /^ *[0-9]/.test(text.slice(one.end, end))) continue
    parts.push({ start: from, end: one.start })
    from = one.end
  }
  if (parts.length === 0) return [{ start, end }]
  return [...parts, { start: from, end }].flatMap((part) => {
    const match = OF_CELLS.exec(text.slice(part.start, part.end))
    if (match === null) return []
    const begin = part.start + match.index
    return [{ start: begin, end: begin + match[0].length }]
  })
}

/** What a setting, a variable or a function is called that has to do with secrets. */
function isNameOfOne(value: string, behind: string): boolean {
  return (
    /^[A-Z]+(?:_[A-Z]+)+$/.test(value) || (/^[A-Za-z_-]+[0-9]*$/.test(value) && /^(?:["']?\s?[:=]|\()/.test(behind))
  )
}

/** From which on a day of birth is one wherever it stands. */
const SURE = 0.9
/** Where and when something was written, in front of its day: `Gdańsk, dnia 10 kwietnia`, `Berlin, den 4. Mai`. */
const WRITTEN = /(?:\p{Lu}[\p{L} -]{1,24}, (?:w dniu|dnia|den|lì|addì)|(?:^|\n)[ \t]*(?:W dniu|w dniu|Dnia|dnia)) $/u
const BIRTH = /urodz|\bur\.|geb|n[ée]e? |naiss|nac|nasc|nat[oa]|geboren|born|birth|dob/i

/** The day of a letter, a contract or a decision. */
function isDayOfLetter(text: string, start: number): boolean {
  const before = text.slice(Math.max(0, start - 64), start)
  return WRITTEN.test(before) && !BIRTH.test(before)
}

const ASSET = /^[a-z][a-z-]*\.(?:ico|css|js|mjs|html?|php|png|svg|woff2?)(?![A-Za-z0-9.])/

/** A file of a web site: `/favicon.ico`. */
function isAsset(text: string, start: number): boolean {
  return text[start - 1] === '/' && ASSET.test(text.slice(start, start + 40))
}

/** The rest of a date of which the model does not say that anybody was born then. */
function isPartOfDate(text: string, start: number, end: number): boolean {
  return /[0-9][./-]$/.test(text.slice(Math.max(0, start - 2), start)) || /^[./-][0-9]/.test(text.slice(end, end + 2))
}

/** Whether there are words beside a value. What is one word, as the name of a tool or a model, has nothing by which it could be told. */
function hasContext(text: string, start: number, end: number): boolean {
  if (text.length > SHORT) return true
  const words = text.slice(0, start).replace(/\S*$/, '') + text.slice(end).replace(/^\S*/, '')
  return /\p{L}{2}/u.test(words)
}

function least(kind: IdentifierKind, value: string, usual: number): number {
  if (kind === 'ADDRESS') return NAME
  if (kind === 'DOB') return Math.max(usual, BIRTH_DAY)
  return kind === 'PERSON' ? (/\p{Lu}/u.test(value) ? NAME : SMALL_NAME) : usual
}

/** A secret with all its signs, a name with all its parts, an account with the words that it is joined to by `_`. */
function extentOf(text: string, span: IdentifierSpan): Extent {
  if (span.kind === 'SECRET') return wholeSecret(text, span.start, span.end)
  const place = withoutEdges(text, span)
  if (span.kind !== 'PERSON' && span.kind !== 'HANDLE') return place
  if (text[place.start - 1] !== '_' && text[place.end] !== '_') return wholeName(text, place)
  const before = /[A-Za-z0-9]{1,24}(?:_[A-Za-z0-9]{1,24}){0,2}_$/.exec(
    text.slice(Math.max(0, place.start - 64), place.start),
  )
  const after = /^(?:_[A-Za-z0-9]{1,24}){1,3}(?![A-Za-z0-9(])/.exec(text.slice(place.end, place.end + 64))
  return { start: place.start - (before?.[0].length ?? 0), end: place.end + (after?.[0].length ?? 0) }
}

function withoutEdges(text: string, span: IdentifierSpan): Extent {
  let { start, end } = span
  while (start < end && !BEGINS.test(text.slice(start, start + 1)) && !isSurrogate(text, start)) start += 1
  while (end > start && !ENDS.test(text.slice(end - 1, end)) && !isSurrogate(text, end - 1)) end -= 1
  return { start, end }
}

/** Half of a letter beyond the first plane, of which alone nothing can be said. */
const isSurrogate = (text: string, at: number): boolean => (text.charCodeAt(at) & 0xf800) === 0xd800
