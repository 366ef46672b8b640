import { countrySpecs, isValidIBAN } from 'ibantools'
import { indexed } from '../patterns/indexed-pattern.ts'
import type { Candidate, Recogniser } from '../recogniser.ts'
import { hasContextBefore, isWordAt } from './context-words.ts'

const LENGTHS = new Map(
  Object.entries(countrySpecs).flatMap(([country, spec]) =>
    spec.chars === null ? [] : [[country, spec.chars] as const],
  ),
)
const SEPARATOR = /[ \u00a0\u202f.-]/

/** Words after which a number with the length of its country is an IBAN even where a digit is mistyped. */
const ACCOUNT =
  /\biban|account|konto|rachun|\bkonta\b|compte|cuenta|\bconto\b|rekening|\bconta\b|bank|:5[0-9][A-Z]?:\/$/i

/** Country and check digits. */
const BEGINNING = indexed(/(?<![A-Za-z0-9])[A-Za-z]{2}[ .]?[0-9]{2}/g)
/** Polish account numbers stand without the letters. */
const POLISH = indexed(/(?<![A-Za-z0-9.,-])[0-9]{2} ?(?:[0-9]{4} ?){5}[0-9]{4}(?![A-Za-z0-9.-])/g)

/** IBANs of any country, with or without separators, by length and check digits (ISO 13616). */
export const iban: Recogniser = {
  name: 'iban',
  entityTypes: ['IBAN_CODE'],
  overLines: true,
  find(text) {
    const found: Candidate[] = []
    for (const match of BEGINNING.matchesIn(text)) {
      const length = LENGTHS.get(match[0].slice(0, 2).toUpperCase())
      const end = length === undefined ? -1 : ibanEnd(text, match.index, length)
      if (end < 0) continue
      const start = match.index
      const isRight = isValidIBAN(
        text
          .slice(start, end)
          .replaceAll(/[^A-Za-z0-9]/g, '')
          .toUpperCase(),
      )
      if (isRight) found.push({ entityType: 'IBAN_CODE', start, end, score: 1, evidence: 'checksum' })
      else if (hasContextBefore(text, start, ACCOUNT) || isWrittenAsOne(text.slice(start, end))) {
        found.push({ entityType: 'IBAN_CODE', start, end, score: 0.8, evidence: 'context' })
      }
    }
    for (const match of POLISH.matchesIn(text)) {
      if (!isValidIBAN(`PL${match[0].replaceAll(' ', '')}`)) continue
      const end = match.index + match[0].length
      found.push({ entityType: 'IBAN_CODE', start: match.index, end, score: 0.85, evidence: 'checksum' })
    }
    return found
  },
}

/** In groups of four with spaces or dashes between, in the form of its country's accounts. */
function isWrittenAsOne(raw: string): boolean {
  const compact = raw.replaceAll(/[ -]/g, '')
  const form = countrySpecs[compact.slice(0, 2)]?.bban_regexp
  if (form === null || form === undefined || !new RegExp(form).test(compact.slice(4))) return false
  return /^[A-Z]{2}[0-9]{2}([ -])(?:[A-Z0-9]{4}\1)+[A-Z0-9]{1,4}$/.test(raw)
}

/** Where an IBAN of this length that starts here ends; -1 when there is none. */
function ibanEnd(text: string, start: number, length: number): number {
  let electronic = ''
  let end = start
  while (electronic.length < length) {
    if (SEPARATOR.test(text[end] ?? '') && isWordAt(text, end + 1)) end += 1
    if (!isWordAt(text, end) || text[end] === '_') return -1
    electronic += text[end]
    end += 1
  }
  if (isWordAt(text, end)) return -1
  return end
}
