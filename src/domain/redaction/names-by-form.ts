import { isListedName } from './list-names.ts'
import type { NameSpan } from './names/decode-spans.ts'
import { isNoName } from './no-names.ts'

const WORD = "\\p{Lu}[\\p{L}\\p{M}'’-]{1,24}"
const PARTICLES = '(?:(?:van|von|de|der|den|ter|ten|te|da|di|del|la|dos|al|el|bin) ){0,2}'

/** Two letters with dots that are no initials: firms, states, times, abbreviations. */
const NO_INITIALS =
  /^(?:U\. ?S|U\. ?K|E\. ?U|U\. ?N|S\. ?A|N\. ?V|B\. ?V|S\. ?L|S\. ?R|D\. ?C|P\. ?O|A\. ?M|P\. ?M|L\. ?A|N\. ?Y|Z\. ?B|I\. ?D|Q\. ?A|P\. ?S|N\. ?B|C\. ?V|V\. ?A|S\. ?P|E\. ?G|I\. ?E|P\. ?A|R\. ?D|M\. ?D|B\. ?C|A\. ?D|S\. ?C|K\. ?K)(?!\p{L})/u
/** `J. L. Quintana`, `J.W. ter Haar`, `R.v.d.Linden` */
const INITIALS_FIRST = new RegExp(
  `(?<![\\p{L}\\p{N}.])(?:\\p{Lu}\\. ?){2,4}${PARTICLES}${WORD}(?![\\p{L}\\p{N}_@])|(?<![\\p{L}\\p{N}.])\\p{Lu}\\.? ?v\\. ?d\\. ?${WORD}`,
  'gu',
)
/** `Whitcombe, A.J.`, `Sokolova E.V.` */
const INITIALS_LAST = new RegExp(
  `(?<![\\p{L}\\p{N}.])${PARTICLES}${WORD},? (\\p{Lu}\\. ?\\p{Lu}\\.)(?![\\p{L}\\p{N}])`,
  'gu',
)
/** `Fujimoto-san` */
const HONOURED = new RegExp(
  `(?<![\\p{L}\\p{N}])${WORD.replace('-', '')}(?=-(?:san|sama|sensei|kun|chan|ssi|nim)(?!\\p{L}))`,
  'gu',
)
/** `married to Peg`, `calls him Buzzy`, `detto "Gegè"` */
const CALLED = new RegExp(
  `(?<=(?<!\\p{L})(?:married to|engaged to|calls? (?:him|her|them)|known? (?:only )?as|goes by|prefers|prefers to be called|likes to be called|call me|everyone calls (?:him|her|me)|nicknamed|alias|genannt|verheiratet mit|dite?|surnommée?|mariée? (?:à|avec)|apodad[oa]|casad[oa] con|casad[oa] com|detto|detta|sposat[oa] con|bijgenaamd|getrouwd met|zwan[ya]|żonaty z|apelidad[oa]) ["“„'‘«]?)${WORD}(?! (?:of|der|de) )(?![\\p{L}\\p{N}_@])`,
  'gu',
)
/** The last words of a message: `thanks, zoe`, `gr. Ank`. */
const SIGNED =
  /(?<=(?<!\p{L})(?:thx|thanks|ta|cheers|regards|xx|grazie|saluti|ciao|merci|bises|cordialement|gracias|saludos|danke|gruß|grüße|lg|vg|gr\.?|groet|groetjes|bedankt|obg|obrigad[oa]|abraço|abs|beijos|pozdr\.?|pozdrawiam|dzięki)[,.!]? )(?:\p{L}[\p{L}\p{M}'’-]{1,24}|\p{Lu}\.)(?=[.!]?\s*$)/iu
/** Under a message, behind a dash. */
const UNDER_DASH =
  /(?<=(?:[.!?,)] |(?:^|\n)[ \t>]{0,4})[—–] ?)\p{Lu}\p{Ll}{1,18}(?: \p{Lu}\.?)?(?=[ \t]{0,4}(?:$|\r?\n[ \t>]{0,4}(?:\r?\n|$)))/gu
const NOT_SIGNED =
  /^(?:again|all|alot|everyone|everybody|team|much|lots|tons|so|anyway|bye|you|mate|guys|folks|mille|tante|infinite|beaucoup|bien|schön|sehr|euch|dir|ihnen|muchas|mil|totales|desde|a|por|pela|pelo|já|desde|jou|jullie|alvast|bij|allen|voorbaat|wszystkim|bardzo|z|góry|pl|fr|de|for|and|to|in)$/i

/** Keys of a name's parts, in records of any spelling. */
const PART_KEYS =
  'given(?:_?name)?s?|family_?name|first_?name|last_?name|middle_?name|maiden_?name|sur_?name|fore_?name|fname|lname|nick_?name|preferred_?name|vorname|nachname|familienname|pr[ée]nom|nom_?famille|nombres?|apellidos?|cognome|voornaam|achternaam|nazwisko|imi[eę]|sobrenome|apelido'
const KEYED = new RegExp(
  `(?<=(?<![\\p{L}])(?:${PART_KEYS})["']?[ ]?[:=][ ]?\\[?["'])[^"'\\n\\]<>{}]{2,40}(?=["'])`,
  'giu',
)
const KEYED_NEXT = /(?<=^["'], ?["'])[^"'\n\]]{2,40}(?=["'])/u
const FAMILY = /(?<="family" ?: ?")[^"\n]{2,40}(?=")/g
const TAGGED = new RegExp(
  `(?<=<(?:\\w+:)?(${PART_KEYS}|fn|ln|sur|fore|family|given|prefname)(?: [^<>]{0,60})?>)[^<>\\n]{2,40}(?=</)`,
  'giu',
)
const VALUE = /^\p{L}[\p{L}\p{M} '’.-]*$/u

/** Names by how they are written and by the keys of records, whatever the letters. Linear. */
export function namesByForm(text: string): NameSpan[] {
  const found: NameSpan[] = []
  const add = (start: number, name: string): void => {
    if (!isNoName(name)) found.push({ start, end: start + name.length, entityType: 'PERSON', score: 0.6 })
  }
  if (hasInitial(text)) {
    for (const { index, 0: name } of text.matchAll(INITIALS_FIRST)) {
      const last = /[\p{L}\p{M}'’-]+$/u.exec(name)?.[0] ?? ''
      if (!NO_INITIALS.test(name) && !isNoName(last)) add(index, name)
    }
    for (const { index, 0: name, 1: initials = '' } of text.matchAll(INITIALS_LAST))
      if (!NO_INITIALS.test(initials) && !isNoName(name.slice(0, -initials.length - 1).replace(',', '')))
        add(index, name)
  }
  if (/-(?:sa|se|ss|k|c|n)/.test(text)) for (const { index, 0: name } of text.matchAll(HONOURED)) add(index, name)
  for (const { index, 0: name } of text.matchAll(CALLED)) add(index, name)
  if (/[—–]/.test(text)) for (const { index, 0: name } of text.matchAll(UNDER_DASH)) add(index, name)
  const signed = SIGNED.exec(text.slice(-64))
  if (signed !== null && !NOT_SIGNED.test(signed[0])) add(Math.max(0, text.length - 64) + signed.index, signed[0])
  for (const { index, 0: name } of namedValues(text)) if (VALUE.test(name)) add(index, name)
  return found
}

const INITIAL_BEFORE = /(?<!\p{L})(?:\p{Lu}|v|\p{Lu}\.? ?v)$/u

/** Whether a letter alone has a dot, or `v.d.` stands there: looked at around the dots, of which there are few. */
function hasInitial(text: string): boolean {
  for (let dot = text.indexOf('.', 1); dot >= 0; dot = text.indexOf('.', dot + 1))
    if (INITIAL_BEFORE.test(text.slice(Math.max(0, dot - 5), dot))) return true
  return false
}

function namedValues(text: string): RegExpExecArray[] {
  const tags = text.includes('</') ? [...text.matchAll(TAGGED)] : []
  if (!/[:=] ?\[?["']/.test(text)) return tags
  const keyed = [...text.matchAll(KEYED)]
  // Lists of given names, and the family names beside them (FHIR); fonts have families too, and none is given.
  const next = keyed.flatMap(({ index, 0: name }) => {
    const more = KEYED_NEXT.exec(text.slice(index + name.length, index + name.length + 48))
    if (more === null || text.slice(index - 2, index - 1) !== '[') return []
    more.index += index + name.length
    return [more]
  })
  const families = /"given" ?:/.test(text) ? [...text.matchAll(FAMILY)] : []
  return [...tags, ...keyed, ...next, ...families]
}

/** Who was there, in minutes, and whom it went to. */
const PRESENT =
  /(?<=(?:^|\n|\. )[ \t*#-]{0,4}(?:Present|In attendance|Attendees|Participants|Apologies|Absent|Regrets|Anwesend|Abwesend|Entschuldigt|Teilnehmer(?:innen)?|Teilnehmende|Présents?|Excusés?|Absents?|Asistentes|Excusan?|Ausentes?|Presenti|Assenti|Giustificat[io]|Aanwezig|Afwezig|Aanwezigen|Obecni|Nieobecn[iy]|Usprawiedliwieni|Presentes)(?: \([^()\n]{1,30}\))?: ?)\S[^\n]{1,300}/gu
const ITEM = new RegExp(
  `^(?:(?:Mr|Mrs|Ms|Dr|Prof|Hr|Fr|Herr|Frau|M|Mme|Sr|Sra|D|Dña|Sig|Sig\\.ra|Dott|Ing|Avv|mw|mevr|dhr|de heer|p|pan|pani|dr)\\.? )*((?:(?:\\p{Lu}\\p{Ll}{0,2}|\\p{Lu})\\.[ -]?){0,3}(?:['’]t )?(?:(?:van|von|v\\.|de|der|den|ter|da|di|del) ){0,2}${WORD}(?: (?:(?:van|von|de|der|den|da|di|del|la|dos|y|e) ){0,2}(?:${WORD}|\\p{Lu}\\.)){0,3})(?: \\([^()]{1,30}\\))?$`,
  'u',
)

/** The people of the lists that minutes begin with: `Present: Fong, J. de Wit (chair), Sena`. Linear. */
export function namesOfAttendees(text: string): NameSpan[] {
  const found: NameSpan[] = []
  for (const { index, 0: list } of text.matchAll(PRESENT)) {
    let at = index
    for (const part of list.split(
      /(, | and | und | et | y | e | en | i |; ?|(?<=\p{Ll}{3})(?<!Dott|Prof|Sig|Ing|Avv|mevr|Mevr)\. (?=\p{Lu}\p{L}+)|\.$)/u,
    )) {
      const start = at
      at += part.length
      if (/^\. |^\.$/.test(part)) break
      const item = ITEM.exec(part)
      if (item === null) continue
      const name = item[1] ?? ''
      const words = name.split(' ')
      if (words.some((word) => isNoName(word) && !isListedName(word))) continue
      const from = start + part.indexOf(name)
      found.push({ start: from, end: from + name.length, entityType: 'PERSON', score: 0.6 })
    }
  }
  return found
}
