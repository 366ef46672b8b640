import { indexed, placesBetween } from '../patterns/indexed-pattern.ts'
import type { Candidate, Recogniser } from '../recogniser.ts'
import { NUMBER_WORD } from '../spoken-numbers.ts'
import { MONTHS } from './date.ts'

/** Days and years that are counted in German, Polish and Portuguese: `zwölften`, `dwunastego`, `osiemdziesiąty`. */
const ORDINAL =
  'ersten?|erster|zweite[nr]?|dritte[nr]?|siebte[nr]?|achte[nr]?|(?:pierwsz|drug|trzec|czwart|piąt|szóst|siódm|ósm|dziewiąt|dziesiąt|(?:jede|dwu|trzy|czter|pięt|szes|siedem|osiem|dziewięt)nast|(?:dwu|trzy)dziest|(?:czterdziest|(?:pięć|sześć|siedem|osiem|dziewięć)dziesiąt))(?:y|ego|i|iego)|dwutysięczn\\p{L}+|primeiro|eerste|derde|achtste|achtzigste[nr]?'
const WORD = `(?:(?:(?:${NUMBER_WORD}|und|en|ën){1,6}(?:s|(?:s?te|de)[nr]?|th)?|${ORDINAL}|${MONTHS}|[0-9]{1,4})(?!\\p{L}))`
/** A date in words: `the third of May eighty-one`. */
const IN_WORDS = new RegExp(
  `(?<!\\p{L})(?:(?:the|le|am|el|il|den|der) )?${WORD}(?:[ ,-]{1,2}(?:(?:of|the|de|del|di|and|et|y|e|van|of the) ){0,2}${WORD}){2,9}`,
  'giu',
)
/** Of what it holds at least one. */
const SPOKEN = new RegExp(`(?<!\\p{L})(?:${NUMBER_WORD}|${ORDINAL})`, 'iu')
const SPOKEN_WORD = indexed(new RegExp(SPOKEN.source, 'giu'))
const MONTH = new RegExp(`(?<!\\p{L})(?:${MONTHS})(?!\\p{L})`, 'iu')
/** What asks for a birth or tells of one. */
const CUE = indexed(
  /date of birth|birth ?date|birthday|\bdob\b|d\.o\.b\.|\bborn\b|geburtsdatum|geburtstag|geboren|date de naissance|n[ée]e? (?=le)|fecha de nacimiento|nacid?[oaó]|data di nascita|nat[oa] il|geboortedatum|dat[aęy] urodzenia|urodz|data de nascimento|nasc(?:eu|id[oa])/giu,
)
/** Ways to begin a year of the last century, which hardly any other number begins with. */
const LAST_CENTURY = indexed(
  /nineteen|neunzehnhundert|neuf[ -]cents?|novecient|novecento|negentien|dziewięćset|novecentos/giu,
)
/** Said behind the date: `am vierzehnten Februar sechsundsechzig geboren`. */
const CUE_BEHIND = indexed(/(?<!\p{L})(?:geboren|urodzon[aey]|urodził\p{L}{0,2})(?!\p{L})/giu)
/** UTF-16 units behind a cue in which the date follows on the same line, and on the next one. */
const SAME_LINE = 96
const NEXT_LINE = 160
/** UTF-16 units before and behind the beginning of a year. */
const AROUND = 72

/** Days of birth in words, as transcripts of calls have them. */
export const spokenDate: Recogniser = {
  name: 'spoken-date',
  entityTypes: ['DATE_OF_BIRTH'],
  find(text) {
    const found: Candidate[] = []
    for (const { index, 0: cue } of CUE.matchesIn(text)) {
      const from = index + cue.length
      const words = answerOf(text, from)
      if (placesBetween(SPOKEN_WORD, text, from, from + words.length)?.length === 0) continue
      const first = words.matchAll(IN_WORDS).next().value
      if (
        first === undefined ||
        !SPOKEN.test(first[0]) ||
        (/^(?:born|geb|n[aé]|urodz)/i.test(cue) && !MONTH.test(first[0]))
      )
        continue
      found.push(birth(from + first.index, first[0].length))
    }
    let done = 0
    for (const { index } of LAST_CENTURY.matchesIn(text)) {
      if (index < done) continue
      const from = Math.max(0, index - AROUND)
      for (const { index: at, 0: date } of text.slice(from, index + AROUND).matchAll(IN_WORDS)) {
        const start = from + at
        if (start > index || index >= start + date.length) continue
        done = start + date.length
        if (MONTH.test(date)) found.push(birth(start, date.length))
      }
    }
    for (const { index } of CUE_BEHIND.matchesIn(text)) {
      const from = Math.max(0, index - AROUND)
      const before = text.slice(from, index)
      for (const { index: at, 0: date } of before.matchAll(IN_WORDS))
        if (at + date.length + 2 > before.length && MONTH.test(date) && SPOKEN.test(date))
          found.push(birth(from + at, date.length))
    }
    return found
  },
}

function birth(start: number, length: number): Candidate {
  return { entityType: 'DATE_OF_BIRTH', start, end: start + length, score: 0.7, evidence: 'context' }
}

/** The rest of the line and the next one, each as far as an answer goes. */
function answerOf(text: string, from: number): string {
  const rest = text.slice(from, from + SAME_LINE + NEXT_LINE)
  const line = rest.indexOf('\n')
  if (line < 0 || line > SAME_LINE) return rest.slice(0, SAME_LINE)
  const next = rest.indexOf('\n', line + 1)
  return next < 0 ? rest : rest.slice(0, next)
}
