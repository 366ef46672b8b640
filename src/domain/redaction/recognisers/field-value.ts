import { isGivenName } from '../list-names.ts'
import { everyMatch } from '../patterns/every-match.ts'
import { indexed } from '../patterns/indexed-pattern.ts'
import type { Candidate, Recogniser } from '../recogniser.ts'
import { isOfConnection, isOfPerson } from './account/person-account.ts'
import { endsWithLabel, FIELD_TYPES, type FieldKind, kindOfValue, kindsOfLabel, plainLabel } from './field-labels.ts'

/** What stands between a label and its value. */
const SIGN = /[:=]/g
const AFTER = /[ \t]{0,12}\[?/y
/** Units of a label, and words of it. */
const MAX_LABEL = 40
const MAX_WORDS = 4
const QUOTED = /["'\u201d]([^"'\u201d\n]{1,160})["'\u201d]/uy
const LINE = /[^\n"'\u201d{}<>]{2,160}(?=\n|$)/uy
const PART = /[^\n"'\u201d{}<>,;|&]{2,60}?(?=[,;|&]|[ \t]{3}|\n|$)/uy
/** Where the address of a line ends: at the next field or the next sentence. */
const ADDRESS_END = /(?:[,;|]|[ \t]{2})[ \t]{0,3}\p{L}[\p{L} ]{2,20}[:=]|[.!?] (?=\p{L}+ \p{L})|&\w+=/u
/** An element of XML. */
const ELEMENT = indexed(/<([A-Za-z][\w.:-]{1,40})(?:\s[^<>]{0,120})?>([^<>\n]{2,160})<\//g)
/** A line that may be a label, with the value on the next one. */
const TWO_LINES = indexed(
  /(?:^|\n)[ \t]{0,8}(\p{L}[\p{L} .'’/()_-]{1,38}?)[ \t]{0,4}:?\r?(?=\n[ \t]{0,8}(?:[-*•>] )?([^\n]{2,120}?)[ \t\r]*(?:\n|$))/dgu,
)
/** A line of a form whose value stands behind dots or wide spaces: `Address ........ 4 High Street`. */
const LED = indexed(
  /(?:^|\n)[ \t]{0,8}(\p{L}[\p{L} .'’/()_-]{1,38}?)[ \t]{0,4}(?:\.{3,80}|_{3,80}|[ \t]{3,60}):?[ \t]{0,60}(?=([^\s._][^\n]{1,120}))/dgu,
)
/** Says that a line alone is the label of a name, rather than the beginning of a part of the text. */
const NAMES = /name|nom\b|nombre|naam|imi[ęe]|nazwisko|apellido|apelido|nome/
/** UTF-16 units within which a street makes a town beside it a part of an address. */
const NEAR_STREET = 300

interface Field extends Candidate {
  isTown: boolean
}

/** Values of fields whose label says what they are, in forms, JSON, XML and configuration. */
export const fieldValue: Recogniser = {
  name: 'field-value',
  entityTypes: FIELD_TYPES.filter((type) => type !== 'SECRET'),
  find(text) {
    const found: Field[] = []
    const add = (kinds: readonly FieldKind[], start: number, end: number): void => {
      const value = text.slice(start, end)
      const kind = kindOfValue(kinds, value)
      if (kind === null || kind.entityType === 'SECRET') return
      const isNobody = (): boolean => isLabelItself(value) || (isOfConnection(text, start, end) && !isOfPerson(value))
      if (!(kind.entityType === 'PERSON' && isNobody()))
        found.push({ ...fieldOf(kind), start, end, score: 0.65, evidence: 'context' })
    }
    const known = new Map<string, readonly FieldKind[]>()
    for (const { index } of everyMatch(text, SIGN)) {
      const own = labelBefore(text, index)
      const label = GENERIC.test(own) ? `${labelAround(text, index)} number` : own
      const kinds = known.get(label) ?? kindsOfWords(label)
      known.set(label, kinds)
      if (kinds.length === 0) continue
      AFTER.lastIndex = index + 1
      const at = index + 1 + (AFTER.exec(text)?.[0].length ?? 0)
      for (const [start, end] of valuesAt(text, at, kinds[0]?.entityType === 'STREET_ADDRESS')) add(kinds, start, end)
    }
    for (const match of ELEMENT.matchesIn(text)) {
      const [whole, label = '', value = ''] = match
      const end = match.index + whole.length - 2
      add(kindsOfLabel(plainLabel(label)), end - value.length, end)
    }
    for (const match of TWO_LINES.matchesIn(text)) {
      const plain = plainLabel(match[1] ?? '')
      const [start, end] = match.indices?.[2] ?? [0, 0]
      const kinds = kindsOfLabel(plain).filter(({ entityType }) => entityType !== 'PERSON' || NAMES.test(plain))
      // The next line of a form that was left empty is no value.
      if (!/\.{3}|_{3}/.test(match[2] ?? '')) add(kinds, start, end)
    }
    for (const match of LED.matchesIn(text)) {
      const plain = plainLabel(match[1] ?? '')
      const [start, stop] = match.indices?.[2] ?? [0, 0]
      const kinds = kindsOfLabel(plain).filter(({ entityType }) => entityType !== 'PERSON' || NAMES.test(plain))
      if (kinds.length > 0)
        add(kinds, start, start + (/^.*?(?=\s*$|[ \t]{3}|\t)/.exec(text.slice(start, stop))?.[0].length ?? 0))
    }
    const streets = found.filter(({ entityType, isTown }) => entityType === 'STREET_ADDRESS' && !isTown)
    return found
      .filter(({ start, isTown }) => !isTown || streets.some((one) => Math.abs(one.start - start) < NEAR_STREET))
      .map(({ isTown: _, ...candidate }) => candidate)
  },
}

/** What a form calls a field, in the place of a value: `username: Benutzername`, as translations of programs have it. */
function isLabelItself(value: string): boolean {
  return /^\p{L}+$/u.test(value) && kindsOfLabel(plainLabel(value)).length > 0 && !isGivenName(value)
}

function fieldOf({ entityType, isTown }: FieldKind): { entityType: string; isTown: boolean } {
  return { entityType, isTown: isTown === true }
}

/** What the number of anything is called, so that the object around it has to say of what. */
const GENERIC = /^[ _-]?(?:no|nr|num|number|id|value|nummer|numero|n[úu]mero)$/i
/** Before it in JSON: the name of its object, or beside it what kind of number it is. */
const OBJECT = /"([\p{L}_][\p{L}_ -]{1,30})"\s{0,4}:\s{0,4}\{[^{}]{0,80}$/u
const KIND =
  /"(?:text|display|type|kind|code|system)"\s{0,4}:\s{0,4}"([\p{L}_][\p{L}_ .-]{1,30})"[^{}"]{0,8}\}?\]?\}?,\s{0,8}"$/u
const AROUND = 140

/** The words that say of what a number is in JSON; empty where none do. */
function labelAround(text: string, colon: number): string {
  const before = text.slice(Math.max(0, colon - AROUND), colon)
  const opened = /^.*"(?=[\p{L}_]+"\s*$)/su.exec(before)?.[0]
  if (opened === undefined) return ''
  return KIND.exec(opened)?.[1] ?? OBJECT.exec(opened)?.[1] ?? ''
}

/** The words right before a colon. */
function labelBefore(text: string, colon: number): string {
  let end = colon
  while (end > 0 && colon - end < 24 && /[ \t"'\u201d.]/.test(text[end - 1] ?? '')) end -= 1
  let start = end
  if (/[1-3]/.test(text[start - 1] ?? '') && text[start - 2] === ' ') start -= 1
  while (start > 0 && end - start < MAX_LABEL && isLabelUnit(text.charCodeAt(start - 1))) start -= 1
  return text.slice(start, end)
}

/** What words announce, or the last of them. */
function kindsOfWords(label: string): readonly FieldKind[] {
  const plain = plainLabel(label)
  if (!endsWithLabel(plain) || plain.endsWith('service account name')) return []
  const words = plain.split(' ').slice(-MAX_WORDS)
  for (; words.length > 0; words.shift()) {
    const kinds = kindsOfLabel(words.join(' '))
    if (kinds.length > 0) return kinds
  }
  return []
}

const LETTER = /\p{L}/u

function isLabelUnit(code: number): boolean {
  if (code >= 128) return LETTER.test(String.fromCharCode(code))
  const letter = code | 32
  return (letter >= 97 && letter <= 122) || code === 95 || code === 32 || code === 45 || code === 46
}

/** In quotes, several in brackets; else to the end of the line; where the line goes on, to the next separator. */
function valuesAt(text: string, at: number, isAddress: boolean): [number, number][] {
  const quoted = quotedAt(text, at)
  if (quoted.length > 0) return quoted
  for (const pattern of [LINE, PART]) {
    pattern.lastIndex = at
    const value = pattern.exec(text)?.[0].trimEnd()
    if (value === undefined || value === '') continue
    const stop = isAddress && pattern === LINE ? value.search(ADDRESS_END) : -1
    if (stop > 1) return [[at, at + stop]]
    if (pattern === PART || isAddress || !/[,;|&]|[ \t]{3}/.test(value)) return [[at, at + value.length]]
  }
  return []
}

function quotedAt(text: string, from: number): [number, number][] {
  const values: [number, number][] = []
  for (let at = from; values.length < MAX_WORDS; ) {
    QUOTED.lastIndex = at
    const quoted = QUOTED.exec(text)
    if (quoted === null) break
    at += quoted[0].length
    values.push([at - quoted[0].length + 1, at - 1])
    if (text[from - 1] !== '[' || text[at] !== ',') break
    at += text[at + 1] === ' ' ? 2 : 1
  }
  return values
}
