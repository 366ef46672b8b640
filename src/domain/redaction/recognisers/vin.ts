import { indexed } from '../patterns/indexed-pattern.ts'
import type { Candidate, Recogniser } from '../recogniser.ts'
import { matchesInTokens } from '../token-runs.ts'

const VALUES: Readonly<Record<string, number>> = Object.fromEntries(
  [...'ABCDEFGH']
    .map((letter, i) => [letter, i + 1] as const)
    .concat(
      [...'JKLMN'].map((letter, i) => [letter, i + 1] as const),
      [
        ['P', 7],
        ['R', 9],
      ],
      [...'STUVWXYZ'].map((letter, i) => [letter, i + 2] as const),
    ),
)
const WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2]

const CODE = /(?<![A-Za-z0-9_])[A-HJ-NPR-Z0-9]{17}(?![A-Za-z0-9_])/g
/** In groups, after a word for it. */
const LABELLED = indexed(
  /(?<![\p{L}\p{N}])(?:vin|chassis|fahrgestellnummer|fin|telaio|ch[âa]ssis|bastidor|nadwozia|chassisnummer)(?![\p{L}\p{N}])[^0-9\n]{0,24}?[ :|#]((?:[A-HJ-NPR-Z0-9]{1,6}[ -]){2,6}[A-HJ-NPR-Z0-9]{1,6})(?![A-Za-z0-9])/giu,
)

/** Vehicle identification numbers with the check digit of 49 CFR 565.15; others need a word before them. */
export const vin: Recogniser = {
  name: 'vin',
  entityTypes: ['VIN'],
  overLines: true,
  find(text) {
    const found: Candidate[] = []
    for (const match of matchesInTokens(text, CODE)) {
      if (!isVin(match[0])) continue
      found.push({ entityType: 'VIN', start: match.index, end: match.index + 17, score: 0.95, evidence: 'checksum' })
    }
    for (const match of LABELLED.matchesIn(text)) {
      const groups = match[1] ?? ''
      const end = match.index + match[0].length
      if (groups.replaceAll(/[ -]/g, '').length !== 17) continue
      found.push({ entityType: 'VIN', start: end - groups.length, end, score: 0.9, evidence: 'context' })
    }
    return found
  },
}

function isVin(code: string): boolean {
  if (!/[A-Z].*[A-Z]/.test(code) || !/\d{4}$/.test(code)) return false
  let sum = 0
  WEIGHTS.forEach((weight, i) => {
    const unit = code[i] ?? ''
    sum += weight * (VALUES[unit] ?? Number(unit))
  })
  const check = sum % 11
  return code[8] === (check === 10 ? 'X' : String(check))
}
