import { ofLastText } from './of-last-text.ts'
import { indexed } from './patterns/indexed-pattern.ts'

/** Number words of eight languages: value, then the words. */
const CARDINALS: readonly (readonly [value: number, words: string])[] = [
  [0, 'zero oh nought null nul zéro cero'],
  [1, 'one eins ein un une uno una één een jeden jedynka um uma'],
  [2, 'two zwei zwo deux dos due twee dwa dois duas'],
  [3, 'three drei trois tres tre drie trzy três'],
  [4, 'four vier quatre cuatro quattro cztery quatro'],
  [5, 'five fünf cinq cinco cinque vijf pięć'],
  [6, 'six sechs seis sei zes sześć meia'],
  [7, 'seven sieben sept siete sette zeven siedem sete'],
  [8, 'eight acht huit ocho otto osiem oito'],
  [9, 'nine neun neuf nueve nove negen dziewięć'],
  [10, 'ten zehn dix diez dieci tien dziesięć dez'],
  [11, 'eleven elf onze once undici jedenaście'],
  [12, 'twelve zwölf douze doce dodici twaalf dwanaście doze'],
  [13, 'thirteen dreizehn treize trece tredici dertien trzynaście treze'],
  [14, 'fourteen vierzehn quatorze catorce quattordici veertien czternaście catorze'],
  [15, 'fifteen fünfzehn quinze quince quindici vijftien piętnaście'],
  [16, 'sixteen sechzehn seize dieciséis sedici zestien szesnaście dezesseis dezasseis'],
  [17, 'seventeen siebzehn diecisiete diciassette zeventien siedemnaście dezessete dezassete'],
  [18, 'eighteen achtzehn dieciocho diciotto achttien osiemnaście dezoito'],
  [19, 'nineteen neunzehn diecinueve diciannove negentien dziewiętnaście dezenove dezanove'],
  [20, 'twenty zwanzig vingt vingts veinte venti twintig dwadzieścia vinte'],
  [30, 'thirty dreißig dreissig trente treinta trenta dertig trzydzieści trinta'],
  [40, 'forty fourty vierzig quarante cuarenta quaranta veertig czterdzieści quarenta'],
  [50, 'fifty fünfzig cinquante cincuenta cinquanta vijftig pięćdziesiąt cinquenta'],
  [60, 'sixty sechzig soixante sesenta sessanta zestig sześćdziesiąt sessenta'],
  [70, 'seventy siebzig septante setenta settanta zeventig siedemdziesiąt'],
  [80, 'eighty achtzig octante huitante ochenta ottanta tachtig osiemdziesiąt oitenta'],
  [90, 'ninety neunzig nonante noventa novanta negentig dziewięćdziesiąt'],
  [100, 'hundred hundert cent cents cien ciento cento honderd sto cem'],
  [200, 'doscientos duecento dwieście duzentos'],
  [300, 'trescientos trecento trzysta trezentos'],
  [400, 'cuatrocientos quattrocento czterysta quatrocentos'],
  [500, 'quinientos cinquecento pięćset quinhentos'],
  [600, 'seiscientos seicento sześćset seiscentos'],
  [700, 'setecientos settecento siedemset setecentos'],
  [800, 'ochocientos ottocento osiemset oitocentos'],
  [900, 'novecientos novecento dziewięćset novecentos'],
  [1000, 'thousand tausend mille mil mila duizend tysiąc tysiące'],
  [21, 'veintiuno ventuno'],
  [22, 'veintidós ventidue'],
  [23, 'veintitrés ventitré'],
  [24, 'veinticuatro ventiquattro'],
  [25, 'veinticinco venticinque'],
  [26, 'veintiséis ventisei'],
  [27, 'veintisiete ventisette'],
  [28, 'veintiocho ventotto'],
  [29, 'veintinueve ventinove'],
]
const ORDINALS =
  'first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth'
const VALUES = new Map(CARDINALS.flatMap(([value, words]) => words.split(' ').map((word) => [word, value] as const)))
const ORDINAL_VALUES = new Map(ORDINALS.split(' ').map((word, i) => [word, i + 1] as const))
ORDINAL_VALUES.set('thirtieth', 30).set('premier', 1).set('ersten', 1).set('primero', 1).set('primo', 1)
const REPEATS = new Map([
  ['double', 2],
  ['triple', 3],
  ['treble', 3],
  ['doppel', 2],
])
/** Joins the parts of German and Dutch numbers in one word: `zweiundzwanzig`. */
const JOINS = new Set(['und', 'en', 'ën'])
const MAX_PART = 16

const words = [...VALUES.keys(), ...ORDINAL_VALUES.keys(), ...REPEATS.keys()].sort((a, b) => b.length - a.length)
/** Any of these, as a pattern. */
export const NUMBER_WORD = words.join('|')
/** Letters and digits, without properties of Unicode, which cost where every word is looked at. */
const UNIT = '[0-9a-z\u00df-\u024f]'
/** The beginning of a word that may be a number. */
const FIRST = indexed(new RegExp(`(?<!${UNIT})(?:${NUMBER_WORD})`, 'gi'))
const WORD = /[a-z\u00df-\u024f]{2,48}|[0-9]{1,6}(?![0-9a-z])/iy
const SEPARATOR = /[ ,-]{1,2}(?:(?:and|et|y|e|i|und|en) )?/iy
/** Digits before the first word, as in `+91-nine-eight`. */
const DIGITS_BEFORE = /(?<![0-9a-z\u00df-\u024f.])\+?[0-9]{1,6}[ ,-]{1,2}$/i

export interface SpokenNumber {
  start: number
  end: number
  /** What the words stand for, one number after the other. */
  digits: string
  /** Number words and groups of digits. */
  parts: number
  /** How many of these are words. */
  spoken: number
}

interface Part {
  value: number
  word: string
}

/**
 * Numbers that are written as words, as transcripts have them: `oh seven seven double oh`, `vingt-deux`. Those of the text
 * that was asked for last are kept. Linear.
 */
export const spokenNumbers = ofLastText((text): readonly SpokenNumber[] => {
  const found: SpokenNumber[] = []
  let from = 0
  for (const { index } of FIRST.matchesIn(text)) {
    if (index < from) continue
    const start = index - (DIGITS_BEFORE.exec(text.slice(Math.max(from, index - 9), index))?.[0].length ?? 0)
    const parts: Part[] = start < index ? (partsOf(text.slice(start, index)) ?? []) : []
    const end = readWords(text, index, parts)
    if (end === index) continue
    from = end
    const spoken = parts.filter(({ value }) => !Number.isNaN(value)).length
    found.push({ start, end, digits: digitsOf(parts), parts: parts.length, spoken })
  }
  return found
})

/** Adds the parts of number words and digits that follow each other; gives where they end. */
function readWords(text: string, index: number, parts: Part[]): number {
  let end = index
  for (let at = index; ; ) {
    WORD.lastIndex = at
    const word = WORD.exec(text)?.[0]
    const some = word === undefined ? null : partsOf(word.toLowerCase())
    if (word === undefined || some === null) return end
    if (at > end && /[a-z]/i.test(text.slice(end, at))) parts.push({ value: 0, word: 'and' })
    parts.push(...some)
    end = at + word.length
    SEPARATOR.lastIndex = end
    const separator = SEPARATOR.exec(text)
    if (separator === null) return end
    at = end + separator[0].length
  }
}

/** A word taken apart, or digits; null where it is no number. */
function partsOf(word: string): Part[] | null {
  const digits = /[0-9]+/.exec(word)?.[0]
  return digits === undefined ? splitWord(word) : [{ value: Number.NaN, word: digits }]
}

function splitWord(word: string): Part[] | null {
  const parts: Part[] = []
  for (let at = 0; at < word.length; ) {
    let length = Math.min(MAX_PART, word.length - at)
    while (length > 0 && !isPart(word.slice(at, at + length))) length -= 1
    if (length === 0) return null
    const part = word.slice(at, at + length)
    parts.push({ value: valueOf(part), word: JOINS.has(part) ? 'und' : part })
    at += length
  }
  return parts
}

function isPart(word: string): boolean {
  return VALUES.has(word) || ORDINAL_VALUES.has(word) || REPEATS.has(word) || JOINS.has(word)
}

function valueOf(word: string): number {
  return VALUES.get(word) ?? ORDINAL_VALUES.get(word) ?? 0
}

/** The numbers that the parts make, one after the other. */
function digitsOf(parts: readonly Part[]): string {
  let digits = ''
  let open: number | null = null
  let joins = false
  let times = 1
  const close = (): void => {
    if (open !== null) digits += String(open)
    open = null
  }
  for (const { value, word } of parts) {
    if (word === 'and' || word === 'und') {
      joins = true
      continue
    }
    const repeat = REPEATS.get(word)
    if (repeat !== undefined) {
      close()
      times = repeat
    } else if (Number.isNaN(value)) {
      close()
      digits += word
    } else if (times > 1) {
      digits += String(value).repeat(times)
      times = 1
    } else {
      const sum: number | null = open === null ? null : together(open, value, joins)
      if (sum === null) close()
      open = sum ?? value
    }
    joins = false
  }
  close()
  return digits
}

/** What two parts make together; null where they are two numbers. */
function together(open: number, value: number, joins: boolean): number | null {
  if (value === 1000) return open > 0 && open < 100 ? open * 1000 : null
  if (value === 100) return open > 0 && open < 100 ? open * 100 : null
  if (joins && open < 10 && value >= 20 && value < 100) return open + value
  const isTens = open % 10 === 0 && open % 100 >= 20
  if (isTens && value > 0 && value < 10) return open + value
  // Soixante-dix, quatre-vingt, quatre-vingt-dix.
  if ((open % 100 === 60 || open % 100 === 80) && value >= 10 && value < 20) return open + value
  if (open === 4 && value === 20) return 80
  if (open >= 1000 && open % 1000 === 0 && value < 1000) return open + value
  if (open >= 100 && open % 100 === 0 && value < 100 && (joins || value >= 10 || open >= 1000)) return open + value
  return null
}
