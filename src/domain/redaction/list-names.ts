import { MORE_NAMES, WORD_NAMES, WORDS_FIRST } from './more-names.ts'
import lists from './name-lists.json' with { type: 'json' }
import { capitals, matchesAt } from './names/capitals.ts'
import type { NameSpan } from './names/decode-spans.ts'
import { isNoName } from './no-names.ts'
import { firstCases } from './persons/polish-cases.ts'
import { SHORT_NAMES } from './short-names.ts'

const GIVEN = new Set([...lists.given.split(' '), ...SHORT_NAMES, ...MORE_NAMES])
const WORDS = new Set(lists.words.split(' '))
const LISTED = new Set([...GIVEN, ...WORD_NAMES, ...lists.family.split(' ')])
const WORD = /\p{Lu}[\p{L}\p{M}'’]*(?:-\p{Lu}[\p{L}\p{M}'’]*)*/gu
const PARTICLE =
  /^ (?:(?:de|del|della|di|da|dos|das|van|von|der|den|ter|ten|la|le|du|bin|ibn|al|el|ap|ferch|af|av)(?: (?:la|der|den|las|los))?) $/
const LIST_SCORE = 0.5
const FULL_SCORE = 0.7

/** Whether a word is a given name in some language and hardly anything else. */
export function isGivenName(word: string): boolean {
  return GIVEN.has(plainWord(word))
}

/** Whether a listed name is also a word of a spelling dictionary of the engine's languages, so that small letters say nothing. */
export function isWordToo(name: string): boolean {
  return WORDS.has(plainWord(name))
}

/** Whether a word of every day is a given name too, so that only what stands before it can say that it is one. */
export function isWordName(word: string): boolean {
  return WORDS_FIRST.has(word)
}

/** In small letters, without the s of a possessive. */
function plainWord(word: string): string {
  const lower = word.toLowerCase()
  return lower.endsWith("'s") || lower.endsWith('’s') ? lower.slice(0, -2) : lower
}

/** Whether a word is a given or a family name in some language. */
export function isListedName(word: string): boolean {
  return LISTED.has(plainWord(word))
}

/**
 * Names by the lists alone: a given name with a capital, and the names and initials that follow it. Scores are low
 * for one word and medium for several. Linear.
 */
export function listNames(text: string): NameSpan[] {
  const found: NameSpan[] = []
  let open: { start: number; end: number; words: number; isInitial: boolean } | null = null
  const close = (): void => {
    if (open === null) return
    found.push({
      start: open.start,
      end: open.end,
      entityType: 'PERSON',
      score: open.words > 1 ? FULL_SCORE : LIST_SCORE,
    })
    open = null
  }
  for (const match of text.matchAll(WORD)) {
    const word = match[0].replace(/['’]s?$/, '')
    const end = match.index + word.length
    const gap = open === null ? '' : text.slice(open.end, match.index)
    const isNext = gap === ' ' || (gap === '. ' && open?.isInitial === true) || PARTICLE.test(gap)
    if (open !== null && isNext && continues(word)) {
      const isInitial = word.length === 1
      open = { start: open.start, end, words: open.words + (isInitial ? 0 : 1), isInitial }
      continue
    }
    close()
    if (isGivenName(word) && !isShouted(word)) open = { start: match.index, end, words: 1, isInitial: false }
  }
  close()
  return found
}

/** After a given name, any word with a capital that is no ordinary one. */
function continues(word: string): boolean {
  return word.length === 1 || isListedName(word) || (word.length > 2 && !isNoName(word) && !isShouted(word))
}

/** Endings of Polish given names in other cases than the first, and what they were in that. */
const POLISH_CASES: readonly (readonly [RegExp, string])[] = [
  [/(?:ka|kowi|kiem|ku)$/, 'ek'],
  [/wł(?:a|owi|em)$/, 'weł'],
  [/(?:a|owi|em|iem|u)$/, ''],
  [/(?:y|i|ie|ę|ą|o)$/, 'a'],
  [/(?:ii|ię|ią|io)$/, 'ia'],
]
const POLISH_NAME =
  /(?<![\p{L}\p{N}])(\p{Lu}\p{Ll}{2,14}) (\p{Lu}\p{Ll}{2,20}(?:-\p{Lu}\p{Ll}{2,20})?(?:iego|iej|iemu|im|ego|ej|emu|ym|a|y|i|owi|em|ą|ę|u|ie))(?!\p{L})/uy

/** One within a sentence, where towns and persons alone have a capital. */
const POLISH_GIVEN = /(?<=(?<!\p{L})\p{Ll}{1,14},? )(\p{Lu}[a-ząćęłńóśźż]{3,14})(?!\p{L}| \p{Lu})/uy

/** Polish names in other cases than the first: `od Anny Kowalskiej`, `albo Halinę`. Linear. */
export function listDeclinedNames(text: string): NameSpan[] {
  if (!/[ąćęłńśźż]/.test(text)) return []
  const alone = matchesAt(text, POLISH_GIVEN, capitals(text))
    .filter(([, word = '']) => !isListedName(word) && firstCases(word).some(isGivenName))
    .map(({ index, 0: word }) => ({
      start: index,
      end: index + word.length,
      entityType: 'PERSON' as const,
      score: LIST_SCORE,
    }))
  const pairs = matchesAt(text, POLISH_NAME, capitals(text))
    .filter(([, given = '']) =>
      POLISH_CASES.some(([ending, first]) => ending.test(given) && isGivenName(given.replace(ending, first))),
    )
    .map((match) => ({
      start: match.index,
      end: match.index + match[0].length,
      entityType: 'PERSON' as const,
      score: LIST_SCORE,
    }))
  return [...alone, ...pairs]
}

function isShouted(word: string): boolean {
  return word.length > 1 && word === word.toUpperCase()
}
