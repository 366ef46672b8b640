import { type DigitRun, digitRuns, digitsOf } from '../digit-runs.ts'
import { indexed } from '../patterns/indexed-pattern.ts'
import type { Candidate, Recogniser } from '../recogniser.ts'
import { hasContextBefore, isDigitAt, isWordAt } from './context-words.ts'
import { isTradeItem } from './trade-item.ts'

const MIN_DIGITS = 12
const MAX_DIGITS = 19
const CONTEXT =
  /(?:card|credit|debit|visa|master|amex|american express|maestro|discover|jcb|diners|unionpay|\bpan\b|\bcc\b|karte|carte|tarjeta|carta|kaart|kart[aąy]|cart[aã]o)/i

/** Thirteen digits behind one of these are a trade item's (GS1 General Specifications). */
const TRADE_ITEM =
  /(?:\bean\b|\bgtin\b|\bupc\b|\bisbn\b|bar ?code|strichcode|code-barres|c[óo]digo de barras|codice a barre|streepjescode|kod(?:em|y|u)?\b|\bsku\b|\bimei\b|\bmeid\b|\biccid\b|\bsscc\b|\beid\b|\bs\/n\b|\bserial\b)[^\n]{0,16}$/i

/** Mobile devices of most makers, by the body that reports their numbers (3GPP TS 23.003, 6.2.1). */
const MOBILE_DEVICE = /^(?:01|35|86|99)/

/** Issuers by prefix, with the lengths they use (ISO/IEC 7812). */
const ISSUERS: readonly (readonly [RegExp, readonly number[]])[] = [
  [/^4/, [13, 16, 19]],
  [/^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]],
  [/^3[47]/, [15]],
  [/^(?:6011|64[4-9]|65|622)/, [16, 17, 18, 19]],
  [/^35(?:2[89]|[3-8])/, [16, 17, 18, 19]],
  [/^(?:30[0-5]|309|36|38|39)/, [14, 15, 16, 17, 18, 19]],
  [/^62|^81/, [16, 17, 18, 19]],
  [/^(?:50|5[6-9]|6[013-9])/, [12, 13, 14, 15, 16, 17, 18, 19]],
  [/^(?:220[0-4]|9792|82|508|353|356|1800|2131)/, [15, 16, 17, 18, 19]],
]

/** Digits in groups. */
const RUN = indexed(/(?<![0-9])[0-9]+(?:[ \u00a0\u2009\u202f-][0-9]+)*/g)

/** Payment cards: 12 to 19 digits that pass the Luhn check, as one run or in groups with a space or hyphen between. */
export const creditCard: Recogniser = {
  name: 'credit-card',
  entityTypes: ['CREDIT_CARD'],
  overLines: true,
  find(text) {
    const found: Candidate[] = []
    let named: boolean | null = null
    // Of the whole text, so it is read once, and only where a number asks.
    const namesDevices = (): boolean => {
      named ??= /imei/i.test(text)
      return named
    }
    for (const run of RUN.matchesIn(text)) {
      if (run[0].length >= MIN_DIGITS) findInRun(text, run.index, run[0], found, namesDevices)
    }
    return found
  },
}

function findInRun(text: string, offset: number, run: string, found: Candidate[], namesDevices: () => boolean): void {
  const groups = digitRuns(text, offset, offset + run.length)
  let first = 0
  while (first < groups.length) {
    const last = lastOfCard(text, groups, first, namesDevices)
    const start = groups[first]?.start ?? 0
    const end = groups[last]?.end ?? 0
    if (last >= first) found.push({ entityType: 'CREDIT_CARD', start, end, score: 1, evidence: 'checksum' })
    first = last >= first ? last + 1 : first + 1
  }
}

/** The last group of the longest card that starts with a group; -1 when none does. */
function lastOfCard(text: string, groups: readonly DigitRun[], first: number, namesDevices: () => boolean): number {
  const start = groups[first]?.start ?? 0
  const luhn = { length: 0, evenDoubled: 0, oddDoubled: 0 }
  let best = -1
  for (let i = first; i < groups.length; i += 1) {
    const { start: from, end } = groups[i] ?? { start: 0, end: 0 }
    if (luhn.length + end - from > MAX_DIGITS) break
    for (let k = from; k < end; k += 1) addDigit(luhn, text.charCodeAt(k) - 48)
    if (luhn.length >= MIN_DIGITS && passesLuhn(luhn) && isCard(text, start, end, groups, first, i, namesDevices))
      best = i
  }
  return best
}

/** Sums of the digits with every second one doubled, counted from the first one and from the second. */
interface Luhn {
  length: number
  evenDoubled: number
  oddDoubled: number
}

function addDigit(luhn: Luhn, digit: number): void {
  const doubled = digit > 4 ? digit * 2 - 9 : digit * 2
  const isEven = luhn.length % 2 === 0
  luhn.evenDoubled += isEven ? doubled : digit
  luhn.oddDoubled += isEven ? digit : doubled
  luhn.length += 1
}

/** ISO/IEC 7812-1, annex B: the last digit is not doubled, the one before it is. */
function passesLuhn({ length, evenDoubled, oddDoubled }: Luhn): boolean {
  return (length % 2 === 0 ? evenDoubled : oddDoubled) % 10 === 0
}

function isCard(
  text: string,
  start: number,
  end: number,
  groups: readonly DigitRun[],
  first: number,
  last: number,
  namesDevices: () => boolean,
): boolean {
  const digits = digitsOf(text, start, end)
  if (/^(\d)\1*$/.test(digits)) return false
  if (/(?:19|20)[0-9]{2}-[01][0-9]-[0-3][0-9]/.test(text.slice(start, end))) return false
  if ((digits.length <= 15 || digits.length > 17) && hasContextBefore(text, start, TRADE_ITEM)) return false
  if (digits.length === 15 && MOBILE_DEVICE.test(digits) && namesDevices()) return false
  if (isTradeItem(digits) && !hasContextBefore(text, start, CONTEXT)) return false
  if (isPartOfWord(text, start, end)) return hasContextBefore(text, start, CONTEXT, 12)
  if (ISSUERS.some(([prefix, lengths]) => prefix.test(digits) && lengths.includes(digits.length))) {
    return last - first < 6 || hasContextBefore(text, start, CONTEXT)
  }
  const own = groups.slice(first, last + 1)
  const isGrouped = own.length === 4 && own.every((group) => group.end - group.start === 4)
  return isGrouped || hasContextBefore(text, start, CONTEXT)
}

/** In the middle of an identifier, a UUID or a fraction. */
function isPartOfWord(text: string, start: number, end: number): boolean {
  if (isWordAt(text, start - 1) || isWordAt(text, end)) return true
  const before = text[start - 1]
  if (before === '.' && isDigitAt(text, start - 2)) return true
  if (before === '-' && /[0-9a-f]{4}$/i.test(text.slice(Math.max(0, start - 5), start - 1))) return true
  return text[end] === '-' && /^[0-9a-f]{4}-/i.test(text.slice(end + 1, end + 6))
}
