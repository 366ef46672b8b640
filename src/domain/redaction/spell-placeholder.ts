import type { PlaceholderEntry } from './types.ts'

/** Numbers with more digits than this are never given, so a longer one is data and not a placeholder. */
export const MAX_NUMBER_DIGITS = 6

const BRACKETED = /\[([A-Za-z][A-Za-z0-9_ -]{0,60}[_ -][1-9][0-9]{0,5})\]/g
const BARE = /(?<![A-Za-z0-9_])[A-Z][A-Z0-9_]{0,60}_[1-9][0-9]{0,5}/g
const MAY_LOOK_LIKE = /[A-Za-z0-9][_ -][1-9]/
const WORD = /[\p{L}\p{N}\p{M}\p{Pc}]/u

/** An entity type as it stands in a placeholder: capitals, digits and underscores. */
export function placeholderType(entityType: string): string {
  const name = entityType.toUpperCase().replaceAll(/[^A-Z0-9_]/g, '_')
  return /^[A-Z]/.test(name) ? name.slice(0, 40) : `X${name}`.slice(0, 40)
}

/** Marks the placeholder of a JSON number. */
export const NUMERIC_SUFFIX = '_DIGITS'

/** Whether a placeholder stands for a JSON number: by its spelling, so that nothing else has to be stored. */
export function isNumeric({ placeholder, entityType }: PlaceholderEntry): boolean {
  return placeholder.startsWith(`[${placeholderType(entityType)}${NUMERIC_SUFFIX}_`)
}

/** The one spelling all tolerated ones come down to: capitals, underscores, no brackets. */
export function canonicalSpelling(inner: string): string {
  let canonical = ''
  for (let i = 0; i < inner.length; i += 1) canonical += String.fromCharCode(canonicalUnit(inner.charCodeAt(i)))
  return canonical
}

/** Capitals for ASCII letters, an underscore for a space or hyphen. */
export function canonicalUnit(code: number): number {
  if (code >= 97 && code <= 122) return code - 32
  return code === 32 || code === 45 ? 95 : code
}

/** Whether a code point is a letter, mark, digit or connector: next to one a bare placeholder is none. */
export function isWordPoint(point: number): boolean {
  if (point < 128) {
    return (point >= 48 && point <= 57) || (point >= 65 && point <= 90) || point === 95 || (point >= 97 && point <= 122)
  }
  return WORD.test(String.fromCodePoint(point))
}

export interface Lookalike {
  start: number
  end: number
  /** Canonical, e.g. `PERSON_1`. */
  spelling: string
}

/** What in a text could be read as a placeholder in any tolerated spelling, ordered by start. */
export function findLookalikes(text: string): Lookalike[] {
  if (!MAY_LOOK_LIKE.test(text)) return []
  const found: Lookalike[] = []
  for (const match of text.matchAll(BRACKETED)) {
    const spelling = canonicalSpelling(match[1] ?? '')
    found.push({ start: match.index, end: match.index + match[0].length, spelling })
  }
  const bracketed = found.length
  let next = 0
  for (const match of text.matchAll(BARE)) {
    const start = match.index
    const end = start + match[0].length
    while (next < bracketed && (found[next]?.end ?? 0) <= start) next += 1
    const outer = next < bracketed ? found[next] : undefined
    if (outer !== undefined && outer.start < start) continue
    if (!isWordBefore(text, start) && !isWordAt(text, end)) found.push({ start, end, spelling: match[0] })
  }
  return found.sort((a, b) => a.start - b.start)
}

function isWordAt(text: string, index: number): boolean {
  return index < text.length && isWordPoint(text.codePointAt(index) ?? 0)
}

function isWordBefore(text: string, index: number): boolean {
  if (index === 0) return false
  const low = text.charCodeAt(index - 1)
  const isPair = low >= 0xdc00 && low <= 0xdfff && index > 1
  const point = isPair ? (text.codePointAt(index - 2) ?? low) : low
  return isWordPoint(point)
}

/** The placeholders of one request, letter by letter. Keys are units of the canonical spelling. */
export interface SpellingNode {
  next: Map<number, SpellingNode>
  entry: { value: string; isNumeric: boolean } | null
}

/** Builds the tree that restoration walks. */
export function buildSpellings(entries: readonly PlaceholderEntry[]): SpellingNode {
  const root: SpellingNode = { next: new Map(), entry: null }
  for (const entry of entries) {
    let node = root
    const spelling = entry.placeholder.replaceAll(/[[\]]/g, '')
    for (let i = 0; i < spelling.length; i += 1) {
      const code = spelling.charCodeAt(i)
      let child = node.next.get(code)
      if (child === undefined) {
        child = { next: new Map(), entry: null }
        node.next.set(code, child)
      }
      node = child
    }
    node.entry = { value: entry.value, isNumeric: isNumeric(entry) }
  }
  return root
}
