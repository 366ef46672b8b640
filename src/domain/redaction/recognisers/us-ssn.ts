import { indexed } from '../patterns/indexed-pattern.ts'
import type { Candidate, Recogniser } from '../recogniser.ts'
import { hasContextBefore, isWordAt } from './context-words.ts'

const CONTEXT = /(?:\bssns?\b|\bssn|social[ _-]?sec|soc[.]? ?sec|\bss ?#|tax ?id|\btin\b)/i
const GROUPED = indexed(/(?<![0-9A-Za-z])[0-9]{3}([ .\u00a0\u2010-\u2013-])[0-9]{2}\1[0-9]{4}/g)
const BARE = indexed(/(?<![0-9A-Za-z])[0-9]{9}/g)

/** US social security numbers in groups, or nine digits where the text says that they are one. */
export const usSsn: Recogniser = {
  name: 'us-ssn',
  entityTypes: ['US_SSN'],
  overLines: true,
  find(text) {
    const found: Candidate[] = []
    const add = (start: number, raw: string, isBare: boolean): void => {
      const end = start + raw.length
      if (isPartOfMore(text, start, end) || !isIssued(raw.replaceAll(/[^0-9]/g, ''))) return
      const isContext = hasContextBefore(text, start, CONTEXT)
      if (isBare && !isContext) return
      found.push({
        entityType: 'US_SSN',
        start,
        end,
        score: isContext ? 1 : 0.85,
        evidence: 'format',
      })
    }
    for (const match of GROUPED.matchesIn(text)) add(match.index, match[0], match[1] === ' ' || match[1] === '.')
    for (const match of BARE.matchesIn(text)) add(match.index, match[0], true)
    return found
  },
}

function isPartOfMore(text: string, start: number, end: number): boolean {
  if (isWordAt(text, start - 1) || isWordAt(text, end)) return true
  return (
    (/[.-]/.test(text[end] ?? '') && isWordAt(text, end + 1)) || (text[start - 1] === '-' && isWordAt(text, start - 2))
  )
}

/** Ranges that were never issued (Social Security Administration, "Social Security Number Randomization"). */
function isIssued(digits: string): boolean {
  const area = digits.slice(0, 3)
  if (area === '000' || area === '666' || area[0] === '9') return false
  return digits.slice(3, 5) !== '00' && digits.slice(5) !== '0000'
}
