import { tablesOf } from '../columns-agree.ts'
import type { NamedCandidate } from '../resolve-overlaps.ts'
import { type Cover, coverOf } from '../spans-cover.ts'
import { isLabelWord, labelInCapitals, lastLabel, type NumberLabel } from './number-labels.ts'
import { asLabels, FAR, lineBefore, MAX_SAID, objectOf, startOfLine, turnLength } from './number-words.ts'
import { isOfCustoms } from './numbers-of-things.ts'
import { type WrittenId, writtenIds } from './written-ids.ts'

const DATE = /[0-9]{1,4}[-./][0-9]{1,2}[-./][0-9]{1,4}/g
/** Says that a number follows, so that what it is of may stand further before it. */
const NUMBER_WORD =
  /(?<!\p{L})(?:number|nummer|numer|n[úu]mero|num[ée]ro|n[°º]|no\.|nr\.?)(?: (?:is|was|ist|lautet|est|es|è|jest|to|é))?[ :#]{0,3}$/iu
/** Under which somebody is kept. */
const UNDER =
  /(?<!\p{L})(?:unter(?: der)?(?: (?:Nummer|Nr\.?|Kennung))?|under(?: the)?(?: number| no\.?| id)?|sous(?: le)?(?: (?:num[ée]ro|n[°º]))?|(?:con|bajo)(?: el)? n[úu]mero|(?:con|sotto)(?: il)? (?:numero|n\.)|onder(?: het)? (?:nummer|nr\.?)|pod(?: numerem| nr\.?)|(?:sob|com)(?: o)? (?:n[úu]mero|n\.?[ºo°])|(?:known|registered|listed|filed) as|gef[üu]hrt als)[ :#]{1,3}$/iu
/** UTF-16 units before a number in which a word says what it is of. */
const BEFORE = 90
/** Units between a name and a number beside it, and words between a label and its number. */
const MAX_WORDS = 5
/** The same where a colon or the word for a number points at it. */
const MAX_WORDS_POINTED = 14
const POINTS = new RegExp(`[:=][ "']{0,3}$|${NUMBER_WORD.source}`, 'iu')
/** Within which somebody is named, for words that say less. */
const NEAR_PERSON = 160
/** Between a name and what is theirs. */
const BESIDE = /^(?: ?[([] ?(?:n[°ºo]\.? ?|#)?|, | [–—-] )$/u
const BEHIND = /^(?:[)\],.;]|\s|$)/u
/** Ends a sentence; what is shortened does not. */
const SENTENCE_END = /(?:[!?;]|(?<![\p{L}\p{N}])\p{L}{5,}\.|\))[ \t]+(?=\p{Lu}\p{Ll})|\n/u
/** Where contracts are those of somebody. */
const INSURANCE =
  /insur|versicher|schaden|assur|mutuelle|sinistre|segur|siniestro|assicur|polizza|sinistro|verzeker|ubezpiecz|p[oó]lis/i

const CELL = /^(?=.*[0-9])[A-Za-z0-9][A-Za-z0-9 ./-]{3,28}$/
/** Units of a text that are looked at for it. */
const LOOKED_AT = 4_000

interface Context {
  text: string
  persons: readonly NamedCandidate[]
  isInsurance: boolean
}

/**
 * Numbers of an unknown form in a text that names somebody, by a word that says that they are somebody's, in the question
 * that they answer, or because they stand beside a name. `found`: ordered, without overlaps. Linear.
 */
export function numbersOfPersons(text: string, found: readonly NamedCandidate[]): NamedCandidate[] {
  const persons = found.filter(({ entityType }) => entityType === 'PERSON' || entityType === 'DATE_OF_BIRTH')
  if (persons.length === 0) return []
  const masked = coverOf(found)
  const ends = new Set(found.filter(({ entityType }) => entityType === 'PERSON').map(({ end }) => end))
  const context = { text, persons, isInsurance: INSURANCE.test(text.slice(0, LOOKED_AT)) }
  const numbers: NamedCandidate[] = []
  for (const id of writtenIds(text)) {
    if (masked.holder(id) !== undefined) continue
    const entityType = typeByLabel(text, id, context) ?? typeBeside(text, id, ends)
    if (entityType !== null) numbers.push(candidate(entityType, brokenStart(text, id.start), id.end))
  }
  return [...numbers, ...numbersInColumns(text, masked)]
}

/** Cells of columns whose head says that somebody's numbers are in them. */
function numbersInColumns(text: string, masked: Cover<NamedCandidate>): NamedCandidate[] {
  const numbers: NamedCandidate[] = []
  for (const [head, ...rows] of tablesOf(text)) {
    ;(head ?? []).forEach(({ start: from, end: to }, column) => {
      const words = asLabels(text.slice(from, to))
      const label = words.length > 40 || /[0-9]{3}/.test(words) ? null : lastLabel(words)
      if (label === null || label.isWeak || label.entityType === null) return
      const entityType = label.entityType === 'VEHICLE' ? 'LICENSE_PLATE' : label.entityType
      for (const { start, end } of rows.flatMap((row) => row[column] ?? [])) {
        const id = CELL.test(text.slice(start, end)) ? writtenIds(text.slice(start, end))[0] : undefined
        if (id === undefined || id.end - id.start < end - start || masked.holder({ start, end }) !== undefined) continue
        if (suits(entityType, id, true)) numbers.push(candidate(entityType, start, end))
      }
    })
  }
  return numbers
}

function candidate(entityType: string, start: number, end: number): NamedCandidate {
  return { entityType, start, end, score: 0.5, evidence: 'context', recognizer: 'number-of-person' }
}

/** Where a number starts whose beginning is left at the end of the line before. */
function brokenStart(text: string, start: number): number {
  if (text[start - 1] !== '\n') return start
  const part = /[:#] ?((?=[A-Z-]{0,6}[0-9])[A-Z0-9/-]{2,12})\r?\n$/.exec(text.slice(Math.max(0, start - 20), start))
  return part === null ? start : start - part[0].length + part[0].indexOf(part[1] ?? '')
}

function typeByLabel(text: string, id: WrittenId, context: Context): string | null {
  if (isOfCustoms(text, id.start)) return null
  const lineStart = startOfLine(text, id.start)
  const from = Math.max(lineStart, id.start - BEFORE)
  const turn = from === lineStart ? turnLength(text, lineStart, id.start) : 0
  const capitals = labelInCapitals(text.slice(from, id.start)) ?? glued(id, text.slice(from, id.start))
  if (capitals !== null) return suits(capitals, id, true) ? capitals : null
  for (const start of turn > 0 ? [lineStart + turn, lineStart] : [from]) {
    const before = asLabels(text.slice(start, id.start))
    const label = lastLabel(before)
    // Who speaks is no label of what is said.
    if (label !== null && (label.entityType !== null || start !== lineStart || turn === 0))
      return believed(before, label, id, context)
  }
  if (NUMBER_WORD.test(text.slice(from, id.start))) {
    const sentence = asLabels(text.slice(Math.max(lineStart, id.start - FAR), id.start))
    const label = lastLabel(sentence)
    if (label !== null) return believed(sentence, label, id, context)
  }
  return (lineStart === 0 ? null : typeAsked(text, id, lineStart, lineStart + turn)) ?? typeBehind(text, id, context)
}

/** `unter der Nummer … als Mitglied geführt`: under a number, in the sentence that names somebody. */
function typeBehind(text: string, id: WrittenId, { persons }: Context): string | null {
  if (!UNDER.test(text.slice(Math.max(0, id.start - 40), id.start)) || id.isIssue) return null
  const behind = text.slice(id.end, id.end + 60)
  const end = /[.!?\n]/.exec(behind)?.index
  const label = lastLabel(asLabels(behind.slice(0, end)))
  if (label !== null && !label.isWeak) return suits(label.entityType, id, true) ? label.entityType : null
  const person = lastBefore(persons, id.start)
  const isNamed =
    person !== null && id.start - person.end < BEFORE && !/[.!?;\n] /.test(text.slice(person.end, id.start))
  return isNamed && suits('ID_CARD', id, true) ? 'ID_CARD' : null
}

/** The last of ordered findings that starts before a place. */
function lastBefore(found: readonly NamedCandidate[], at: number): NamedCandidate | null {
  let [low, high] = [0, found.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((found[middle]?.start ?? 0) < at) low = middle + 1
    else high = middle
  }
  return found[low - 1] ?? null
}

/** `MRN-77305518`: the label is a part of what is written. */
function glued({ raw, digits }: WrittenId, before: string): string | null {
  const word = /^[A-Z]{2,6}(?=[-/ ])/.exec(raw)?.[0]
  if (word === undefined || digits < 5 || !isLabelWord(word)) return null
  const label = lastLabel(asLabels(before))
  if (label !== null && label.entityType === null && before.length - label.end < 12) return null
  return labelInCapitals(word) ?? lastLabel(word)?.entityType ?? null
}

/** What the line before asks for, where a line begins with a number or is an answer of a few words. */
function typeAsked(text: string, id: WrittenId, lineStart: number, from: number): string | null {
  const said = text.slice(from, id.start).replace(DATE, '')
  const isTurn = /[\p{L}\p{N}\]]/u.test(text.slice(lineStart, from))
  if (said.length > MAX_SAID || /[0-9]{3}/.test(said) || (!isTurn && said.trim() !== '')) return null
  const question = lineBefore(text, lineStart)
  const asked = lastLabel(question)
  if (asked === null || asked.isWeak) return null
  const rest = question.slice(asked.end)
  if (/[0-9]{4}/.test(rest) || rest.length > (isTurn ? MAX_SAID : 12)) return null
  return suits(asked.entityType, id, false) ? asked.entityType : null
}

/** What a label says of a number, if nothing between them keeps them apart. */
function believed(before: string, label: NumberLabel, id: WrittenId, context: Context): string | null {
  const gap = before.slice(label.end)
  const isDirect = !/\p{L}{2}/u.test(
    gap.replace(
      /(?<!\p{L})(?:no|nr|num|number|nummer|numer|n[úu]mero|num[ée]ro|value|code|id|is|card)(?!\p{L})/giu,
      '',
    ),
  )
  if (id.isIssue && !isDirect) return null
  if (SENTENCE_END.test(gap) || /[0-9]/.test(gap.replace(/\([^()]*\)/g, ''))) return null
  if (/[|\t]/.test(gap) && /\p{L}/u.test(gap)) return null
  if ((gap.match(/\p{L}+/gu)?.length ?? 0) > (POINTS.test(gap) ? MAX_WORDS_POINTED : MAX_WORDS)) return null
  if (label.isWeak) {
    const object = objectOf(context.text, before, id.start)
    if (object !== null) {
      const owner = lastLabel(object)
      return owner !== null && !owner.isWeak && suits(owner.entityType, id, true) ? owner.entityType : null
    }
    if (!isDirect || id.digits < (id.digits === id.compact.length ? 7 : 5)) return null
    const isContract = /^(?:co|ve|um)/i.test(before.slice(label.start))
    if (isContract) return context.isInsurance ? 'INSURANCE_NUMBER' : null
    if (/[\p{L}\p{N}] ?$/u.test(before.slice(0, label.start)) && !OF_SOMEBODY.test(before.slice(0, label.start)))
      return null
    const person = lastBefore(context.persons, id.end + NEAR_PERSON / 2)
    return person !== null && id.start - person.end < NEAR_PERSON ? 'ID_CARD' : null
  }
  if (label.entityType === 'VEHICLE') return gap !== '' && isPlate(id) ? 'LICENSE_PLATE' : null
  return suits(label.entityType, id, isDirect) ? label.entityType : null
}

/** What may stand before `ID`. */
const OF_SOMEBODY =
  /(?:^|\s)(?:my|his|her|their|your|the|with|and|by|photo|state|government|personal|has|mein|meine|ihr|ihre|sein|seine|mit|und|ma|mon|sa|son|sur|et|su|mi|con|y|il|la|con|e|mijn|haar|zijn|met|en|mój|jego|jej|z|meu|seu|com|member|patient)\s*$/iu

/** Whether a number is written as one of a type may be. */
function suits(entityType: string | null, { compact, digits, raw }: WrittenId, isDirect: boolean): boolean {
  if (entityType === null) return false
  const letters = compact.length - digits
  if (entityType === 'LICENSE_PLATE') return letters > 0 && letters < 7 && compact.length < 10 && !raw.includes('/')
  if (entityType === 'VEHICLE') return false
  return letters > 0 ? digits >= 4 : digits >= (isDirect ? 5 : 6)
}

/** What a vehicle is registered by, rather than what a model is called. */
function isPlate({ compact, digits, raw }: WrittenId): boolean {
  return compact.length > 5 && compact.length < 10 && digits >= 2 && digits < compact.length && !/[./a-z]/.test(raw)
}

/** A number behind a name in brackets, behind a comma or a dash, where it ends what is said. */
function typeBeside(
  text: string,
  { start, end, compact, digits, isIssue }: WrittenId,
  ends: ReadonlySet<number>,
): string | null {
  if (isIssue || digits < (digits === compact.length ? 7 : 5) || !BEHIND.test(text.slice(end, end + 1))) return null
  for (let at = start - 1; at > start - 6; at -= 1)
    if (ends.has(at) && BESIDE.test(text.slice(at, start))) return 'ID_CARD'
  return null
}
