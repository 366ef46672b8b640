import { isGivenName, isListedName, isWordName, isWordToo } from '../list-names.ts'
import type { NameSpan } from '../names/decode-spans.ts'
import { isNoName } from '../no-names.ts'
import { hasSurnameEnding } from '../recognisers/account/person-account.ts'
import { personLabel } from './person-labels.ts'

const WORD =
  /(?<![\p{L}\p{N}_@.'’/\\$#=<>{}[-])\p{Ll}[\p{Ll}\p{M}-]{2,20}(?![\p{L}\p{N}_@(/\\=<>{}[\]"]| ?[=(]|\.\p{L}|:\/|[-:][\p{L}\p{N}])/gu
/** Before a name whatever the letters. Others stand before ordinary words too. */
const TITLES = new Set(
  'mr mrs mister herr herrn frau monsieur madame mme mlle signor signora signorina señor señora señorita senhor senhora mevrouw meneer mevr dhr pani doña councillor cllr'.split(
    ' ',
  ),
)
const WEAK_TITLES = new Set(
  'ms miss dr prof sir uncle auntie aunt fr hr m sr sra srta sig don dona dom seu pan pana panu panem panią mw opa oma tante onkel tonton tata tía tío zia zio tia tio ks'.split(
    ' ',
  ),
)
/** Words of every day, that stand behind a title as well. */
const EVERY_DAY = new Set(
  `the a an and or is was are were has had have will would can could may might must did does do said says asked called wants from of in on at to for with who whom that this
hat ist war sind hatte haben wird will kann möchte rief ruft sagt sagte meint fragt und oder aus von mit bei der die das den dem ein eine in im am zu
est a était avait veut peut dit demande appelle et ou de du des la le les un une en au aux qui que
es ha está estaba tiene quiere puede dice dijo llamó llama y o de del la el los las un una en al que
è era aveva vuole può dice ha chiamato chiama e o di del della il lo un una in al che con
is was had heeft wil kan zegt belt belde en of van de het een in op aan die dat met uit
jest był była ma miała chce może mówi mówiła dzwoniła dzwonił i lub z ze w we na do od że nie
é foi está tem tinha quer pode disse ligou liga e ou de do da o os as um uma em no na que com tom vin dan
vale trzeba gap bo`.split(/\s+/),
)
const REST_IN_BRACKETS = /(?: \p{Ll}[\p{Ll}\p{M}'’-]{1,20}){1,2}(?=\))/uy
/** `oluwaseun a.` */
const INITIAL_BEHIND = / \p{Ll}\.(?=[\s,;:)/]|$)/uy
/** As notes write it: `okafor 78f`. */
const AGE_BEHIND = /^,? [0-9]{1,3} ?(?:[mf]|yo|y\/o|yrs?)(?![\p{L}\p{N}])/u
/** Surnames of two letters, which stand behind a title alone. */
const SHORT_SURNAMES =
  /(?<=(?<![\p{L}\p{N}])(?:mrs?|ms|miss|dr)\.? )(?:li|lu|wu|xu|hu|yu|ng|vu|ho|ly|ma|yi|ko|qi|bo|ha|vo|su|ye|ip|mo)(?![\p{L}\p{N}])/gu
const SHORT_SURNAME = /(?:mrs?|ms|miss|dr)\.? [a-z]{2}(?![a-z])/
/** Units before a word in which its sentence starts. */
const BEFORE = 160
const SENTENCE = /(?:^|[.!?;:>)\n]["')\]]{0,2}\s{1,3}|\n|[-–—*•] )["'(]{0,2}([^\n]{0,160})$/u

/**
 * Names in small letters: behind a title, behind what somebody is, and where a sentence is written without capitals. Linear.
 */
export function namesInSmall(text: string, isCode: (start: number, end: number) => boolean): NameSpan[] {
  const found: NameSpan[] = []
  let last = { end: -1, word: '', isName: false }
  const add = (start: number, end: number, score: number): void => {
    const before = found.at(-1)
    if (before !== undefined && start === before.end + 1 && text[before.end] === ' ') before.end = end
    else found.push({ start, end, entityType: 'PERSON', score })
  }
  for (const { index, 0: word } of text.matchAll(WORD)) {
    const end = index + word.length
    const previous = index - 1 === last.end && text[last.end] === ' ' ? last : null
    let isName = false
    if (!EVERY_DAY.has(word) && !isNoName(word)) {
      const title = previous?.word ?? titleBefore(text, index)
      const isListed = isListedName(word) && !isWordToo(word)
      if (TITLES.has(title)) isName = isListedName(word) || isUnusual(word)
      else if (isListed && AGE_BEHIND.test(text.slice(end, end + 10))) isName = true
      else if (isListed && (WEAK_TITLES.has(title) || personLabel(title) !== null)) isName = true
      else if (personLabel(title) === 'person' && isWordName(word)) isName = true
      else if (previous?.isName === true) isName = isListed || hasSurnameEnding(word)
      else if (isListed && isGivenName(word)) isName = isWithoutCapitals(text, index)
    }
    if (isName && !isCode(index, end)) add(index, restOf(text, index, end), 0.5)
    last = { end, word, isName }
  }
  if (SHORT_SURNAME.test(text))
    for (const { index, 0: word } of text.matchAll(SHORT_SURNAMES)) add(index, index + word.length, 0.5)
  return found.sort((a, b) => a.start - b.start)
}

/** The word before a place that a dot may end: `sig. `, `sig.ra `; empty where none stands right before. */
function titleBefore(text: string, start: number): string {
  return (
    /(?<![\p{L}\p{N}])(\p{L}{1,11}(?:\.ra)?)\.? \(?$/u
      .exec(text.slice(Math.max(0, start - 16), start))?.[1]
      ?.toLowerCase() ?? ''
  )
}

/** Where a name ends that all of a pair of brackets is, with words that no list has, or that has its other letter behind it. */
function restOf(text: string, start: number, end: number): number {
  const rest = text[start - 1] === '(' ? REST_IN_BRACKETS : INITIAL_BEHIND
  rest.lastIndex = end
  return end + (rest.exec(text)?.[0].length ?? 0)
}

function isUnusual(word: string): boolean {
  return word.length > 3
}

/** Whether the sentence that a word stands in begins with a small letter. */
export function isWithoutCapitals(text: string, index: number): boolean {
  const before = SENTENCE.exec(text.slice(Math.max(0, index - BEFORE), index))
  if (before === null) return false
  const first = /\p{L}/u.exec(`${before[1] ?? ''}${text.slice(index, index + 1)}`)?.[0] ?? ''
  return /\p{Ll}/u.test(first)
}
