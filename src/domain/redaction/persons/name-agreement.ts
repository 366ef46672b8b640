import { isGivenName, isListedName, isWordToo } from '../list-names.ts'
import { isNoName } from '../no-names.ts'
import type { RecognizerResult } from '../types.ts'
import { isThing } from './is-thing.ts'
import { firstCases } from './polish-cases.ts'

/** What the names that were found say about other words. */
export interface KnownNames {
  /** Parts of names with a capital, as they stand there. */
  parts: ReadonlySet<string>
  /** What accounts are called that are made of a first and a last name, without dots: `alee`, `annl`. */
  accounts: ReadonlySet<string>
}

const MAX_WORDS = 5
/** Below it a name of one word is too little to be looked for elsewhere. */
const SURE = 0.6
/** Letters of an account at least. */
const MIN_ACCOUNT = 5

/** No code of capitals, and nothing that stands in names of places as well. */
const PART =
  /^(?!\p{Lu}{2,4}$|(?:San|Santa|Santo|São|Sint|Sankt|Saint|Sainte|Van|Von|Der|Den|Ter|Mac)$)\p{Lu}[\p{L}\p{M}'’-]{2,}$/u

/** Reads the names of persons that were found in texts. */
export function knownNames(
  texts: readonly string[],
  found: readonly (readonly RecognizerResult[])[],
): KnownNames | null {
  const parts = new Set<string>()
  const accounts = new Set<string>()
  found.forEach((list, i) => {
    for (const { entityType, start, end, score } of list) {
      if (entityType !== 'PERSON' || end - start > 80) continue
      const words = (texts[i] ?? '').slice(start, end).split(/[\s,]+/)
      if (words.length > MAX_WORDS || (words.length < 2 && score < SURE)) continue
      const own = words.filter((word) => PART.test(word) && !isNoName(word))
      for (const word of own) parts.add(word)
      if (own.length > 1) addAccounts(own, accounts)
    }
  })
  return parts.size === 0 ? null : { parts, accounts }
}

function addAccounts(words: readonly string[], accounts: Set<string>): void {
  const first = folded(words[0] ?? '')
  const last = folded(words.at(-1) ?? '')
  for (const account of [first[0] + last, last + (first[0] ?? ''), first + (last[0] ?? ''), first + last, last + first])
    if (account.length >= MIN_ACCOUNT) accounts.add(account)
}

/** ASCII letters in small. */
function folded(word: string): string {
  return word
    .normalize('NFD')
    .replaceAll('ł', 'l')
    .replaceAll('Ł', 'L')
    .replaceAll('ø', 'o')
    .replaceAll('ß', 'ss')
    .replace(/[^A-Za-z]/g, '')
    .toLowerCase()
}

const WORD = /[\p{L}][\p{L}\p{M}\p{N}'’._-]*[\p{L}\p{M}\p{N}]/gu
const NAME = /^[\p{L}\p{M}'’-]+$/u

/** Findings with the mentions of known names among them: again, in small letters, in another case, as an account. Linear. */
export function withMentions(
  text: string,
  list: readonly RecognizerResult[],
  known: KnownNames,
  isAllowed: (value: string) => boolean,
): RecognizerResult[] {
  const merged: RecognizerResult[] = []
  const isPolish = /[ąćęłńśźż]/.test(text)
  let next = 0
  const add = (start: number, word: string): void => {
    const end = start + word.length
    while (next < list.length && (list[next]?.end ?? 0) <= start) merged.push(...list.slice(next, ++next))
    if ((list[next]?.start ?? text.length) < end || isAllowed(word) || isThing(text, start, end)) return
    merged.push({ entityType: 'PERSON', start, end, score: 0.5, recognizer: 'name-agreement', evidence: 'model' })
  }
  for (const { index, 0: match } of text.matchAll(WORD)) {
    if (NAME.test(match)) {
      const word = /['’]/.test(match) ? match.replace(/['’]s?$/, '') : match
      if (isMention(text, index, word, known.parts, isPolish)) {
        add(index, word)
        continue
      }
    }
    if (known.accounts.size > 0 && isAccount(text, index, match, known.accounts)) add(index, match)
    else if (/[._]/.test(match))
      for (const [at, word] of sentenceParts(match))
        if (isMention(text, index + at, word, known.parts, isPolish)) add(index + at, word)
  }
  return [...merged, ...list.slice(next)]
}

/** Words that a missing space put together: `done.Ann`. */
function sentenceParts(match: string): [number, string][] {
  return Array.from(match.matchAll(/[\p{L}\p{M}'’-]{3,}/gu), ({ index, 0: word }) => [index, word])
}

function isMention(text: string, start: number, word: string, parts: ReadonlySet<string>, isPolish: boolean): boolean {
  if (word.length < 3) return false
  if (/[\p{L}\p{N}_.@/\\$#-]/u.test(text[start - 1] ?? ' ') || /[_@(/\\=]/.test(text[start + word.length] ?? ' '))
    return false
  if (parts.has(word)) return isListedName(word) || !isAtStart(text, start)
  if (word.length < 4) return false
  const capital = `${word[0]?.toUpperCase() ?? ''}${word.slice(1)}`
  if (parts.has(capital)) return isListedName(word) && !isWordToo(word)
  // Of somebody, or of all of a family: `Janniks`, `the Abernathys`.
  if (word.length > 4 && word.endsWith('s') && parts.has(capital.slice(0, -1)))
    return capital === word || isGivenName(word.slice(0, -1))
  return (
    isPolish &&
    firstCases(capital).some((first) => parts.has(first)) &&
    (capital === word || firstCases(word).some(isListedName))
  )
}

function isAtStart(text: string, start: number): boolean {
  return /(?:^|[.!?\n]\s?)$/.test(text.slice(Math.max(0, start - 2), start))
}

/** `alee`, `a.lee`, `Ann_Lee2`: a first and a last name of which one may be its letter alone. */
function isAccount(text: string, start: number, word: string, accounts: ReadonlySet<string>): boolean {
  if (/[@/\\.]/.test(text[start - 1] ?? ' ') && !/(?:^|[^\w])[@/\\]$/.test(text.slice(Math.max(0, start - 2), start)))
    return false
  if (text[start + word.length] === '@') return false
  const plain = word
    .toLowerCase()
    .replace(/[0-9]{1,4}$/, '')
    .replace(/[._-]/g, '')
  return plain.length >= MIN_ACCOUNT && accounts.has(plain)
}
