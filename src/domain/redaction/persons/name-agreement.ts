import { latinText } from '../joined-text.ts'
import { isGivenName, isListedName, isWordToo } from '../list-names.ts'
import { isNoName } from '../no-names.ts'
import { isOfService, isWordSurname } from '../recognisers/account/person-account.ts'
import type { RecognizerResult } from '../types.ts'
import { isMonth } from './is-month.ts'
import { isThing } from './is-thing.ts'
import { initialsIn } from './known-initials.ts'
import { addAccountsOf, folded, isNamedAccount, type NamedAccounts, noAccounts } from './named-accounts.ts'
import { personLabel } from './person-labels.ts'
import { firstCases } from './polish-cases.ts'
import { isWithoutCapitals } from './small-names.ts'

/** What the names that were found say about other words. */
export interface KnownNames {
  /** Parts of names with a capital, as they stand there. */
  parts: ReadonlySet<string>
  /** Of these the ones of names of several words, or that are sure. */
  full: ReadonlySet<string>
  accounts: NamedAccounts
  /** Names in addresses of mail, in small ASCII letters. */
  mailed: ReadonlySet<string>
  /** Two or three first letters of names: `AL`. */
  initials: ReadonlySet<string>
}

const MAX_WORDS = 5
/** Below it a name of one word is too little to be looked for elsewhere. */
const SURE = 0.6
/** From it on one word says as much as several. */
const ALONE = 0.95
/** Between two cells of a row that may be a given and a family name. */
const NEXT_CELL = /^["']?[ ]?[;,\t|][ ]?["']?$/
/** Letters at least of a name that no list has, in small letters. */
const MIN_SMALL = 5

/** No code of capitals, and nothing that stands in names of places as well. */
const PART =
  /^(?!\p{Lu}{2,4}$|(?:San|Santa|Santo|São|Sint|Sankt|Saint|Sainte|Van|Von|Der|Den|Ter|Mac)$)\p{Lu}[\p{L}\p{M}'’-]{2,}$/u
/** The part of an address of mail that is a first and a last name, or a letter and one. */
const MAILBOX = /^([a-z]{1,20})[._-]([a-z]{2,24})[0-9]{0,4}@/i

/** Reads the names of persons that were found in texts. */
export function knownNames(
  texts: readonly string[],
  found: readonly (readonly RecognizerResult[])[],
): KnownNames | null {
  const known = {
    parts: new Set<string>(),
    full: new Set<string>(),
    accounts: noAccounts(),
    mailed: new Set<string>(),
    initials: new Set<string>(),
  }
  found.forEach((list, i) => {
    let cell = { end: -1, words: [] as string[] }
    for (const { entityType, start, end, score, recognizer } of list) {
      if (end - start > 80) continue
      const value = (texts[i] ?? '').slice(start, end)
      if (entityType === 'EMAIL_ADDRESS') addMailed(value, known.mailed)
      if (entityType !== 'PERSON') continue
      const words = value.split(/[\s,]+/)
      if (words.length > MAX_WORDS || (words.length < 2 && score < SURE)) continue
      const own = words.filter((word) => PART.test(word) && !isNoName(word) && !isCalled(word))
      for (const word of own) known.parts.add(word)
      if (words.length === 1 && (score >= ALONE || recognizer === 'name-cue'))
        for (const word of own) known.full.add(word)
      if (words.length > 1) addAccountsOf(words, known.accounts)
      else if (NEXT_CELL.test((texts[i] ?? '').slice(cell.end, start)))
        addAccountsOf([...cell.words, ...words], known.accounts)
      cell = { end, words }
      if (own.length < 2) continue
      for (const word of own) known.full.add(word)
      known.initials.add(own.map(([first = '']) => first).join(''))
    }
  })
  return known.parts.size === 0 && known.mailed.size === 0 ? null : known
}

/** How somebody is spoken to or what they are to somebody, before a name: `Mme`, `Sister`. */
function isCalled(word: string): boolean {
  return (
    /^(?:Mme|Mlle|Mstr|Miss|Frau|Hrn|Dott|Avv|Geom|Srta|Dhr|Mevr)$/.test(word) ||
    (personLabel(word.toLowerCase()) !== null && !isListedName(word))
  )
}

/** `ann.lee@…`, `a.zzyxen@…`: who has such an address is called so. */
function addMailed(address: string, mailed: Set<string>): void {
  const [, first = '', last = ''] = MAILBOX.exec(address.toLowerCase()) ?? []
  const isOfNobody = [first, last].some((word) => isOfService(word) || isNoName(word))
  if (isOfNobody || !(first.length === 1 || isListedName(first) || isListedName(last))) return
  for (const word of [first, last]) if (word.length > 2) mailed.add(word)
}

const WORD = /[\p{L}][\p{L}\p{M}\p{N}'’._-]*[\p{L}\p{M}\p{N}]/gu
const NAME = /^[\p{L}\p{M}'’-]+$/u
const LOOKALIKE = /[\u0370-\u03ff\u0400-\u04ff]/

/** Findings with the mentions of known names among them: again, in small letters, in another case, as an account. Linear. */
export function withMentions(
  text: string,
  list: readonly RecognizerResult[],
  known: KnownNames,
  isAllowed: (value: string) => boolean,
): RecognizerResult[] {
  const mentions: [start: number, word: string][] = []
  const isMention = mentionsIn(text, known)
  for (const { index, 0: match } of text.matchAll(WORD)) {
    if (NAME.test(match)) {
      const word = /['’]/.test(match) ? match.replace(/['’]s?$/, '') : match
      const plain = LOOKALIKE.test(word) ? (latinText(word)?.text ?? word) : word
      if (isMention(index, plain)) {
        mentions.push([index, word])
        continue
      }
    }
    if (known.accounts.people.size > 0 && isNamedAccount(text, index, match, known.accounts))
      mentions.push([index, match])
    else if (/[._-]/.test(match)) mentions.push(...inPieces(index, match, known, isMention))
  }
  mentions.push(...initialsIn(text, known.initials))
  return merged(
    text,
    list,
    mentions.sort(([a], [b]) => a - b),
    isAllowed,
  )
}

/** Findings, and mentions where none is. */
function merged(
  text: string,
  list: readonly RecognizerResult[],
  mentions: readonly (readonly [start: number, word: string])[],
  isAllowed: (value: string) => boolean,
): RecognizerResult[] {
  const all: RecognizerResult[] = []
  let next = 0
  for (const [start, word] of mentions) {
    const end = start + word.length
    while (next < list.length && (list[next]?.end ?? 0) <= start) all.push(...list.slice(next, ++next))
    if (isMonth(text, start, end)) continue
    const isTaken = (list[next]?.start ?? text.length) < end || (all.at(-1)?.end ?? 0) > start
    if (isTaken || isAllowed(word) || (isThing(text, start, end) && !isAtSomebody(text, start, end))) continue
    all.push({ entityType: 'PERSON', start, end, score: 0.5, recognizer: 'name-agreement', evidence: 'model' })
  }
  return [...all, ...list.slice(next)]
}

/** Where somebody who is known lives: `bei Grabowskis im dritten Stock`. */
function isAtSomebody(text: string, start: number, end: number): boolean {
  return (
    /(?<!\p{L})(?:bei|chez|bij) $/iu.test(text.slice(Math.max(0, start - 6), start)) &&
    !/^ \p{Lu}/u.test(text.slice(end, end + 2))
  )
}

/** Words that a missing space put together (`done.Ann`), and a first and a last name in the name of a file. */
function inPieces(
  index: number,
  match: string,
  { full }: KnownNames,
  isMention: (start: number, word: string) => boolean,
): [number, string][] {
  const pieces = Array.from(match.matchAll(/[\p{L}\p{M}'’]{3,}/gu), ({ index: at, 0: word }) => ({
    at,
    word,
    isKnown: full.has(word) || full.has(capital(word)),
  }))
  for (const [i, { at, isKnown }] of pieces.entries()) {
    const next = pieces[i + 1]
    if (isKnown && next?.isKnown) return [[index + at, match.slice(at, next.at + next.word.length)]]
  }
  if (!/[._]/.test(match)) return []
  return Array.from(match.matchAll(/[\p{L}\p{M}'’-]{3,}/gu), ({ index: at, 0: word }): [number, string] => [at, word])
    .filter(([at, word]) => isMention(index + at, word))
    .map(([at, word]) => [index + at, word])
}

/** Whether a word of a text is one of the known names. */
function mentionsIn(text: string, known: KnownNames): (start: number, word: string) => boolean {
  const { parts, full, mailed } = known
  const isPolish = /[ąćęłńśźż]/.test(text)
  const cases = isPolish ? new Set([...full].flatMap((part) => [part, ...firstCases(part)])) : full
  let small: ReadonlySet<string> | null = null
  // Of the whole text, so they are read once, and only where a name asks.
  const isSmallToo = (word: string): boolean => {
    small ??= new Set(text.match(/(?<!\p{L})\p{Ll}[\p{L}\p{M}'’-]{2,}/gu))
    return small.has(word.toLowerCase())
  }
  const isInformal = /(?:^|[.!?;] |\n)\p{Ll}+ \p{Ll}/u.test(text)
  /** Where every word has a capital, what no list has is a name if it is one elsewhere and no word. */
  const mayStart = (start: number, word: string, isFull: boolean): boolean =>
    isListedName(word) || !isAtStart(text, start) || (isFull && ((isInformal && isUnusual(word)) || !isSmallToo(word)))
  return (start, word) => {
    if (word.length < 3) return false
    if (/[\p{L}\p{N}_.@/\\$#-]/u.test(text[start - 1] ?? ' ') || /[_@(/\\=]/.test(text[start + word.length] ?? ' '))
      return false
    if (parts.has(word)) return mayStart(start, word, full.has(word))
    const upper = capital(word)
    if (word === upper && mailed.has(folded(word))) return mayStart(start, word, true)
    if (word.length < 4) return false
    if (parts.has(upper))
      return isListedName(word)
        ? !isWordToo(word)
        : full.has(upper) && isUnusual(word) && isWithoutCapitals(text, start)
    // Of somebody, or of all of a family: `Janniks`, `the Abernathys`.
    if (word.length > 4 && word.endsWith('s') && parts.has(upper.slice(0, -1)))
      return upper === word || isGivenName(word.slice(0, -1))
    if (!isPolish) return false
    const firsts = firstCases(upper)
    if (!(cases.has(upper) || firsts.some((first) => parts.has(first) || cases.has(first)))) return false
    return upper === word || firsts.some(isListedName)
  }
}

/** No word of every day that people are called by too. */
function isUnusual(word: string): boolean {
  return word.length >= MIN_SMALL && !isNoName(word) && !isWordSurname(word.toLowerCase())
}

function capital(word: string): string {
  return `${word[0]?.toUpperCase() ?? ''}${word.slice(1)}`
}

function isAtStart(text: string, start: number): boolean {
  return /(?:^|[.!?\n]\s?)$/.test(text.slice(Math.max(0, start - 2), start))
}
