import { indexed, isAt, OF_LABELS } from '../../patterns/indexed-pattern.ts'
import type { Candidate, Recogniser } from '../../recogniser.ts'
import { asWords } from '../context-words.ts'
import { labelsBetween, wordsBetween } from '../spelled-words.ts'
import { isTradeItem } from '../trade-item.ts'
import { isDate, numberRuns, type WrittenNumber } from './number-groups.ts'
import type { NumberSpec } from './number-spec.ts'
import { ENGLISH_NUMBERS } from './numbers-english.ts'
import { EUROPEAN_NUMBERS } from './numbers-europe.ts'
import { OTHER_NUMBERS } from './numbers-other.ts'

/** All kinds of numbers that authorities give. */
export const IDENTITY_SPECS: readonly NumberSpec[] = [...ENGLISH_NUMBERS, ...EUROPEAN_NUMBERS, ...OTHER_NUMBERS]
const BY_LENGTH: readonly (readonly NumberSpec[])[] = Array.from({ length: 27 }, (_, length) =>
  IDENTITY_SPECS.filter((spec) => spec.lengths.includes(length)),
)
/** Of these, such as are believed without a word before them. */
const ALONE_BY_LENGTH = BY_LENGTH.map((specs) => specs.filter(({ alone }) => alone !== undefined))
/** Fewer are no number of an authority. */
const MIN_DIGITS = 4
/** Any of the words that say what a number is. */
const ANY_CONTEXT = new RegExp([...new Set(IDENTITY_SPECS.map(({ context }) => context.source))].join('|'), 'i')
const CONTEXTS = indexed(new RegExp(ANY_CONTEXT.source, 'gi'), OF_LABELS)
const CONTEXT_HERE = new RegExp(ANY_CONTEXT.source, 'iy')
/** UTF-16 units before a number in which a word may say what it is. */
const CONTEXT_BEFORE = 44
/** So near that it is this number which is meant. */
const NEAR = 18
/** What numbers of things are called that stand alone and have check digits by chance; a part of a longer one. */
const OF_THING =
  /(?:(?<=[A-Za-z0-9][-./])|(?<![a-z])(?:batch|run|job|lot|build|order|invoice|ticket|tickets?|booking|shipment|tracking|serial|charge|lauf|auftrag|rechnung|vorgang|lote|lotto|pedido|factura|fattura|fatura|ordine|commande|facture|partia|faktura|zamówienie|bestelling|factuur|biglietti|billets?|boleto)(?: (?:id|no|nr|number))?[ .:#]{1,3}|[0-9]-)$/i
/** `due 2025-02` */
const MONTH_BEHIND_WORD = /^\p{L}{2,4} (?:19|20)[0-9]{2}-[01][0-9]$/u
const MONTH_DIGITS = 6
/** Checks of one text; what comes after them counts as right, so that a text of nothing but numbers stays cheap. */
const MAX_CHECKS = 2_000

/** Numbers that authorities give to people and firms, by check digits and by what the text calls them. */
export const identityNumber: Recogniser = {
  name: 'identity-number',
  entityTypes: [...new Set(IDENTITY_SPECS.map((spec) => spec.entityType))],
  overLines: true,
  find(text) {
    const found: Candidate[] = []
    const budget = { checks: MAX_CHECKS }
    for (const run of numberRuns(text)) {
      const mayBeNamed = isNamedBetween(text, Math.max(0, run.start - CONTEXT_BEFORE), run.lastStart)
      for (const number of run.numbers) findSpecs(text, number, mayBeNamed, budget, found)
    }
    return found
  },
}

/** Whether any of the words stands between two places. */
function isNamedBetween(text: string, from: number, to: number): boolean {
  const places = labelsBetween(CONTEXTS, text, from, to)
  if (places?.length === 0) return false
  const words = wordsBetween(text, from, to)
  return places === null ? ANY_CONTEXT.test(words) : places.some((place) => isAt(CONTEXT_HERE, words, place))
}

function findSpecs(
  text: string,
  number: WrittenNumber,
  mayBeNamed: boolean,
  budget: { checks: number },
  found: Candidate[],
): void {
  if (number.digits < MIN_DIGITS || (number.isPartOfMore && !mayBeNamed)) return
  const specs = (mayBeNamed ? BY_LENGTH : ALONE_BY_LENGTH)[number.compact.length] ?? []
  if (specs.length === 0 || isDate(number.raw)) return
  if (number.digits === MONTH_DIGITS && MONTH_BEHIND_WORD.test(number.raw)) return
  let before: string | null = null
  for (const spec of specs) {
    if (!spec.shape.test(number.compact) || spec.other?.test(number.raw) === true) continue
    before ??= contextOf(text, number.start)
    const isNamed = mayBeNamed && spec.context.test(before)
    const isAlone =
      !isNamed && !number.isPartOfMore && spec.alone?.test(number.raw) === true && !OF_THING.test(before.slice(-NEAR))
    if (!isNamed && !isAlone) continue
    const isValid = checks(spec, number, budget)
    if (isAlone && (!isValid || isTradeItem(number.compact))) continue
    const { start, end } = number
    const { entityType } = spec
    const isNear = isNamed && spec.context.test(before.slice(-NEAR))
    if (isNamed && isValid) found.push({ entityType, start, end, score: isNear ? 1 : 0.95, evidence: 'checksum' })
    else if (isNamed) found.push({ entityType, start, end, score: 0.6, evidence: 'context' })
    else found.push({ entityType, start, end, score: 0.75, evidence: 'format' })
  }
}

function checks(spec: NumberSpec, number: WrittenNumber, budget: { checks: number }): boolean {
  if (spec.isValid === undefined) return false
  if (budget.checks === 0) return true
  budget.checks -= 1
  return spec.isValid(number.compact, number.raw)
}

/** What stands before a number in its paragraph. */
function contextOf(text: string, start: number): string {
  const before = text.slice(Math.max(0, start - CONTEXT_BEFORE), start)
  return asWords(before.slice(before.lastIndexOf('\n\n') + 1))
}
