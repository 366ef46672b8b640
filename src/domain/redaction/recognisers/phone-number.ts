import { digitRuns, digitsOf } from '../digit-runs.ts'
import { indexed, isAt } from '../patterns/indexed-pattern.ts'
import type { Candidate, Recogniser } from '../recogniser.ts'
import { hasContextBefore, isDigitAt, isWordAt } from './context-words.ts'
import { isInternationalNumber, isLocalNumber, isNationalNumber } from './phone-plan.ts'

const MIN_DIGITS = 7
const MAX_DIGITS = 15

const RUN = indexed(/(?<![0-9])[0-9](?:[ ().+/\u00a0\u2009\u202f\u2010-\u2013-]{0,4}[0-9])*/g)
/** National numbers that are tried in one run of digits; more are a table. */
const MAX_TRIES = 64
const NORTH_AMERICAN =
  /(?:1[ .-]?)?(?:\([0-9]{3}\)[ .\u00a0-]?|[2-9][0-9]{2}(?:[ .\u00a0\u2010-\u2013/-]| [\u2013-] ))[0-9]{3}(?:[ .\u00a0\u2010-\u2013-]| [\u2013-] )[0-9]{4}(?![0-9])/y
const BRACKETED = /\(0?[1-9][0-9]{1,3}\) ?[0-9]{3,5}[ .-][0-9]{3,5}(?![0-9])/y
const EXTENSION = /[ ,;]{0,2}(?:x|ext\.?|extension|durchwahl|poste|wew\.?)[ .:=]{0,2}[0-9]{1,6}(?![0-9A-Za-z])/iy
const DATE =
  /(?:^|[^0-9])(?:19|20)[0-9]{2}[-/. ][01]?[0-9][-/. ][0-3]?[0-9](?![0-9])|^[0-3]?[0-9][-/.][0-3]?[0-9][-/.](?:19|20)[0-9]{2}/
/** Numbers of a year's papers: `760/03/2025`, `2025-99542`, `06-2025-5501`. */
const OF_A_YEAR = /(?:^|[-/.])20[0-3][0-9](?:[-/.]|$)/
/** Cells of a table and values one after another, where no word says that they are a telephone's. */
const OF_A_LIST = /[0-9] {2,}[-+]?[0-9]|[0-9] \/ [0-9]{1,5} \/ [0-9]/
/** Papers of a year and runs of a day. */
const OF_PAPERS =
  /^(?:19|20)[0-9]{2}\/[0-9]{1,6}$|^[0-9]{1,6}\/(?:19|20)[0-9]{2}$|^20[0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9]-[0-9]{1,3}$/
/** Languages in whose countries a number that long begins with a zero inside of the country. */
const WITH_ZERO: ReadonlySet<string> = new Set(['de', 'fr', 'nl'])
/** What is counted or measured. */
const UNIT = /[ \u00a0](?:bytes?|byte|octets?|[KMGT]i?B|rows?|lines?|zł|PLN|EUR|USD|GBP|€|ms|km)(?![\p{L}\p{N}])/uy
const FRACTION = /^[0-9]{1,6}\.[0-9]+$/
const QUAD = /^[0-9]{1,3}(?:\.[0-9]{1,3}){3}$/
const SSN = /^[0-9]{3}[ -][0-9]{2}[ -][0-9]{4}$/
/** Words after which a number is a telephone's. */
const STRONG =
  /(?:phone|\btel\b|telephone|mobile|\bmob\b|\bcell\b|cellphone|\bfax|whats ?app|hotline|telefon|handy|\bmobil|téléphone|\btél\b|teléfono|móvil|celular|telefono|cellulare|telefoon|mobiel|komórk|dzwoni|telefone|telemóvel|\bdesk|\boffice|\bdirect|\bnr tel|msisdn|caller ?id|(?:to|from)[_ ]number)[^0-9]{0,20}$|(?:^|[\n|,;(·•])[ \t]{0,3}(?:t|m|p|f|ph|h|w|c)[.:]{1,2}[ \t]{0,3}[+(]{0,2}$/i
/** Words after which it may be one. */
const WEAK =
  /(?:\bcall|\bdial|\bsms\b|(?:\btext|\bapp|\bping) (?:me|him|her|us|them)|reach|alt(?:ernate)?\.? (?:no|num|nr)|landline|\bnatel|\bgsm\b|\bzap\b|\bwsp?p?\b|wasap|\btele?m\.|\bkom\.|\btlf|\btfno|\bhp\b|recapito|contacto|kontakt|festnetz|(?:call|ring|text)[^\n0-9]{0,12} (?:after|before|from|until) [0-9]{1,2}(?:[:.h][0-9]{0,2})?|contact|number is|\bring\b|answering|messages? to|\bruf|anruf|appel|llám|chiam|bel me|zadzwo|numer|ligue)[^0-9\n]{0,24}$/i

/** The same, farther off, where the number comes right after a word such as "at". */
const AT_NUMBER =
  /(?:\bcall|\bdial|\bring|\breach|\btext|\bphon|\bcontact|\bruf|\brückruf|erreich|anruf|appel|joign|contact|répond|llam|llám|contest|chiam|rispond|\bbel|bereik|dzwo|telefon|lig[au]|contat|conta[ck]t)[^0-9\n]{0,60}(?<!\p{L})(?:at|on|under|unter|an|auf|au|al|il|para o|pelo|ao|no|op|pod numer(?:em)?|pod|nr)[ :]{1,2}[+(]{0,2}$/iu

/** Words after which a bare number is something else. */
const NOT_A_PHONE =
  /(?:order|\bcontrat|\bvertrag|\bcontract n|\bartikel|\barticle|\bid\b|[_-]id\b|\bids\b|\bref|invoice|ticket|case|account|acct|\bno\b|\bnum\b|nr\b|sku|part|serial|model|tracking|bytes|size|stamp|\bts\b|epoch|pid|\bvat\b|isbn|version|build|commit|item|article|index|count|total|amount|price|sum|digits?|prime|integer|divisible|value|batch|\blot\b|\bean\b|gtin|\bupc\b|beleg\w*|auftrag\w*|bestell\w*|rechnung\w*|commande|facture|pedido|ordine|fattura|zamówieni\w*|faktur\w*|encomenda|guia|przesyłk\w*|vorgang|protocol\w*|processo|sendung\w*|paket\w*|colis|paquete|pacco|zending|code|kod\b|nummer der|przebieg\w*|fatura|factuur)[^\n]{0,12}$/i

/** What devices, freight and parts are numbered by, whatever stands before it. */
const OF_A_THING =
  /(?<![a-z])(?:imei|iccid|imsi|meid|h?awb|mawb|lta|air waybill|job|matr\.|ral)(?: (?:no|nr|number))?[ .:#]{1,3}$/i

/** What is sent, packed or built has numbers in groups as well. */
const OF_GOODS =
  /(?<![a-z])(?:spedizione|sendung|tracking|shipment|envío|przesyłka|zending|brt|dhl|ups|dpd|gls|part no|pl|wz|p\/n)[ .:#]{1,3}(?:(?:brt|dhl|ups|dpd|gls|no|nr)[ .:#]{1,3})?$/i

/** Phone numbers: international ones, national ones by shape and numbering plan, others by a word before them. */
export const phoneNumber: Recogniser = {
  name: 'phone-number',
  entityTypes: ['PHONE_NUMBER'],
  find(text, language) {
    const found: Candidate[] = []
    for (const match of RUN.matchesIn(text)) {
      if (match[0].length >= MIN_DIGITS) findInRun(text, match.index, match[0], language, found)
    }
    return found
  },
}

/** Between two numbers of somebody: `98200 44187 / 98200 44188`, `… or …`. */
const NEXT = /^[ \t]{0,2}(?:[/|,;&]|(?<= )(?:or|and|oder|und|ou|et|o|y|e|of|en|lub|i)(?= ))[ \t]{1,2}\(?$/i

/** What is as long as the number right before it is one too; says whether it is. */
function addNext(text: string, start: number, end: number, found: Candidate[]): boolean {
  const last = found.at(-1)
  if (last === undefined || start - last.end > 8 || start < last.end || !NEXT.test(text.slice(last.end, start)))
    return false
  const longer = digitsOf(text, last.start, last.end).length - digitsOf(text, start, end).length
  if (longer < -1 || longer > 3 || DATE.test(text.slice(start, end)) || isCutOff(text, end)) return false
  found.push({ entityType: 'PHONE_NUMBER', start, end, score: 0.6, evidence: 'context' })
  return true
}

interface Hit {
  end: number
  score: number
}

function findInRun(text: string, offset: number, run: string, language: string, found: Candidate[]): void {
  const groups = digitRuns(text, offset, offset + run.length)
  let from = 0
  for (let i = 0; i < groups.length; i += 1) {
    const start = groups[i]?.start ?? 0
    if (start < from) continue
    const ends = endsFrom(groups, i)
    const opened = startWithSigns(text, start)
    if (isInsideWord(text, opened)) continue
    const isTried = i === 0 || (i < MAX_TRIES && text[start] === '0' && start - (groups[i - 1]?.end ?? 0) > 1)
    const hit = ends.length === 0 ? null : hitAt(text, opened, start, isTried, ends, language)
    if (hit === null) {
      if (addNext(text, opened, offset + run.length, found)) return
      continue
    }
    const end = withExtension(text, hit.end)
    found.push({
      entityType: 'PHONE_NUMBER',
      start: opened,
      end,
      score: hit.score,
      evidence: hit.score > 0.7 ? 'format' : 'context',
    })
    from = end
  }
}

/** Where a number that starts with a group may end, shortest first. */
function endsFrom(groups: readonly { start: number; end: number }[], first: number): number[] {
  const ends: number[] = []
  let digits = 0
  for (let i = first; i < groups.length; i += 1) {
    const group = groups[i]
    if (group === undefined) break
    digits += group.end - group.start
    if (digits > MAX_DIGITS + 2) break
    if (digits >= MIN_DIGITS) ends.push(group.end)
  }
  return ends
}

function startWithSigns(text: string, start: number): number {
  let opened = start
  if (text[opened - 1] === '+') opened -= 1
  if (text[opened - 1] === '(' && text.slice(start, start + 8).includes(')')) opened -= 1
  if (text[opened - 1] === '+') opened -= 1
  return opened
}

function isInsideWord(text: string, start: number): boolean {
  if (isWordAt(text, start - 1)) return true
  const before = text[start - 1]
  if (before === '.' && isDigitAt(text, start - 2)) return true
  // Seconds, and what follows them: `17:40:01 2025 +0100`.
  if (before === ':' && /[0-9]:[0-9]{2}:$/.test(text.slice(Math.max(0, start - 5), start))) return true
  return (before === '-' || before === '/') && isWordAt(text, start - 2)
}

function isCutOff(text: string, end: number): boolean {
  EXTENSION.lastIndex = end
  if (EXTENSION.test(text)) return false
  if (isWordAt(text, end)) return true
  return (
    (text[end] === '-' || text[end] === '.' || text[end] === '/') && isWordAt(text, end + 1) && isDigitAt(text, end + 1)
  )
}

function hitAt(
  text: string,
  opened: number,
  start: number,
  isTried: boolean,
  ends: readonly number[],
  language: string,
): Hit | null {
  if (text.slice(opened, start).includes('+')) return international(text, start, ends)
  return northAmerican(text, opened) ?? (isTried ? national(text, opened, ends, language) : null)
}

function international(text: string, start: number, ends: readonly number[]): Hit | null {
  let possible: Hit | null = null
  for (let i = ends.length - 1; i >= 0; i -= 1) {
    const end = ends[i] ?? 0
    const digits = digitsOf(text, start, end)
    if (digits.length > MAX_DIGITS || isCutOff(text, end)) continue
    if (digits.startsWith('0') && digits.length < 9) continue
    if (/^0\.[0-9]| [-+]?0\.[0-9]/.test(text.slice(start, end))) continue
    if (isInternationalNumber(digits)) return { end, score: 1 }
    const withoutTrunk = text
      .slice(start, end)
      .replace(/\(0\)/, '')
      .replaceAll(/[^0-9]/g, '')
    if (withoutTrunk !== digits && isInternationalNumber(withoutTrunk)) return { end, score: 1 }
    if (digits.length >= 8 && possible === null) possible = { end, score: 0.75 }
  }
  return possible
}

function northAmerican(text: string, opened: number): Hit | null {
  NORTH_AMERICAN.lastIndex = opened
  const match = NORTH_AMERICAN.exec(text)
  if (match === null || isCutOff(text, opened + match[0].length)) return null
  const end = opened + match[0].length
  const isSpaced = /^[0-9 \u00a0]*$/.test(match[0])
  if (!isSpaced) return { end, score: 0.85 }
  return isInternationalNumber(`1${digitsOf(text, opened, end).slice(-10)}`) ? { end, score: 0.75 } : null
}

function national(text: string, opened: number, ends: readonly number[], language: string): Hit | null {
  if (hasContextBefore(text, opened, OF_A_THING, 24)) return null
  const isStrong = hasContextBefore(text, opened, STRONG)
  const isMeant = isStrong || hasContextBefore(text, opened, AT_NUMBER, 96)
  const isWeak = isMeant || hasContextBefore(text, opened, WEAK)
  for (let i = ends.length - 1; i >= 0; i -= 1) {
    const end = ends[i] ?? 0
    const raw = text.slice(opened, end)
    if (
      isCutOff(text, end) ||
      isAt(UNIT, text, end) ||
      OF_PAPERS.test(raw) ||
      (!isMeant && OF_A_LIST.test(raw)) ||
      /^0[^0-9]|[0-9)] ?\+/.test(raw) ||
      DATE.test(raw) ||
      QUAD.test(raw) ||
      FRACTION.test(raw) ||
      SSN.test(raw)
    )
      continue
    const digits = digitsOf(text, opened, end)
    if (digits.length > MAX_DIGITS || new Set(digits).size < 3) continue
    const isGrouped = /[^0-9()]/.test(raw) || raw.startsWith('(')
    if (digits.startsWith('00') && digits.length >= 10 && isInternationalNumber(digits.slice(2))) {
      if (isGrouped || isWeak) return { end, score: 0.9 }
      if (!hasContextBefore(text, opened, NOT_A_PHONE, 24)) return { end, score: 0.6 }
    }
    if (
      digits.startsWith('0') &&
      digits.length >= 9 &&
      (isWeak || (isGrouped && !OF_A_YEAR.test(raw) && !hasContextBefore(text, opened, OF_GOODS, 28))) &&
      isNationalNumber(digits, language)
    ) {
      return { end, score: isWeak ? 0.9 : 0.75 }
    }
    if (isGrouped && isWeak && digits.length >= 10 && isInternationalNumber(digits)) return { end, score: 0.75 }
    const isNamed =
      isWeak ||
      (!OF_A_YEAR.test(raw) &&
        !hasContextBefore(text, opened, NOT_A_PHONE, 24) &&
        !hasContextBefore(text, opened, OF_GOODS, 28))
    const isDialled = isWeak || digits.startsWith('0') || !WITH_ZERO.has(language)
    if (isGrouped && isNamed && isDialled && digits.length >= 9 && isLocalNumber(digits, language))
      return { end, score: isWeak ? 0.9 : 0.6 }
    const isOther = !isMeant && !isGrouped && hasContextBefore(text, opened, NOT_A_PHONE, 24)
    if (isWeak && !isOther && digits.length >= 9 && isNationalNumber(digits, language)) return { end, score: 0.85 }
  }
  const inBrackets = bracketed(text, opened)
  if (inBrackets !== null) return inBrackets
  const bare = isBare(text, opened, ends)
  if (bare !== null) return bare
  const longest = ends.findLast((end) => digitsOf(text, opened, end).length <= MAX_DIGITS && !isCutOff(text, end))
  const isCalled =
    isMeant || (isWeak && isWritten(text, opened, longest) && !hasContextBefore(text, opened, NOT_A_PHONE, 24))
  if (!isCalled || longest === undefined) return null
  const called = text.slice(opened, longest)
  if (DATE.test(called) || OF_PAPERS.test(called) || isAt(UNIT, text, longest)) return null
  return { end: longest, score: 0.6 }
}

/** In groups, or with the zero that a number starts with inside its country. */
function isWritten(text: string, opened: number, end: number | undefined): boolean {
  return /^0|[^0-9]/.test(text.slice(opened, end))
}

/** `(82) 99404-6031` */
function bracketed(text: string, opened: number): Hit | null {
  BRACKETED.lastIndex = opened
  const match = BRACKETED.exec(text)
  const end = opened + (match?.[0].length ?? 0)
  return match === null || isCutOff(text, end) ? null : { end, score: 0.6 }
}

/** The largest number of 32 bits with a sign. */
const LARGEST = '2147483647'

/** Ten digits of the North American plan, or a British mobile number, unless the text says that they are something else. */
function isBare(text: string, opened: number, ends: readonly number[]): Hit | null {
  const end = ends[0] ?? opened
  const digits = text.slice(opened, end)
  if (!/^(?:[2-9][0-9]{9}|07[0-9]{9})$/.test(digits) || digits === LARGEST || isCutOff(text, end)) return null
  if (
    /(?:[=<>&|^*+/%] ?|[#:@$€£.,-])$/.test(text.slice(Math.max(0, opened - 2), opened)) ||
    hasContextBefore(text, opened, NOT_A_PHONE, 24)
  )
    return null
  const international = digits.startsWith('0') ? `44${digits.slice(1)}` : `1${digits}`
  return isInternationalNumber(international) ? { end, score: 0.5 } : null
}

function withExtension(text: string, end: number): number {
  EXTENSION.lastIndex = end
  const match = EXTENSION.exec(text)
  return match === null ? end : end + match[0].length
}
