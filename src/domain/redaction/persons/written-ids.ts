import { digitRuns } from '../digit-runs.ts'
import { isLabelWord } from './number-labels.ts'

/** Something written as numbers of persons and of papers are. */
export interface WrittenId {
  start: number
  end: number
  raw: string
  /** Letters and digits, in capitals. */
  compact: string
  digits: number
  /** Issues of a tracker are written so too. */
  isIssue: boolean
}

const MAX_UNITS = 34
/** Groups that spaces keep apart. */
const MAX_GROUPS = 7
const MAX_COMPACT = 26
/** In front of a number in groups: `BW 4418 2270`. */
const PREFIX = /(?<![\p{L}\p{N}_.@/-])([A-Z]{1,5}) $/u
/** Behind one. */
const SUFFIX = /^[ -]([A-Z]{1,3})(?![\p{L}\p{N}_-])/u
const TIME_OR_DATE =
  /^(?:[0-9]{1,4}([-./])[0-9]{1,2}\1[0-9]{1,4}|(?:1[5-9]|20)[0-9]{2}(?:[-/–](?:1[5-9]|20)?[0-9]{2})?|[0-9]{1,2}[./-][0-9]{1,2}|[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+\.[0-9]{1,2}|[0-9]{8}T[0-9]+Z?)$/
const VERSION = /^[vV]?[0-9]{1,4}(?:\.[0-9]{1,5}){1,3}$/
/** As issues of a tracker are called. */
const ISSUE = /^[A-Z]{2,10}-[0-9]{1,5}$/
const SIZE = /^(?:[0-9.]+(?:[kKMGT]?i?[bB]|ms|mg|ml|kg|km|mm|cm|kW|px|th|st|nd|rd|x))$/
const MONEY_BEFORE = /(?:[$€£¥₹₦]|R\$|(?:EUR|USD|GBP|PLN|BRL|CHF|AUD|CAD|KES|ZAR|INR|NGN|Rs)\.?) ?-?$/
const UNIT_BEHIND =
  /^(?:[.,][0-9]|:[0-9]|%| ?(?:€|£|%|[zZ]ł|EUR|USD|GBP|PLN|CHF|BRL|km|kg|mg|ml|kWh|kW|MB|GB|KB|ms|units?|items?|pcs|miles?|Uhr|hrs?|h)(?![\p{L}\p{N}]))/u

/** Everything in a text that is written as a number of somebody may be, longest first from each place. Linear. */
export function writtenIds(text: string): WrittenId[] {
  const found: WrittenId[] = []
  let from = 0
  for (const run of digitRuns(text)) {
    if (run.start < from) continue
    const first = grown(text, run.start, from)
    from = first.end
    if (isGlued(text, first)) continue
    let { start, end } = first
    for (let groups = 1; groups < MAX_GROUPS && isSpace(text[end]); groups += 1) {
      const next = grown(text, end + 1, end + 1)
      if (
        /^[A-Z]{1,2}$/.test(text.slice(next.start, next.end)) &&
        isSpace(text[next.end]) &&
        /[0-9]/.test(text[next.end + 1] ?? '')
      ) {
        end = next.end
        continue
      }
      if (next.end - start > MAX_UNITS || !isGroup(text.slice(next.start, next.end)) || isGlued(text, next)) break
      if (!isGroup(text.slice(first.start, first.end))) break
      end = next.end
    }
    if (isOther(text, { start, end, raw: text.slice(start, end) })) continue
    const prefix = PREFIX.exec(text.slice(Math.max(0, start - 7), start))?.[1]
    if (prefix !== undefined && !isLabelWord(prefix)) start -= prefix.length + 1
    const suffix = SUFFIX.exec(text.slice(end, end + 5))?.[1]
    const isShort = end - start < 7
    if (suffix !== undefined && (isShort || suffix.length < 3) && !isLabelWord(suffix)) end += suffix.length + 1
    from = end
    const raw = text.slice(start, end)
    const compact = raw.replace(/[^A-Za-z0-9]/g, '').toUpperCase()
    const digits = compact.replace(/[A-Z]/g, '').length
    if (compact.length > MAX_COMPACT || compact.length < 5 || digits < 2) continue
    found.push({ start, end, raw, compact, digits, isIssue: ISSUE.test(raw) })
  }
  return found
}

/** The letters, digits and inner `-`, `.`, `/` around a place. */
function grown(text: string, at: number, from: number): { start: number; end: number } {
  let start = at
  let end = at
  while (start > from && at - start < MAX_UNITS && (isAlnum(text, start - 1) || isInner(text, start - 1))) start -= 1
  while (end < text.length && end - at < MAX_UNITS && (isAlnum(text, end) || isInner(text, end))) end += 1
  return { start, end }
}

function isInner(text: string, index: number): boolean {
  const unit = text[index] ?? ''
  return '-./'.includes(unit) && unit !== '' && isAlnum(text, index - 1) && isAlnum(text, index + 1)
}

function isAlnum(text: string, index: number): boolean {
  const code = text.charCodeAt(index)
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122)
}

function isSpace(unit: string | undefined): boolean {
  return unit === ' ' || unit === '\u00a0'
}

/** One of several groups of a number. */
function isGroup(value: string): boolean {
  return /^(?=[^0-9]*[0-9])[A-Z0-9]{1,10}$/.test(value)
}

/** A part of a longer word, a path, an address or a name of code. */
function isGlued(text: string, { start, end }: { start: number; end: number }): boolean {
  return (
    /[\p{L}\p{N}_@/\\$.~+-]/u.test(text[start - 1] ?? ' ') ||
    /^[\p{L}\p{N}_@\\]|^[-/.:][\p{L}\p{N}]|^\(\)/u.test(text.slice(end, end + 2))
  )
}

function isOther(text: string, { start, end, raw }: { start: number; end: number; raw: string }): boolean {
  if (TIME_OR_DATE.test(raw) || VERSION.test(raw) || SIZE.test(raw)) return true
  // What masks leave of a number.
  if (/XX/.test(raw)) return true
  // Words in small letters that have a digit are no numbers: `win32-x64`.
  if (/[a-z]{3}/.test(raw) || (/[a-z]/.test(raw) && /[A-Z]/.test(raw))) return true
  return MONEY_BEFORE.test(text.slice(Math.max(0, start - 5), start)) || UNIT_BEHIND.test(text.slice(end, end + 8))
}
