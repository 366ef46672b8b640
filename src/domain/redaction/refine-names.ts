import { isForeignText, isGermanText } from './guess-language.ts'
import { isListedName, isWordToo, listDeclinedNames, listNames } from './list-names.ts'
import { namesByCue, writtenNames } from './name-cues.ts'
import type { NameSpan } from './names/decode-spans.ts'
import { namesByForm, namesOfAttendees } from './names-by-form.ts'
import { namesOfSpeakers } from './names-of-speakers.ts'
import { isNoName } from './no-names.ts'
import { isOtherName } from './other-names.ts'
import { isMonth } from './persons/is-month.ts'
import { isOfTable } from './persons/is-of-table.ts'
import { isThing } from './persons/is-thing.ts'
import { namesByRole, namesInFields } from './persons/names-by-role.ts'
import { personLabel } from './persons/person-labels.ts'
import { namesInQueries } from './persons/query-names.ts'
import { withSiblings } from './persons/siblings.ts'
import { namesInSmall } from './persons/small-names.ts'
import { isNameOfThing, isThingLabel } from './persons/thing-labels.ts'
import { thingsCalled } from './persons/things-called.ts'
import { isTownOfState } from './persons/towns.ts'
import type { NamedCandidate } from './resolve-overlaps.ts'
import { namesBySoftCue, namesOfKin } from './soft-cues.ts'
import { coverOf } from './spans-cover.ts'
import { namesByPlace, wholeName } from './whole-names.ts'

const CODE_LINE =
  /[;{}]\s*$|=>|==|:=|\b(?:const|let|var|def|class|import|return|function|public|private|static|void|SELECT|INSERT|UPDATE|WHERE|func|struct|package|echo|export)\b.*[(){}=;]|^\s*(?:\$ |\/\*|<\/?[a-z])|\b(?:INFO|WARN|WARNING|ERROR|DEBUG|TRACE|FATAL)\b|\d{2}:\d{2}:\d{2}[.,]\d{3}/
/** Words between lines of code; bullets and headings of a text look like them. */
const COMMENT_LINE = /^\s*(?:# |\/\/)/
const INNER_COMMENT_LINE = /^\s*\* /
/** Signs that stand in names of code, paths and ids, and never in a person's. */
const NO_NAME_SIGN = /[0-9_=/\\<>{}[\]()@#$%^*+|~`:;!?"]/
const TITLE_BEFORE =
  /(?:\b(?:mr|mrs|ms|miss|mx|dr|prof|herrn?|frau|sir|dame|lord|lady|monsieur|madame|mme|mlle|señora?|sra?|signora?|sig|dott|pani?|panem|panią|dhr|mevr)\.?|\b(?:dear|hi|hello|liebe[r]?|bonjour|hola|ciao|named?|called|i am|i'm|name is|by|user|colleague|with|ask|tell|call)) $/i
/** A line of its own with an initial in the middle: `Landerico B Hidalgo`. */
const WITH_INITIAL =
  /(?<=(?:^|\n)[ \t>*-]{0,4})(\p{Lu}\p{Ll}[\p{L}\p{M}'’-]{1,24}) \p{Lu}\.? (\p{Lu}\p{Ll}[\p{L}\p{M}'’-]{1,24})(?=[ \t]{0,4}(?:\r?\n|$))/gu
/** Words with a capital between the start of a line and a name. */
const LINE_BEFORE = /(?:^|\n)[^\p{L}\n]{0,6}((?:\p{Lu}\p{Ll}[\p{L}\p{M}'’-]{0,24} ){1,2})$/u
/** Months and days that nobody is called after, what is shortened with dots, and what Germans put together. */
const NO_FIRST =
  /^(?:January|February|March|July|September|October|November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday) |^(?:April|May|June|August) I$|^Ex-(?:Mann|Frau|Freund|Freundin|Partner|Partnerin|Chef|Chefin)$|-(?:Steuer|Gebühr|Kosten|Vertrag|Versicherung|Nummer|Konto|Antrag|Bescheid)$|^\p{Lu}(?:\.\p{Lu})+\.?$|^\p{Lu}{2,5}\.$|^\p{Ll}\. /u
/** Degrees and statutes: `P.Eng`, `M.A.Sc`, `D.Lgs`. */
const SHORTENED = /^(?:\p{Lu}\.){1,3}(?:Eng|Sc|Lgs|Phil|Ing|Arch|Med|Ed|Tech|Admin|Com|Jur)$/u
const ALIEN_CASE = /\p{Ll}\p{Lu}/u
const CASE_PREFIX = /^(?:Mc|Mac|De|Di|La|Le|Van|Von|O['’]|D['’]|Fitz)/

/** A score of the model that makes a listed name one in a comment and beside a thing, and one that needs nothing else. */
const LIKELY = 0.5
const SURE = 0.85

/**
 * Candidates of persons, places and organisations from what the name model and the lists of names say: trimmed to the
 * name itself, without what code, ids, products and the calendar make look like one. A name that both know needs less
 * of either.
 */
export function refineNames(text: string, spans: readonly NameSpan[], modelName: string): NamedCandidate[] {
  const kept: NamedCandidate[] = []
  const add = (span: NameSpan, recognizer: string): void => {
    kept.push({ ...span, evidence: 'model', recognizer })
  }
  let foreign: boolean | null = null
  // Of the whole text, so it is read once, and only where a name asks.
  const isForeign = (): boolean => {
    foreign ??= isForeignText(text)
    return foreign
  }
  const listed = [...listNames(text), ...listDeclinedNames(text)]
  for (const span of spans) {
    const trimmed = { ...span, ...trimName(text, span.start, span.end) }
    if (trimmed.start >= trimmed.end) continue
    if (span.entityType !== 'PERSON') {
      for (const one of personsInList(text, trimmed)) add(one, modelName)
      if (span.score >= 0.5) add(trimmed, modelName)
    } else if (isPerson(text, trimmed, isForeign)) add({ ...trimmed, start: lineStart(text, trimmed) }, modelName)
  }
  const strong = coverOf(spans.filter(({ entityType, score }) => entityType !== 'PERSON' && score >= 0.6))
  const sure = coverOf(spans.filter(({ entityType, score }) => entityType === 'PERSON' && score >= SURE))
  const likely = coverOf(spans.filter(({ entityType, score }) => entityType === 'PERSON' && score >= LIKELY))
  for (const span of listed) {
    const owner = strong.holder(span)
    const isInside =
      owner !== undefined && owner.end - owner.start > span.end - span.start && text[span.start - 1] !== '('
    if (isInside || isOdd(text, span)) continue
    const isSeen = likely.holder({ start: span.start, end: span.start + 1 }) !== undefined
    const isSure = sure.holder({ start: span.start, end: span.start + 1 }) !== undefined
    if (!isSure && isThing(text, span.start, span.end)) continue
    if (!isLiteral(text, span) && isCode(text, span, isSeen)) continue
    add({ ...span, start: lineStart(text, span) }, 'name-list')
  }
  for (const match of text.matchAll(WITH_INITIAL)) {
    const [name, first = '', last = ''] = match
    const isName = (isListedName(first) || isListedName(last)) && !isNoName(first) && !isNoName(last)
    if (isName)
      add({ start: match.index, end: match.index + name.length, entityType: 'PERSON', score: 0.6 }, 'name-cue')
  }
  for (const span of [...namesByCue(text), ...namesBySoftCue(text)])
    if (!isOdd(text, span) && !isRole(text.slice(span.start, span.end))) add(span, 'name-cue')
  const isGerman = (): boolean => isGermanText(text)
  for (const span of [...namesInFields(text), ...namesByRole(text, isGerman)])
    if (!isCode(text, span, true)) add(span, 'name-cue')
  for (const span of namesInSmall(text, (start, end) => isCode(text, { start, end }, false))) add(span, 'name-list')
  for (const span of namesInQueries(text)) add(span, 'name-cue')
  for (const span of [
    ...namesByPlace(text),
    ...namesByForm(text),
    ...namesOfAttendees(text),
    ...namesOfSpeakers(text),
    ...namesOfKin(text),
  ])
    if (!isOtherName(text, span.start, span.end)) add(span, 'name-cue')
  for (const span of writtenNames(text)) add(span, 'name-cue')
  const things = kept.length === 0 ? [] : thingsCalled(text)
  const persons = kept.filter(
    (one) => one.entityType !== 'PERSON' || !things.some(([start, end]) => start <= one.start && one.end <= end),
  )
  return withSiblings(text, persons, modelName, isOdd).map((one) =>
    one.entityType === 'PERSON' ? { ...one, ...wholeName(text, one) } : one,
  )
}

function isPerson(text: string, span: NameSpan, isForeign: () => boolean): boolean {
  const { start, end, score } = span
  const name = text.slice(start, end)
  if (isOdd(text, span)) return false
  const words = name.split(/[\s.-]+/).filter((word) => word !== '')
  const listed = words.filter(isListedName).length
  if (listed === 0 && words.length === 1 && isLabel(name)) return false
  const isTitled = TITLE_BEFORE.test(text.slice(Math.max(0, start - 16), start))
  if (isTitled && (listed > 0 || isCapital(words))) return score >= (listed > 0 ? 0.15 : 0.3)
  if (isCode(text, span, true)) return score >= 0.9 && words.length > 1 && listed > 0
  if (score < SURE && isThing(text, start, end)) return false
  if (!isCapital(words)) return score >= smallThreshold(words, listed)
  if (name === name.toUpperCase() && /\p{Lu}/u.test(name)) return score >= (listed > 0 ? 0.4 : 0.87)
  if (listed > 0) return score >= (words.length > 1 ? 0.2 : 0.3)
  if (words.length > 1) return score >= (isForeign() ? 0.6 : 0.4)
  if (score >= leastBehindLabel(text, start)) return true
  if (isForeign() && (isAtStart(text, start) || isGermanText(text))) return false
  return score >= (isAtStart(text, start) ? 0.75 : 0.5)
}

/** What persons and things are called before their names, and nobody by name. */
function isLabel(word: string): boolean {
  return personLabel(word.toLowerCase()) !== null || isThingLabel(word.toLowerCase())
}

const LABEL_BEFORE = /(?<!\p{L})(\p{L}[\p{L}-]{2,20})(?: \p{L}{2,14})? ?: ?$/u

/** The score that is enough behind what somebody is called: `kierowca autobusu: Zzyxa`. */
function leastBehindLabel(text: string, start: number): number {
  const label = LABEL_BEFORE.exec(text.slice(Math.max(0, start - 40), start))?.[1]
  const kind = label === undefined ? null : personLabel(label.toLowerCase())
  if (kind === null) return Number.POSITIVE_INFINITY
  return kind === 'person' ? 0.5 : 0.8
}

/** `Patient Liaison`, `The Claimant`: nothing that a list has, and a word that says what somebody does. */
function isRole(name: string): boolean {
  const words = name.split(' ')
  return words.some((word) => isNoName(word) || isLabel(word)) && !words.some(isListedName)
}

/** Every word, but for what is short between others: `Anna van der Zzyx`. */
function isCapital(words: readonly string[]): boolean {
  const own = words.filter((word) => /^[\p{Lu}\p{Lo}]/u.test(word)).length
  return own > 0 && words.every((word) => /^[\p{Lu}\p{Lo}]/u.test(word) || word.length <= 3)
}

/** Of words in small letters, of which a sentence is full: those that no list has, and those that are ordinary words too. */
function smallThreshold(words: readonly string[], listed: number): number {
  if (listed === 0) return words.length > 1 ? 0.95 : 0.97
  return words.every(isWordToo) ? 0.8 : 0.6
}

/** A line of a program; `isSeen`: the model sees a name, so that a comment is no code. */
function isCode(text: string, { start, end }: { start: number; end: number }, isSeen: boolean): boolean {
  const line = lineOf(text, start, end)
  if (CODE_LINE.test(line)) return true
  if (INNER_COMMENT_LINE.test(line)) return text.includes('/*')
  return !isSeen && COMMENT_LINE.test(line)
}

/** A string of a program that is nothing but a name: `greet("Ann")`. */
function isLiteral(text: string, { start, end }: NameSpan): boolean {
  const quote = text[start - 1] ?? ''
  return (quote === '"' || quote === "'") && text[end] === quote
}

/** Where a name starts whose last words the model saw and that is a line of its own: `Csenger Gábor`. */
function lineStart(text: string, { start, end }: NameSpan): number {
  if (!/^[ \t]{0,4}(?:\r?\n|$)/.test(text.slice(end, end + 8))) return start
  const words = LINE_BEFORE.exec(text.slice(Math.max(0, start - 64), start))?.[1] ?? ''
  return words === '' || words.trim().split(' ').some(isNoName) ? start : start - words.length
}

/** What no name of a person is, whoever says so. */
function isOdd(text: string, { start, end }: { start: number; end: number }): boolean {
  const name = text.slice(start, end)
  if (NO_NAME_SIGN.test(name) || !/\p{L}{2}/u.test(name) || isNoName(name) || NO_FIRST.test(name)) return true
  if (isNameOfThing(name)) return true
  if (isOfTable(text, start, end) || isMonth(text, start, end)) return true
  if (SHORTENED.test(name) || isOtherName(text, start, end) || isTownOfState(text, start, end)) return true
  if (isInCode(text, start, end)) return true
  return name.split(/[\s.-]+/).some((word) => ALIEN_CASE.test(word) && !CASE_PREFIX.test(word))
}

/** A sign right before or behind that stands in code and paths, but for a field of a person (`NAME=Ann`) and a signature (`/Ann`). */
function isInCode(text: string, start: number, end: number): boolean {
  if (/^(?:[_=(/\\]|\.\p{Ll})/u.test(text.slice(end, end + 2))) return true
  if (!/[\p{L}\p{N}_$#/\\=<]$|[\p{L}\p{N})]\.$/u.test(text.slice(Math.max(0, start - 2), start))) return false
  const before = text.slice(Math.max(0, start - 24), start)
  if (/(?:^|\n)[ \t>]{0,4}\/{1,2}$/.test(before)) return !/^[.!]?[ \t]{0,4}(?:\r?\n|$)/.test(text.slice(end, end + 8))
  const key = /(?<![\p{L}\p{N}_.-])([\p{L}_]{2,20})=$/u.exec(before)?.[1]
  return key === undefined || personLabel(key.toLowerCase().replaceAll('_', ' ')) === null
}

/** A firm's name that is a list of names: `Eklund, Michael and Hodge`. */
function personsInList(text: string, { start, end }: NameSpan): NameSpan[] {
  const name = text.slice(start, end)
  if (
    !/^\p{Lu}[\p{L}\p{M}'’-]+(?:, \p{Lu}[\p{L}\p{M}'’-]+){1,6},? (?:and|und|et|y|&) \p{Lu}[\p{L}\p{M}'’-]+$/u.test(name)
  )
    return []
  const words = [...name.matchAll(/\p{Lu}[\p{L}\p{M}'’-]+/gu)]
  if (!words.some((word) => isListedName(word[0]))) return []
  return words.map((word) => ({
    start: start + word.index,
    end: start + word.index + word[0].length,
    entityType: 'PERSON',
    score: 0.6,
  }))
}

/** At the start of a sentence or a line every word has a capital. */
function isAtStart(text: string, start: number): boolean {
  return /(?:^|[.!?:|\n•*-]\s{0,3}|\d[.)] )$/.test(text.slice(Math.max(0, start - 4), start))
}

function trimName(text: string, from: number, to: number): { start: number; end: number } {
  let start = from
  let end = to
  while (start < end && !isNameUnit(text, start)) start += 1
  while (end > start && !isNameUnit(text, end - 1) && text[end - 1] !== '.') end -= 1
  if (/['’]s$/.test(text.slice(start, end))) end -= 2
  while (text[end - 1] === '.' && !/(?<!\p{L})\p{L}\.$/u.test(text.slice(Math.max(start, end - 3), end))) end -= 1
  // Polish: Mr or Mrs.
  if (/^p\. \p{Lu}/u.test(text.slice(start, start + 5))) start += 3
  const first = /^\p{L}[\p{L}\p{M}]*(?=\s)/u.exec(text.slice(start, end))?.[0]
  if (first !== undefined && !/^\p{Lu}/u.test(first) && !isListedName(first)) {
    const rest = text.slice(start, end)
    // A word of the sentence before a name, which no particle is.
    if (
      /\s\S*[.@]/.test(rest) ||
      (/^(?!(?:della|dello|dalla|degli|delle|abdul|saint) )\p{Ll}{4,} \p{Lu}\p{Ll}/u.test(rest) && !/['’-]/.test(first))
    )
      start += first.length + 1
  }
  return { start, end }
}

function isNameUnit(text: string, index: number): boolean {
  return /[\p{L}\p{M}\ud800-\udfff]/u.test(text[index] ?? '')
}

function lineOf(text: string, start: number, end: number): string {
  // Looked for in the stretch alone: a text that is one line is long.
  const before = text.slice(Math.max(0, start - 120), start)
  const after = text.slice(end, end + 120)
  const newline = after.indexOf('\n')
  return (
    before.slice(before.lastIndexOf('\n') + 1) +
    text.slice(start, end) +
    (newline < 0 ? after : after.slice(0, newline))
  )
}
