import { indexed, isAt, OF_LABELS } from '../../patterns/indexed-pattern.ts'
import type { Candidate, Recogniser } from '../../recogniser.ts'
import { isDate, type NumberRun, numberRuns, type WrittenNumber } from '../identity/number-groups.ts'
import { labelsBetween, wordsBetween } from '../spelled-words.ts'
import { anyLabel, LABEL_BEFORE, label, labelBehind } from './label.ts'
import { LABELLED_SPECS } from './specs.ts'

const KINDS = LABELLED_SPECS.map((spec) => ({
  ...spec,
  before: label(spec.label),
  behind: labelBehind(spec.label),
}))
/** Any of them right before a number. */
const ANY_BEFORE = label(LABELLED_SPECS.map((spec) => spec.label).join('|'))
const ANY_BEFORE_HERE = new RegExp(ANY_BEFORE.source, 'iuy')
const ANY_LABEL = indexed(anyLabel(LABELLED_SPECS.map((spec) => spec.label)), OF_LABELS)

/** What stands behind a number whose label follows it. */
const MAY_BE_BEHIND = /^(?:,? (?:is|was|ist|war|est|es|è|jest|to|é) | ?\(\p{L})/u
const BEHIND = 48
/** Between two numbers that have one label: `Passports: B50177364, B50177365 and C1234567`. */
const NEXT =
  /^(?:[ \t]{0,2}[,;/&]|\r?\n[ \t]{0,4}(?:[-*•]|[0-9][.)])?)?[ \t]{0,2}(?:(?:and|or|und|oder|et|ou|y|o|e|en|of|i|lub) )?/
/** Numbers that share a label. */
const MAX_LIST = 32

/** Numbers of documents, accounts, patients, policies and vehicles right after a word that says what they are. */
export const labelledNumber: Recogniser = {
  name: 'labelled-number',
  entityTypes: [...new Set(LABELLED_SPECS.map((spec) => spec.entityType))],
  find(text) {
    const found: Candidate[] = []
    const runs = numberRuns(text)
    for (const run of runs) {
      let start = -1
      let before: string | null = null
      for (const number of run.numbers) {
        // Numbers that start at the same place have the same words before them.
        if (start !== number.start) before = namedBefore(text, number.start)
        start = number.start
        const kind =
          (before === null ? kindBehind(text, number) : kindBefore(before, number)) ?? documentBefore(text, number)
        if (kind !== null) found.push(candidate(text, kind, number))
      }
    }
    const kept = longest([...found, ...writtenAlone(text)])
    return [...kept, ...listed(text, runs, kept)]
  },
}

/** What no run of digits shows: passports in German letters alone, and a branch of four digits before its account. */
const WRITTEN: readonly (readonly [sign: RegExp, pattern: RegExp, entityType: string])[] = [
  [
    /[Pp]ass|[Aa]usweis/,
    /(?<=(?<!\p{L})(?:Reisep|P|p)ass(?:port)?(?:-?(?:[Nn]r\.?|[Nn]ummer)| no\.?)?:? )[CFGHJKLMNPRTVWXYZ]{9}(?![A-Za-z0-9])/gu,
    'PASSPORT',
  ],
  [
    /ag/i,
    /(?<=(?<![\p{L}\p{N}])ag(?:[êe]ncia|\.)?:? )[0-9]{4}(?:-[0-9X])?(?=,? (?:e )?(?:conta|c\/c|cc)(?!\p{L}))/giu,
    'BANK_ACCOUNT',
  ],
]

function writtenAlone(text: string): Candidate[] {
  return WRITTEN.flatMap(([sign, pattern, entityType]) =>
    sign.test(text)
      ? Array.from(text.matchAll(pattern), ({ index, 0: value }) =>
          candidate(text, { entityType, score: 0.8 }, { start: index, end: index + value.length }),
        )
      : [],
  )
}

/** With a check digit in brackets, as in Hong Kong: `A123456(3)`. */
function candidate(
  text: string,
  { entityType, score }: { entityType: string; score: number },
  { start, end }: Span,
): Candidate {
  const isChecked = text[end] === '(' && text[end + 2] === ')'
  return { entityType, start, end: isChecked ? end + 3 : end, score, evidence: 'format' }
}

interface Span {
  start: number
  end: number
}

/** As passports, licences and cards of many countries are numbered. */
const DOCUMENT = /^(?:[A-Z]{1,3}[0-9]{6,8}[A-Z]?|[0-9]{2}[A-Z]{2}[0-9]{5})$/
/** UTF-16 units before such a number in which a document is spoken of. */
const DOCUMENT_BEFORE = 240
const DOCUMENTS: readonly (readonly [RegExp, string])[] = [
  [/passports?(?!\p{L})|pasaportes?|passeports?|reisep[aä]ss|paspoort|paszport|passaport[oei]/iu, 'PASSPORT'],
  [
    /driv(?:er|ing)[^\n.]{0,12}licen[cs]e|führerschein|permis de conduire|permiso de conducir|patente|rijbewijs|praw[ao] jazdy|carta de condução|habilitação/iu,
    'DRIVER_LICENSE',
  ],
  [
    /identity card|national id|personalausweis|carte d.identité|documento de identidad|carta d.identità|identiteitskaart|dow[oó]d osobist|cartão de cidadão/iu,
    'ID_CARD',
  ],
]
/** What is numbered like that as well. */
const OTHER_PAPER =
  /(?:order|ticket|invoice|ref(?:erence)?|case|flight|booking|pnr|claim|file|po|sku|part|serial|model|tracking|parcel|bestell|auftrag|rechnung|buchung|vorgang|commande|facture|réf|vol|pedido|factura|vuelo|reserva|ordine|fattura|volo|pratica|factuur|bestelling|zaak|dossier|zamówieni|faktur|sprawa|lot|encomenda|fatura|voo|processo)[\p{L}.]{0,6}[ :#.n°º-]{0,6}$/iu

/** Numbers of documents that stand some words behind what they are of: `my passport (the one you sent, LR0482917)`. */
function documentBefore(
  text: string,
  { start, end, raw, compact }: WrittenNumber,
): { entityType: string; score: number } | null {
  if (raw !== compact || !DOCUMENT.test(compact)) return null
  if (/[\p{L}\p{N}_/-]/u.test(text[start - 1] ?? ' ') || /[\p{L}\p{N}_/-]/u.test(text[end] ?? ' ')) return null
  const before = text.slice(Math.max(0, start - DOCUMENT_BEFORE), start)
  if (OTHER_PAPER.test(before)) return null
  const kind = DOCUMENTS.find(([words]) => words.test(before.slice(before.lastIndexOf('\n\n') + 1)))
  return kind === undefined ? null : { entityType: kind[1], score: 0.6 }
}

/** What the words right behind a number say that it is. */
function kindBehind(text: string, number: WrittenNumber): LabelledKind | null {
  if (!mayBeBehind(text, number.end)) return null
  const behind = text.slice(number.end, number.end + BEHIND)
  return MAY_BE_BEHIND.test(behind) ? kindOf(number, (kind) => kind.behind.test(behind)) : null
}

/** Whether a bracket or one of the short words that come before a label may follow. */
function mayBeBehind(text: string, end: number): boolean {
  const at = text[end] === ',' ? end + 1 : end
  if (text[at] === '(') return true
  return text[at] === ' ' && '(iweèéjt'.includes(text[at + 1] ?? '-')
}

/** Numbers of the same form right after one that has a label. */
function listed(text: string, runs: readonly NumberRun[], found: readonly Candidate[]): Candidate[] {
  const more: Candidate[] = []
  if (found.length === 0) return more
  const taken = new Set(found.map(({ start }) => start))
  for (const first of found) {
    const form = formOf(text.slice(first.start, first.end))
    let end = first.end
    for (let i = 0; i < MAX_LIST; i += 1) {
      const gap = NEXT.exec(text.slice(end, end + 16))?.[0] ?? ''
      const isNext = gap.trim() !== '' || gap.includes('\n')
      const same = isNext ? numberOfForm(runs, end + gap.length, form) : undefined
      if (same === undefined || taken.has(same.start)) break
      more.push(candidate(text, first, same))
      end = same.end
    }
  }
  return more
}

/** The number of a form that starts at a place. */
function numberOfForm(runs: readonly NumberRun[], start: number, form: string): WrittenNumber | undefined {
  let low = 0
  let high = runs.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((runs[middle]?.lastStart ?? 0) < start) low = middle + 1
    else high = middle
  }
  return runs[low]?.numbers.find((number) => number.start === start && formOf(number.raw) === form)
}

/** Letters as A, digits as 9. */
function formOf(raw: string): string {
  return raw.replace(/[A-Za-z]/g, 'A').replace(/[0-9]/g, '9')
}

type LabelledKind = (typeof KINDS)[number]

/** The words right before a place; null where they name no kind. */
function namedBefore(text: string, start: number): string | null {
  const from = Math.max(0, start - LABEL_BEFORE)
  const labels = labelsBetween(ANY_LABEL, text, from, start)
  if (labels?.length === 0) return null
  const before = wordsBetween(text, from, start)
  if (labels === null) return ANY_BEFORE.test(before) ? before : null
  return labels.some((label) => isAt(ANY_BEFORE_HERE, before, label)) ? before : null
}

function kindBefore(before: string, number: WrittenNumber): LabelledKind | null {
  return kindOf(number, (kind) => kind.before.test(before))
}

/** The first of the kinds that are named of which a number is by how it is written. */
function kindOf(number: WrittenNumber, isNamed: (kind: LabelledKind) => boolean): LabelledKind | null {
  if (!isWritten(number.raw)) return null
  return KINDS.find((kind) => kind.shape.test(number.compact) && fits(kind, number) && isNamed(kind)) ?? null
}

/** A word after the number belongs to it in plates and VINs only, a letter that is no word everywhere. */
function fits(kind: LabelledKind, { raw }: WrittenNumber): boolean {
  if (isNoPlate(kind.entityType, raw)) return false
  if (kind.entityType === 'LICENSE_PLATE' || kind.entityType === 'VIN') return true
  return !/[ .][A-Za-z]+$/.test(raw) || /[0-9] [BCDFGHJLMNPQRSTVX]$/.test(raw)
}

/** No plate has a slash; what students are registered by has. */
export function isNoPlate(entityType: string, raw: string): boolean {
  return entityType === 'LICENSE_PLATE' && raw.includes('/')
}

/** A date or a word with a number after it is no number of a document. */
export function isWritten(raw: string): boolean {
  if (isDate(raw)) return false
  return !/(?:^|[ .-])[a-z]{2,}(?:[ .-]|$)/.test(raw)
}

/** Of numbers that overlap, the longest one. */
function longest(found: readonly Candidate[]): Candidate[] {
  const kept: Candidate[] = []
  for (const one of [...found].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = kept.at(-1)
    if (last === undefined || one.start >= last.end) kept.push(one)
  }
  return kept
}
