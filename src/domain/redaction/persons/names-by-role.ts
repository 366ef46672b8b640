import { isListedName } from '../list-names.ts'
import { capitals } from '../names/capitals.ts'
import type { NameSpan } from '../names/decode-spans.ts'
import { isNoName } from '../no-names.ts'
import { isOtherName } from '../other-names.ts'
import { isThing } from './is-thing.ts'
import { personLabel } from './person-labels.ts'
import { isThingLabel } from './thing-labels.ts'

const WORD = "\\p{Lu}[\\p{L}\\p{M}'’-]{1,24}"
const PARTICLES =
  "(?:(?:van|von|vom|zu|zum|zur|de|der|den|del|della|dello|di|da|do|das|dos|du|des|la|le|las|los|el|al|bin|ibn|bint|ter|ten|te|af|av|ap|d'|op|’t|'t) ){0,3}"
const NAME = `(?:\\p{Lu}\\p{Ll}?\\.[ -]?){0,3}${PARTICLES}${WORD}(?: ${PARTICLES}(?:${WORD}|\\p{Lu}\\.?(?![\\p{L}\\p{N}]))){0,3}`
/** What stands before a name and says how to speak to somebody. */
const TITLES =
  '(?:(?:Mrs?|Ms|Miss|Mx|Dr|Prof|Sir|Hr|Herrn?|Frau|Fr|Mag|OÄ|OA|Dipl\\.-Ing|M|Mme|Mlle|Me|Sra?|Srta|D|Dña|Don|Doña|Dona|Seu|Sig|Sig\\.ra|Dott|Dott\\.ssa|Avv|Ing|Geom|Rag|dhr|mevr|mw|de heer|mevrouw|drs|ir|ing|mr|dr|lek|inż|mgr|pan|pani|p|Enf|Eng|med)\\.? ){0,3}'
/** One of a list: a name, in brackets what it is, and what ends it. */
const ITEM = new RegExp(
  `${TITLES}(${NAME})(?=(?: ?[(<[][^()<>\\[\\]\\n]{0,60}[)>\\]])?[.!]?[ \\t]*(?:$|[,;|/&<(–—]|\\r?\\n| - | (?:and|und|et|y|e|en|i|oraz|&|\\+) |[ \\t]{2}|["'\u201d+0-9]))`,
  'uy',
)
const BETWEEN =
  /(?: ?[(<[][^()<>[\]\n]{0,60}[)>\]])?(?:[ \t]{0,2}[,;/&|][ \t]{0,2}(?:(?:and|und|et|y|e|en|i|oraz) )?| (?:and|und|et|y|e|en|i|oraz|\+) )/uy
/** Units of a label, and of a list behind it. */
const MAX_LABEL = 32
const MAX_LIST = 400
const MAX_WORDS = 3
const LETTER = /[\p{L}\p{M}]/u
const BORN_BEHIND =
  /^,? \(?(?:born|geb\.|geboren|née? le|nat[oa] (?:il|a)|nacid[oa]|ur\.|urodzon|nascid[oa]|DOB|\*)(?!\p{L})/u
const ONE = new RegExp(`(?:${TITLES})(${WORD}(?: ${PARTICLES}${WORD}){0,2})(?![\\p{L}\\p{N}_@])`, 'uy')
/** A word with a capital that is no article. */
const COMPOUND =
  /(?<!\p{L})(?!(?:The|Our|My|His|Her|Die|Der|Dem|Den|Des|Das|El|La|Le|Il|Lo|De|Het|O|A) $)\p{Lu}[\p{L}-]+ $/u
/** Between a role and a name: a space, or a bracket or a comma with one. */
const GAP = /(?<=\p{L})(?: ?\(| |, )$/u

/** Between a label of a form and what was filled in. */
const LEADER = /(?<=\p{L}\)?) ?\.{4,80} ?(?=\p{Lu})/gu

/** Whoever stands in a field or list that is called after persons: `Treasurer: Zzyxa`, `"driver": "Q. Zzyx"`, `Cc: A; B`. Linear. */
export function namesInFields(text: string): NameSpan[] {
  const found: NameSpan[] = []
  const seen = new Map<string, number>()
  const fields: [number, 'person' | 'party'][] = []
  for (const { index, 0: leader } of text.matchAll(LEADER)) {
    const kind = kindOfField(text, index)
    if (kind !== null) found.push(...listAt(text, index + leader.length, kind))
  }
  for (let colon = text.indexOf(':'); colon >= 0; colon = text.indexOf(':', colon + 1)) {
    const kind = kindOfField(text, colon)
    if (kind === null) continue
    fields.push([colon, kind])
    const line = lineLabel(text, colon)
    if (line !== '') seen.set(line, (seen.get(line) ?? 0) + 1)
  }
  for (const [colon, kind] of fields) {
    const isAgain = (seen.get(lineLabel(text, colon)) ?? 0) > 1
    let at = colon + 1
    while (at < colon + 12 && /[ \t"'\u201d]/.test(text[at] ?? '')) at += 1
    const names = listAt(text, at, kind)
    // Who says something again and again is a voice of a talk: behind it a name is all that stands there.
    if (!isAgain || isWholeLine(text, names) || isBorn(text, names)) found.push(...names)
  }
  return found
}

/** Names one after the other from a place on. */
function listAt(text: string, from: number, kind: 'person' | 'party'): NameSpan[] {
  const items: NameSpan[] = []
  let isSure = kind === 'person'
  for (let at = from; at < from + MAX_LIST; ) {
    ITEM.lastIndex = at
    const item = ITEM.exec(text)
    if (item === null) break
    const name = item[1] ?? ''
    const end = at + item[0].length
    const start = end - name.length
    const words = name.split(/[ .]+/).filter((word) => word.length > 1)
    const isListed = words.some(isListedName)
    if (words.some((word) => isNoName(word) && !isListedName(word)) || isOtherName(text, start, end)) break
    // Initials and codes, and what somebody is: `Dr. Ann Lee, Augenklinik`.
    if (/(?:^| )\p{Lu}{2,4}$/u.test(name) || (kind === 'party' && isThing(text, start, end))) break
    const isAfterFull = items.some((item) => !isOne(text.slice(item.start, item.end)))
    if (!isListed && isAfterFull && (isOne(name) || text[at - 2] !== ';')) break
    if (isListed) isSure = true
    items.push({ start, end, entityType: 'PERSON', score: 0.6 })
    const below = items.length === 1 && kind === 'person' ? nameBelow(text, name, end) : null
    if (below !== null) return [...items, below]
    BETWEEN.lastIndex = end
    const gap = BETWEEN.exec(text)
    if (gap === null) break
    at = end + gap[0].length
  }
  return isSure ? items : []
}

const BELOW = /[ \t]{0,4}\r?\n[ \t]{0,8}(\p{Lu}\p{Ll}[\p{L}\p{M}'’-]{1,24})(?=[ \t]{0,4}\r?\n)/uy

/** The family name on a line of its own below the given one. */
function nameBelow(text: string, name: string, end: number): NameSpan | null {
  if (!isOne(name) || !isListedName(name)) return null
  BELOW.lastIndex = end
  const last = BELOW.exec(text)?.[1]
  if (last === undefined || isNoName(last) || personLabel(last.toLowerCase()) !== null) return null
  return { start: BELOW.lastIndex - last.length, end: BELOW.lastIndex, entityType: 'PERSON', score: 0.55 }
}

/** The head of a mail, which is one at the start of a line alone. */
function isHead(label: string): boolean {
  return /^(?:from|to|cc|bcc|von|an|de|à|para|per|da|van|aan|od|do)$/.test(label)
}

function isOne(name: string): boolean {
  return !name.includes(' ')
}

/** What a line begins with before a colon; empty where it is more than a label. */
function lineLabel(text: string, colon: number): string {
  const before = text.slice(Math.max(0, colon - MAX_LABEL), colon)
  const newline = before.lastIndexOf('\n')
  return (newline < 0 && colon > MAX_LABEL) || before.includes('"') ? '' : before.slice(newline + 1)
}

/** Nobody says when somebody was born right behind a name that somebody speaks of. */
function isBorn(text: string, names: readonly NameSpan[]): boolean {
  const end = names.at(-1)?.end
  return end !== undefined && BORN_BEHIND.test(text.slice(end, end + 16))
}

function isWholeLine(text: string, names: readonly NameSpan[]): boolean {
  const last = names.at(-1)
  if (last === undefined || !/^[ \t]{0,4}(?:\r?\n|$)/.test(text.slice(last.end, last.end + 6))) return false
  return names.every(({ start, end }) => text.slice(start, end).split(' ').some(isListedName))
}

/** What the words right before a colon announce. */
function kindOfField(text: string, colon: number): 'person' | 'party' | null {
  let end = colon
  while (end > 0 && colon - end < 4 && /[ \t"'\u201d]/.test(text[end - 1] ?? '')) end -= 1
  if (text[end - 1] === ')') {
    const open = text.lastIndexOf('(', end)
    if (open < 0 || end - open > MAX_LABEL) return null
    end = open
    while (end > 0 && text[end - 1] === ' ') end -= 1
  }
  let start = end
  while (start > 0 && end - start < MAX_LABEL && isLabelUnit(text, start - 1)) start -= 1
  const words = plainWords(text.slice(start, end))
  for (let first = Math.max(0, words.length - MAX_WORDS); first < words.length; first += 1) {
    const label = words.slice(first).join(' ')
    if (isThingLabel(label)) return null
    const kind = personLabel(label)
    if (kind !== null)
      return isHead(label) && !/(?:^|\n)[ \t>*]{0,6}$/.test(text.slice(Math.max(0, start - 8), start)) ? null : kind
  }
  return null
}

/** `teamLead`, `team_lead` and `Team lead` are the same words. */
function plainWords(label: string): string[] {
  return label
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[ _]+/)
    .filter((word) => word !== '')
}

function isLabelUnit(text: string, index: number): boolean {
  const unit = text[index] ?? ''
  return unit === ' ' || unit === '_' || unit === '-' || unit === "'" || LETTER.test(unit)
}

/** Whoever stands right behind what somebody is: `medewerker Zzyxa`, `the widow Zzyx`, `Tochter (Zzyxa)`. Linear. */
export function namesByRole(text: string, isGerman: () => boolean): NameSpan[] {
  const found: NameSpan[] = []
  for (const start of capitals(text)) {
    const role = wordBefore(text, start)
    if (role === '') continue
    const kind = personLabel(role.toLowerCase())
    if (kind === null) continue
    ONE.lastIndex = start
    const name = ONE.exec(text)?.[1]
    if (name === undefined) continue
    const from = ONE.lastIndex - name.length
    const words = name.split(' ').filter((word) => /^\p{Lu}/u.test(word))
    if (words.some(isNoName) || name === name.toUpperCase() || isOtherName(text, from, ONE.lastIndex)) continue
    const isSmall = role === role.toLowerCase()
    // Part of what a thing is called: `Office Chair Milan`.
    if (!isSmall && COMPOUND.test(text.slice(Math.max(0, start - role.length - 24), start - role.length - 1))) continue
    const isSure = kind === 'person' && isSmall && !isGerman()
    if (isSure || words.some(isListedName))
      found.push({ start: from, end: ONE.lastIndex, entityType: 'PERSON', score: 0.55 })
  }
  return found
}

/** The word before a place, with nothing but a space, a comma or a bracket between; empty where there is none. */
function wordBefore(text: string, start: number): string {
  const gap = GAP.exec(text.slice(Math.max(0, start - 3), start))?.[0].length ?? 0
  if (gap === 0) return ''
  const end = start - gap
  let from = end
  while (from > 0 && end - from < 24 && (LETTER.test(text[from - 1] ?? '') || text[from - 1] === '-')) from -= 1
  return text.slice(from, end)
}
