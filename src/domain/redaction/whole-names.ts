import { isListedName } from './list-names.ts'
import type { NameSpan } from './names/decode-spans.ts'
import { namesInCourt } from './names-in-court.ts'
import { namesLastFirst } from './names-last-first.ts'
import { isNoName } from './no-names.ts'

interface Extent {
  start: number
  end: number
}

const REST = "\\p{L}[\\p{L}\\p{M}'’-]{1,24}(?![\\p{L}\\p{N}_@])"
/** Of a name that goes on before it: what Muslims of Bengal write first, and Vietnamese families before a middle name. */
const FIRST_BEFORE = /(?<![\p{L}\p{N}.])(?:(?:Md|Mohd|Muhd|Mst)\.?|\p{Lu}\p{L}{1,5}) $/u
const MAY_HAVE_FIRST = /^(?:Thi|Thị|THI|THỊ|Văn|VĂN) \p{Lu}/u
const SHORT_FIRST = /^(?:Md|Mohd|Muhd|Mst)\.? $/
const VIETNAMESE_FAMILY =
  /^(?:nguyen|nguyễn|tran|trần|le|lê|pham|phạm|hoang|hoàng|huynh|huỳnh|phan|vu|vũ|vo|võ|dang|đặng|bui|bùi|do|đỗ|ho|hồ|ngo|ngô|duong|dương|ly|lý|dinh|đinh|to|tô|mai|ta|tạ|cao|luu|lưu|trinh|trịnh|doan|đoàn) $/i

/** Initials right before a name that begins with one: of `M. G. D'Ambrosio` the first. */
const INITIALS_BEFORE = /(?<![\p{L}\p{N}.])(?:\p{Lu}\.[ -]?){1,3}$/u
/** The same of a family name that begins a line or a cell: `W. Semeniuk`. */
const INITIALS_FIRST = /(?<=(?:^|[\n\t|;,(–•]|[0-9][.)]) {0,4})(?:\p{Lu}\.[ -]?){1,3}$/u
/** Initials behind a family name: `Ramachandran, S.`; not the ones of the next person. */
const INITIALS_BEHIND =
  /^, (?!(?:S\. ?[ALR]|N\. ?V|B\. ?V|K\. ?K)\.)(?:(?:\p{Lu}|Ma|Wm|Th|Chr|Ph|Ch|Sj|Jr|Sr)\.[ -]?){1,3}(?<=\.)(?=$|[^\p{L}\p{N} ]| (?:[^\p{L}\p{N}]|\p{Ll}{3}))/u
/** What a family name begins with in small letters where a line or a cell does, and in capitals anywhere. */
const PARTICLES_BEFORE =
  /(?<=(?:^|[\n;|\t·]) {0,2})(?:(?:de|la|los|lo|von|van|den|der|di|del|della|dos|das|da|do|al|el|ten|ter|le|du|mac|ben|bin) ){1,3}$/iu
const SHOUTED_PARTICLES = /(?<![\p{L}\p{N}])(?:(?:DE|LA|LE|DU|DES|VAN|VON|DER|DEN|DI|DA|DEL|DOS|EL|AL|BEN|MC) ){1,3}$/u
/** Names in capitals before others: of `MAIREAD CONCEPTA NÍ DHOMHNAILL` the first. */
const SHOUTED_BEFORE = /(?<=\p{Ll} )(?:\p{Lu}{4,20} ){1,2}$/u
const STARTS_WITH_INITIAL = /^\p{Lu}(?:\. ?(?=\p{L})| (?=\p{Lu}))/u
/** Words that stand within names only, whatever the letters behind them: `van 't Hof`, `freiherr von plettwitz`. */
const WITHIN = new RegExp(
  `^ (?:van ['’]t|van het|in ['’]t|op (?:de|den|['’]t)|van (?:de[nr]?)|von und zu|(?:freiherr|freifrau|graf|gräfin|edler|ritter) (?:von|zu)|binti|bint|ferch|[sd]/o|a/[lp]) ${REST}`,
  'iu',
)
/** Words that stand before a family name with a capital, and elsewhere in other places. */
const BEFORE_FAMILY = new RegExp(
  `^ (?:Mac (?:an|Giolla)|Nic an|Mhic|Ní|Ó|Ua|bin|ibn|ap|von der|von dem|vom|zum|zur|ten|ter|te|degli|dalla|dello|do Carmo|de las?|de los|dos|das) (?=\\p{Lu})${REST}`,
  'u',
)

/** What no name ends in, so that the next word belongs to it: `famiglia Degli`. */
const UNFINISHED = /(?:^|[ .])(?:Degli|Della|Dalla|Dello|Lo|De|Del|Di|El|Al|Van|Von|Ter|Mac|Ó|Ní|St\.)$/u
const NEXT_WORD = new RegExp(`^ (?:an |de[nr] |la )?(?=\\p{Lu})${REST}`, 'u')

/** Who of a family it is, behind the name: `Queiroga Neto`. */
const GENERATION = /^ (?:Neto|Netto|Filho|J[úu]nior|Sobrinho|NETO|FILHO|J[ÚU]NIOR|SOBRINHO|III?)(?![\p{L}\p{N}])/u
/** The rest of a word that goes on in the next line. */
const BROKEN = /^(?:-\r?\n[ \t]{0,8}\p{Ll}{2,20}|\u00ad\r?\n?\p{Ll}{2,20})(?!\p{L})/u

/**
 * A name as far as it goes: with all its initials, the family name behind a particle, and what was broken off at the end of a line.
 * Looks at 80 units around it.
 */
export function wholeName(text: string, { start, end }: Extent): Extent {
  const name = text.slice(start, end)
  const after = text.slice(end, end + 64)
  const rest =
    WITHIN.exec(after) ??
    BEFORE_FAMILY.exec(after) ??
    BROKEN.exec(after) ??
    INITIALS_BEHIND.exec(after) ??
    (name.includes(' ') ? GENERATION.exec(after) : null) ??
    (UNFINISHED.test(name) ? NEXT_WORD.exec(after) : null)
  return {
    start: start - unitsBefore(text.slice(Math.max(0, start - 48), start), name),
    end: end + (rest?.[0].length ?? 0),
  }
}

/** UTF-16 units right before a name that are of it: initials, names in capitals, particles, what stands before a given name. */
function unitsBefore(before: string, name: string): number {
  const unitsOf = (pattern: RegExp): number => pattern.exec(before)?.[0].length ?? 0
  const beginsSo = STARTS_WITH_INITIAL.test(name)
  const initials = beginsSo ? unitsOf(INITIALS_BEFORE) : /^\p{L}{3}/u.test(name) ? unitsOf(INITIALS_FIRST) : 0
  if (initials > 0) return initials
  const shouted = /^[\p{Lu} '’-]{4,}$/u.test(name) ? (SHOUTED_BEFORE.exec(before)?.[0] ?? '') : ''
  if (isListedName(shouted.split(' ')[0] ?? '')) return shouted.length
  const particles = unitsOf(/^\p{Lu}{3}/u.test(name) ? SHOUTED_PARTICLES : PARTICLES_BEFORE)
  const first = FIRST_BEFORE.exec(before)?.[0] ?? ''
  const isOwn = SHORT_FIRST.test(first) || (VIETNAMESE_FAMILY.test(first) && MAY_HAVE_FIRST.test(name))
  return Math.max(particles, isOwn ? first.length : 0)
}

const CELL = "\\p{Lu}[\\p{L}\\p{M}'’.-]{0,24}(?: \\p{L}[\\p{L}\\p{M}'’.-]{0,24}){0,2}"
/** Quoted because of its comma, as tables write it: `"Hakimi, Farid",12`. */
const QUOTED_LAST_FIRST = new RegExp(`(?<=(?:^|[\\n,;\\t[{:]) ?")(${CELL}), (${CELL})(?=")`, 'gu')
/** A field that holds somebody's name, with a value of several words: `holder="A K MITRA"`. */
const FIELD =
  /(?<=(?<![\p{L}])(?:user|holder|cardholder|naam|name|full_?name|insured|owner|customer|client|employee|assignee|driver|patient|guest|contact|caller|payee|payer|beneficiary|applicant|utente|usuario|utilisateur|benutzer|kunde|halter|titulaire|titular|intestatario|klant|houder|klient|odbiorca|nadawca|cliente)["']?[ ]?[:=][ ]?(["']))((?:\p{Lu}[\p{L}\p{M}'’.-]{0,24}|van|von|der|den|de|da|di|del|la|bin|binti|al|el|dos|y|e)(?: (?:\p{Lu}[\p{L}\p{M}'’.-]{0,24}|van|von|der|den|de|da|di|del|la|bin|binti|al|el|dos|y|e)){1,5})(?=\1)/giu
/** Behind a title a family name that begins with a small letter: `M. d'Aubigny`, `de heer 't Hart`. */
const SMALL_FAMILY =
  /(?<=(?<!\p{L})(?:MM?|Mme|Mlle|Me|Monsieur|Madame|Maître|Dr|Prof|Mrs?|Ms|Sig|Sig\.ra|Dott|Avv|Herrn?|Frau|heer|mevrouw|mevr|dhr|Sra?|Don|Dona)\.? )(?:d['’]|de l['’]|['’]t |['’]s )\p{Lu}[\p{L}\p{M}'’-]{1,24}/gu

/** Names in cells, fields and behind titles that no list has to know. Linear. */
export function namesByPlace(text: string): NameSpan[] {
  const found: NameSpan[] = []
  const add = (start: number, end: number): void => {
    found.push({ start, end, entityType: 'PERSON', score: 0.6 })
  }
  const cells = text.includes('"') ? [...text.matchAll(QUOTED_LAST_FIRST)] : []
  for (const { index, 0: cell, 1: last = '', 2: first = '' } of cells) {
    if (isNoName(last) || isNoName(first)) continue
    if (cells.length > 1 || [...last.split(' '), ...first.split(' ')].some(isListedName))
      add(index, index + cell.length)
  }
  if (/[:=] ?["']/.test(text)) {
    for (const { index, 0: value } of text.matchAll(FIELD)) {
      // Small letters too, as the names of the fields come in any: of the value they are looked at here.
      const words = value.split(' ').filter((word) => /^\p{Lu}/u.test(word))
      if (words.length > 1 && !words.some(isNoName)) add(index, index + value.length)
    }
  }
  for (const { index, 0: name } of text.matchAll(SMALL_FAMILY)) add(index, index + name.length)
  for (const [start, end] of [...namesLastFirst(text), ...namesInCourt(text)]) add(start, end)
  return found
}
