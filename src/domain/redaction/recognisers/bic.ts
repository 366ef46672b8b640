import { isValidBIC } from 'ibantools'
import { everyMatch } from '../patterns/every-match.ts'
import type { Candidate, Recogniser } from '../recogniser.ts'
import { hasContextBefore } from './context-words.ts'

const SHAPE = /(?<![A-Za-z0-9_])[A-Za-z]{4}[A-Za-z]{2}[A-Za-z0-9]{2}(?:[A-Za-z0-9]{3})?(?![A-Za-z0-9_])/g
/** Without one of these nothing is looked for: a word, or the start of an IBAN. */
const MAY_HAVE =
  /[A-Z0-9]XXX(?![A-Za-z0-9])|bic(?:fi)?\b|swift|iban|bank (?:identifier )?code|:5[1-8][AD]:|(?<![A-Za-z0-9])[A-Z]{2}[0-9]{2} ?[A-Z0-9]{4}/i
/** On the same line, or in a chat in what was said right before. */
const CONTEXT =
  /(?:\bbic\b|\bswift\b|\biban\b|bank (?:identifier )?code|:5[1-8][AD]:)(?:[^\n]{0,40}|[^\n]{0,24}\n[^\n]{0,32}: ?)$/i

/** Right behind an IBAN: `GB69 BARC 2045 1773 9201 14 (BARCGB22)`. */
const BEHIND_IBAN =
  /(?<![A-Za-z0-9])[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?:[ ,;/]{0,3}[([]?|,? (?:bei|at|with|chez|presso|bij|en|no|na|w)(?: (?:der|die|the|la|le|il|de|el|o|a))? )$/

/** The head office of a bank, which no word looks like: `BNVKGB2LXXX`. */
const HEAD_OFFICE = /^[A-Z]{6}[A-Z0-9]{2}XXX$/
/** Right before one: `issuer=RABONL2U iban=NL…`. */
const BEFORE_IBAN = /^[ ,;/]{1,3}(?:iban[ :=]{0,3})?[A-Z]{2}[0-9]{2} ?[A-Z0-9]{4}/

/** Codes of banks (ISO 9362) after a word that says so; eight letters alone are a word. */
export const bic: Recogniser = {
  name: 'bic',
  entityTypes: ['BIC_CODE'],
  find(text) {
    const found: Candidate[] = []
    if (!MAY_HAVE.test(text)) return found
    for (const match of everyMatch(text, SHAPE)) {
      const code = match[0]
      const isShouted = code === code.toUpperCase()
      const direct = hasContextBefore(
        text,
        match.index,
        /(?:\bbic|\bswift)(?:fi|[ /-](?:code|swift|bic|nr|no))?[ :=#"'(.>]{0,4}(?:is |ist |: )?$/i,
        24,
      )
      if (!isShouted && !(direct && /[0-9]/.test(code))) continue
      if (
        !isValidBIC(code.toUpperCase()) ||
        !(
          direct ||
          HEAD_OFFICE.test(code) ||
          hasContextBefore(text, match.index, CONTEXT, 96) ||
          hasContextBefore(text, match.index, BEHIND_IBAN, 48) ||
          BEFORE_IBAN.test(text.slice(match.index + code.length, match.index + code.length + 40))
        )
      )
        continue
      found.push({
        entityType: 'BIC_CODE',
        start: match.index,
        end: match.index + code.length,
        score: 0.85,
        evidence: 'format',
      })
    }
    return found
  },
}
