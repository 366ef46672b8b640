import { isForeignText, isGermanText } from './guess-language.ts'
import { isGivenName, isListedName, listDeclinedNames, listNames } from './list-names.ts'
import { namesByCue, writtenNames } from './name-cues.ts'
import type { NameSpan } from './names/decode-spans.ts'
import { namesByForm, namesOfAttendees } from './names-by-form.ts'
import { namesOfSpeakers } from './names-of-speakers.ts'
import { isNoName } from './no-names.ts'
import { isOtherName } from './other-names.ts'
import { isOfTable } from './persons/is-of-table.ts'
import { isThing } from './persons/is-thing.ts'
import { namesByRole, namesInFields } from './persons/names-by-role.ts'
import { namesInQueries } from './persons/query-names.ts'
import { namesInSmall } from './persons/small-names.ts'
import { isTownName, isTownOfState } from './persons/towns.ts'
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
/** `Patient: Rice, Clark (…)` */
const LAST_FIRST =
  /(?:(?:^|\n)[ \t>*-]{0,4}|[:|–—] ?|[;"] ?| - |\b[Pp]atient |\b[Cc]lient |\b[Ee]mployee )(\p{Lu}[\p{L}\p{M}'’-]{1,24}(?: \p{Lu}[\p{L}\p{M}'’-]{1,24})?), (\p{Lu}[\p{L}\p{M}'’-]{1,24}(?: \p{Lu}\.?)?)(?=[ \t]{0,2}(?:[;"(|–—\n]|- |$))/gu
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
  const likely = coverOf(spans.filter(({ entityType, score }) => entityType === 'PERSON' && score >= LIKELY))
  for (const span of listed) {
    const owner = strong.holder(span)
    const isInside = owner !== undefined && owner.end - owner.start > span.end - span.start
    if (isInside || isOdd(text, span)) continue
    const isSeen = likely.holder({ start: span.start, end: span.start + 1 }) !== undefined
    if (!isSeen && isThing(text, span.start, span.end)) continue
    if (!isLiteral(text, span) && isCode(text, span, isSeen)) continue
    add({ ...span, start: lineStart(text, span) }, 'name-list')
  }
  for (const match of text.matchAll(LAST_FIRST)) {
    const [, last = '', first = ''] = match
    const start = match.index + match[0].length - `${last}, ${first}`.length
    const end = match.index + match[0].length
    if (first.split(' ').concat(last.split(' ')).some(isListedName) && !isNoName(last) && !isNoName(first))
      add({ start, end, entityType: 'PERSON', score: 0.6 }, 'name-cue')
  }
  for (const match of text.matchAll(WITH_INITIAL)) {
    const [name, first = '', last = ''] = match
    const isName = (isListedName(first) || isListedName(last)) && !isNoName(first) && !isNoName(last)
    if (isName)
      add({ start: match.index, end: match.index + name.length, entityType: 'PERSON', score: 0.6 }, 'name-cue')
  }
  for (const span of [...namesByCue(text), ...namesBySoftCue(text)]) if (!isOdd(text, span)) add(span, 'name-cue')
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
  return withSiblings(text, kept, modelName).map((one) =>
    one.entityType === 'PERSON' ? { ...one, ...wholeName(text, one) } : one,
  )
}

function isPerson(text: string, span: NameSpan, isForeign: () => boolean): boolean {
  const { start, end, score } = span
  const name = text.slice(start, end)
  if (isOdd(text, span)) return false
  const words = name.split(/[\s.-]+/).filter((word) => word !== '')
  const listed = words.filter(isListedName).length
  if (TITLE_BEFORE.test(text.slice(Math.max(0, start - 16), start))) return score >= (listed > 0 ? 0.15 : 0.3)
  if (isCode(text, span, true)) return score >= 0.9 && words.length > 1 && listed > 0
  if (score < SURE && isThing(text, start, end)) return false
  const isCapital = words.every((word) => /^(?:\p{Lu}|\p{Lo})/u.test(word) || word.length <= 3)
  if (!isCapital) return score >= (listed > 0 ? 0.6 : 0.95)
  if (name === name.toUpperCase() && /\p{Lu}/u.test(name)) return score >= (listed > 0 ? 0.4 : 0.87)
  if (listed > 0) return score >= (words.length > 1 ? 0.2 : 0.3)
  if (words.length > 1) return score >= (isForeign() ? 0.6 : 0.4)
  if (isForeign() && (isAtStart(text, start) || isGermanText(text))) return false
  return score >= (isAtStart(text, start) ? 0.75 : 0.5)
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
  if (isOfTable(text, start, end)) return true
  if (SHORTENED.test(name) || isOtherName(text, start, end) || isTownOfState(text, start, end)) return true
  const before = text.slice(Math.max(0, start - 2), start)
  if (
    /[\p{L}\p{N}_$#/\\=<]$|[\p{L}\p{N})]\.$/u.test(before) ||
    /^(?:[_=(/\\]|\.\p{Ll})/u.test(text.slice(end, end + 2))
  )
    return true
  return name.split(/[\s.-]+/).some((word) => ALIEN_CASE.test(word) && !CASE_PREFIX.test(word))
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

/** `Eklund, Michael and Hodge`: where one of a list is a person, all are. */
function withSiblings(text: string, found: readonly NamedCandidate[], modelName: string): NamedCandidate[] {
  const all = [...found]
  const persons = coverOf(found.filter(({ entityType }) => entityType === 'PERSON'))
  for (const one of found) {
    if (one.entityType !== 'PERSON') continue
    const isOneOfMany =
      isWordInList(text, one.start, one.end) &&
      persons.holder({ start: one.start - 3, end: one.start - 2 }) !== undefined
    for (const [start, end] of siblings(text, one.start, one.end, isOneOfMany)) {
      if (persons.holder({ start, end }) !== undefined || isOdd(text, { start, end })) continue
      if (isTownName(text.slice(start, end))) continue
      const sibling = {
        entityType: 'PERSON',
        start,
        end,
        score: 0.5,
        evidence: 'model',
        recognizer: modelName,
      } as const
      all.push(sibling)
      persons.add(sibling)
    }
  }
  return all
}

const NEXT_SIBLING =
  /(?:, | and | und | et | y | e | i | & |, and )(\p{Lu}[\p{L}\p{M}'’-]{1,24}(?: \p{Lu}[\p{L}\p{M}'’-]{1,24})?)(?![\p{L}\p{N}])/uy
const PREVIOUS_SIBLING =
  /(?<![\p{L}\p{N}.] ?)(?:(\p{Lu}[\p{L}\p{M}'’-]{1,24}), )?(\p{Lu}[\p{L}\p{M}'’-]{1,24})(?:, | and | und | et | y | e | i | & )$/u
/** What the above ends with. */
const MAY_BE_PREVIOUS = /^[,dtyei&] $/

/** `Okamoto` in `Delgado, Okamoto, Fong`. */
function isWordInList(text: string, start: number, end: number): boolean {
  return text.slice(start - 2, start) === ', ' && /^\p{Lu}\p{Ll}+$/u.test(text.slice(start, end))
}

/** `isOneOfMany`: it follows another name, so that what comes next needs no list to be one. */
function siblings(text: string, start: number, end: number, isOneOfMany: boolean): [number, number][] {
  const spans: [number, number][] = []
  let at = end
  const isList = /^(?:,? \p{Lu}| and \p{Lu}| und \p{Lu}| et \p{Lu}| y \p{Lu}| & \p{Lu})/u.test(text.slice(end, end + 8))
  for (let i = 0; i < 4 && isList; i += 1) {
    NEXT_SIBLING.lastIndex = at
    const match = NEXT_SIBLING.exec(text)
    if (match?.[1] === undefined) break
    const isName = isOneOfMany && i === 0 && /^\p{Lu}\p{Ll}{2,}$/u.test(match[1]) && !isNoName(match[1])
    if (!isName && !isListed(match[1], match[0])) break
    at += match[0].length
    spans.push([at - match[1].length, at])
  }
  const from = Math.max(0, start - 60)
  const before = MAY_BE_PREVIOUS.test(text.slice(Math.max(0, start - 2), start))
    ? PREVIOUS_SIBLING.exec(text.slice(from, start))
    : null
  if (before !== null) {
    const [whole, first, second = ''] = before
    const base = from + before.index
    if (isListed(second, whole))
      spans.push([
        base + whole.indexOf(second, (first ?? '').length),
        base + whole.indexOf(second, (first ?? '').length) + second.length,
      ])
    if (first !== undefined && isListedName(first)) spans.push([base, base + first.length])
  }
  return spans
}

/** After a comma a town may follow a name; after `and` it hardly does. */
function isListed(name: string, joined: string): boolean {
  return / (?:and|und|et|y|e|i|&) /.test(joined) || name.split(' ').some(isListedName)
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
  const first = /^\p{L}[\p{L}\p{M}]*(?=\s)/u.exec(text.slice(start, end))?.[0]
  if (first !== undefined && !/^\p{Lu}/u.test(first) && !isGivenName(first) && /\s\S*[.@]/.test(text.slice(start, end)))
    start += first.length + 1
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
