import { DIGIT, foldAt, IGNORED, kindAt, LETTER, OTHER, UNSPACED, widthAt } from './fold.ts'
import { type Gap, MAX_GAP, type Needle } from './needles.ts'

export interface Span {
  /** UTF-16 units, end exclusive. */
  start: number
  end: number
}

/** Needles by their first letter or digit. */
export interface NeedleIndex {
  readonly size: number
  get(first: number): readonly Needle[] | undefined
  /** For each unit of a text whether a needle may begin with it: 0 is not known yet, 1 no, 2 yes. */
  readonly begins: Uint8Array
}

export function indexNeedles(needles: readonly Needle[]): NeedleIndex {
  const index = new Map<number, Needle[]>()
  for (const needle of needles) {
    const first = needle.units.charCodeAt(0)
    index.set(first, [...(index.get(first) ?? []), needle])
  }
  return { size: index.size, get: (first) => index.get(first), begins: new Uint8Array(0x10000) }
}

/**
 * Where a text names one of the needles, as words or numbers of their own; disjoint, ordered, the longest where several begin.
 * Encodings are not looked into. Work is linear: a needle is tried where a word begins and given up at its first difference.
 */
export function findSpellings(text: string, index: NeedleIndex): Span[] {
  const spans: Span[] = []
  /** Kind of the character before, and of what is ignored none. */
  let before = OTHER
  for (let at = 0; at < text.length; ) {
    const kind = kindAt(text, at)
    if (kind === IGNORED || kind === OTHER) {
      if (kind === OTHER) before = OTHER
      at += widthAt(text, at)
      continue
    }
    const found = beginsWord(before, kind) ? longestAt(text, at, before, kind, index) : null
    if (found === null) {
      before = kind
      at += widthAt(text, at)
    } else {
      spans.push(found)
      at = found.end
      // What follows is no part of the word that was found.
      before = OTHER
    }
  }
  return spans
}

/** A word begins behind what is no letter or digit, beside any letter of an unspaced script, and a number behind a letter. */
function beginsWord(before: number, kind: number): boolean {
  if (before === OTHER || before === UNSPACED || kind === UNSPACED) return true
  return before === LETTER && kind === DIGIT
}

function longestAt(text: string, at: number, before: number, kind: number, index: NeedleIndex): Span | null {
  let longest: Span | null = null
  if (mayBeginAt(text, at, index)) {
    const folded = foldAt(text, at)
    for (const needle of index.get(folded.charCodeAt(0)) ?? []) {
      if (before === LETTER && !needle.isNumber) continue
      if (folded.length === 1 && isOtherAt(text, at + 1, needle.units.charCodeAt(1))) continue
      const end = matchEnd(text, at, needle)
      if (end > (longest?.end ?? -1) && isWhole(text, at, end, needle)) longest = { start: at, end }
    }
  }
  return longest ?? (kind === DIGIT ? behindCountryCode(text, at, index) : null)
}

/** Whether a letter or digit of ASCII stands there that is not the one that is looked for: tells nearly all words apart. */
function isOtherAt(text: string, at: number, unit: number): boolean {
  const code = text.charCodeAt(at)
  if (code >= 97 && code <= 122) return code !== unit
  if (code >= 65 && code <= 90) return code + 32 !== unit
  return code >= 48 && code <= 57 && code !== unit
}

function mayBeginAt(text: string, at: number, { begins, get }: NeedleIndex): boolean {
  const code = text.charCodeAt(at)
  const known = begins[code] ?? 0
  if (known !== 0) return known === 2
  // Half of a pair says nothing of the whole.
  const may = (code & 0xf800) === 0xd800 || get(foldAt(text, at).charCodeAt(0)) !== undefined
  begins[code] = may ? 2 : 1
  return may
}

/** `+1` or `0049` with a national number right behind it. */
function behindCountryCode(text: string, at: number, index: NeedleIndex): Span | null {
  const isPlus = foldAt(text, at - 1) === '+'
  if (!isPlus && !(foldAt(text, at) === '0' && foldAt(text, at + 1) === '0')) return null
  const first = isPlus ? at : at + 2
  for (let behind = first; behind < first + 3; ) {
    if (kindAt(text, behind) !== DIGIT) return null
    behind += widthAt(text, behind)
    for (const needle of index.get(foldAt(text, behind).charCodeAt(0)) ?? []) {
      if (!needle.isNational) continue
      const end = matchEnd(text, behind, needle)
      if (end >= 0 && isWhole(text, behind, end, needle)) return { start: isPlus ? at - 1 : at, end }
    }
  }
  return null
}

/** Where the needle ends that begins here; -1 where it does not. */
function matchEnd(text: string, start: number, needle: Needle): number {
  const { units, gaps } = needle
  let unit = 0
  let gapStart = start
  let gap = 0
  for (let at = start; at < text.length; ) {
    const kind = kindAt(text, at)
    const width = widthAt(text, at)
    if (kind === OTHER) {
      gap += 1
      if (gap > MAX_GAP + (gaps[unit]?.punctuation.length ?? 0)) return -1
    } else if (kind !== IGNORED) {
      if (unit > 0 && !fits(gaps[unit] ?? null, gap, text, gapStart, at)) return -1
      const folded = foldAt(text, at)
      for (let i = 0; i < folded.length; i += 1) {
        if (units.charCodeAt(unit) !== folded.charCodeAt(i) || (i > 0 && (gaps[unit]?.min ?? 0) > 0)) return -1
        unit += 1
      }
      gap = 0
      gapStart = at + width
      if (unit >= units.length) return behindIgnored(text, at + width)
    }
    at += width
  }
  return -1
}

function behindIgnored(text: string, from: number): number {
  let end = from
  while (end < text.length && kindAt(text, end) === IGNORED) end += widthAt(text, end)
  return end
}

/** Between words; of what is written between numbers anything but the marks of JSON, code and mark-up. */
const WORD_GAP = /^[\s\-_+./*']$/
const STRUCTURE = /^["{}[\]<>=|\\]$/

function fits(gap: Gap | null, length: number, text: string, from: number, to: number): boolean {
  if (gap === null) return length === 0
  if (length < gap.min) return false
  if (length === 0) return gap.allows !== 'exact'
  let written = ''
  let hasComma = false
  for (let at = from; at < to; at += widthAt(text, at)) {
    const mark = foldAt(text, at)
    if (gap.allows === 'exact') written += mark.trim()
    else if (gap.allows === 'any' ? STRUCTURE.test(mark) : mark !== '' && mark !== ',' && !WORD_GAP.test(mark))
      return false
    hasComma ||= mark === ','
  }
  if (gap.allows === 'exact') return written === gap.punctuation
  if (gap.allows === 'comma') return hasComma
  return gap.allows !== 'words' || !hasComma
}

/** That it is not a part of something longer. */
function isWhole(text: string, start: number, end: number, needle: Needle): boolean {
  if (!isBorder(text, end, needle)) return false
  if (needle.needsCapital && isSmall(text, start)) return false
  if (needle.isMail) return !joinsMail(text, start, end)
  return !(needle.isName && joinsName(text, start, end))
}

function isBorder(text: string, end: number, needle: Needle): boolean {
  if (end >= text.length) return true
  const next = kindAt(text, end)
  if (next === OTHER || next === UNSPACED) return true
  if (needle.isNumber && next === LETTER) return true
  return lastKind(text, end) === UNSPACED
}

function lastKind(text: string, end: number): number {
  let at = end - 1
  while (at > 0 && kindAt(text, at) === IGNORED) at -= 1
  const isLow = (text.charCodeAt(at) & 0xfc00) === 0xdc00
  return kindAt(text, isLow ? at - 1 : at)
}

function isSmall(text: string, at: number): boolean {
  const letter = String.fromCodePoint(text.codePointAt(at) ?? 0)
  return letter !== letter.toUpperCase()
}

/** `jo.` before an address or `.au` behind it make it another one. */
function joinsMail(text: string, start: number, end: number): boolean {
  if (/^[.\-_+%']$/.test(foldAt(text, start - 1)) && isWordAt(text, start - 2)) return true
  return /^[.-]$/.test(foldAt(text, end)) && isWordAt(text, end + 1)
}

/** Letters of a word that are looked at. */
const REACH = 40

/** `Mary-Ann Lee`, `Ann Lee-Smith`. */
function joinsName(text: string, start: number, end: number): boolean {
  if (foldAt(text, end) === '-' && isCapitalAt(text, end + 1)) return true
  if (start < 2 || foldAt(text, start - 1) !== '-' || !isWordAt(text, start - 2)) return false
  let at = start - 2
  while (at > 0 && start - at < REACH && isWordAt(text, at - 1)) at -= 1
  return isCapitalAt(text, at)
}

function isWordAt(text: string, at: number): boolean {
  if (at < 0 || at >= text.length) return false
  const kind = kindAt(text, at)
  return kind === LETTER || kind === DIGIT
}

function isCapitalAt(text: string, at: number): boolean {
  if (at >= text.length || kindAt(text, at) !== LETTER) return false
  const letter = text.charAt(at)
  return letter === letter.toUpperCase() && letter !== letter.toLowerCase()
}
