import { isListedName } from '../list-names.ts'
import { indexed } from '../patterns/indexed-pattern.ts'
import type { Candidate, Recogniser } from '../recogniser.ts'

/** Names of months and what they are shortened to, in eight languages. A pattern of words. */
export const MONTHS =
  'jan(?:uary|uar|v\\.?|ner|uari)?|janvier|feb(?:ruary|ruar|braio|rero|ruari)?|f[ée]vr(?:ier)?|febbraio|fevereiro|mar(?:ch|s|zo|ço|ca)?|m[äa]rz|maart|mrt|apr(?:il|ile|ilie)?|avr(?:il)?|abr(?:il)?|may|mai|mayo|maggio|mei|maio|maja|jun(?:e|i|io)?|juin|giugno|junho|jul(?:y|i|io)?|juil(?:let)?|luglio|julho|aug(?:ust|ustus)?|ao[ûu]t|ago(?:sto)?|sep(?:t|tember|tembre|tiembre)?|set(?:t|tembre|embro)?|oct(?:ober|obre|ubre)?|okt(?:ober)?|ott(?:obre)?|out(?:ubro)?|nov(?:ember|embre|iembre|embro)?|dec(?:ember|embre)?|dez(?:ember|embro)?|d[ée]c(?:embre)?|dic(?:iembre|embre)?|stycznia|lutego|marca|kwietnia|czerwca|lipca|sierpnia|wrze[śs]nia|pa[źz]dziernika|listopada|grudnia|gennaio|enero|janeiro|junio'
const DAY = '(?:0?[1-9]|[12][0-9]|3[01])(?:st|nd|rd|th|\\.|er|º|°)?'
const YEAR = "(?:(?:18|19|20)[0-9]{2}|'?[0-9]{2})"
const NUMERIC =
  '(?:(?:18|19|20)[0-9]{2}(?:[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12][0-9]|3[01])|(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01]))|(?:(?:0?[1-9]|[12][0-9]|3[01]) ?[-/.] ?(?:0?[1-9]|1[0-2])|(?:0?[1-9]|1[0-2])[-/](?:1[3-9]|2[0-9]|3[01])) ?[-/.] ?(?:(?:18|19|20)[0-9]{2}|[0-9]{2}))'
const ROMAN = '(?:XI{0,2}|I{1,3}|IV|VI{0,3}|IX)'
const NAMED = `(?:[0-9]{1,2}(?:${MONTHS})(?:(?:19|20)[0-9]{2}|[0-9]{2}(?![0-9]))|${DAY}[-./ ]${ROMAN}[-./ ](?:18|19|20)[0-9]{2}|${DAY} ?(?:of |de |do )?[ -/]?(?:${MONTHS})\\.?(?: ?/ ?(?:${MONTHS}))?(?:,? (?:de |del |of )?|[-/ ])${YEAR}|(?:${MONTHS})\\.? ${DAY},? ${YEAR}|(?:${MONTHS})\\.? ${DAY}|${DAY} (?:of |de )?(?:${MONTHS})(?![a-z]))`
/** A day, in digits or with the name of its month. */
export const DATE_FORM = `(?:${NAMED}|${NUMERIC})`
const DATE = indexed(
  new RegExp(
    `(?<![0-9A-Za-z/.](?<!dob)|[0-9]-)${DATE_FORM}(?: r\\.| roku(?![a-z]))?(?:T[0-9]{2}:[0-9]{2}[0-9:.]{0,10}(?:Z|[+-][0-9:]{5})?)?(?![0-9A-Za-z]|[-/][0-9])`,
    'gi',
  ),
)

const BIRTH =
  /(?:\bborn\b|\bb['’-]?day\b|\bd\/b\b|\bd\.n\.|birth(?:day|date|[ _-]?of)?|\bd\.? ?o\.? ?b\b\.?|geboren|\bgeb\b|geburts(?:datum|tag)|\bcompleanno\b|\banniversaire (?:le|de)\b|cumplea[ñn]os|verjaardag|\banivers[áa]rio\b|n[ée]e?s? (?:le|el)\b|(?<!\p{L})(?:n[ée]e?\(e?s?\)|née?s?)(?!\p{L})|\bnaci[óo](?!\p{L})|\bnac[íi] (?:el|en)\b|\bnasce(?:u|ram)?\b|\bnasci\b|\bcumple\b|\b(?:turn(?:s|ed|ing)|(?:will|.ll) be) [0-9]{1,3}(?: years?)?(?: old)?(?: on)?|\bf\/n\b|\bf\.n\.|\bfn:|dob["'\u201d]|(?<!\p{L})n\. (?:a|in) (?=\p{Lu})|\bn[ée]{1,2}\(?e?\)? (?:\p{Lu}[\p{L} '’-]{1,30}, )?le|naissance|nacid[oa]|nacimiento|\bnat[oa]\b|nascita|nascid[oa]|nascimento|geboorte(?:datum)?|urodz|\bur\.|\bddn\b|\bnasc\b|f[øo]dsels|f[öo]dd\b|f[øo]dt\b|syntym|naroz|szület|doğum|рожд|\bf\. ?nac\.|\bd\.? ?n\.?:|(?<![\p{L}\p{N}])(?:nac\.|b\. ?$)|(?<=[,(;] ?)b ?$|[,(] ?\*|(?<=[\s,(])°)[^0-9\n]{0,32}$|(?:^|[\s;])\*$/iu
/** Behind the date: `12.03.1980 in Kiel geboren`, `is my birthday`; not the label of another one. */
const BORN_AFTER =
  /^(?:[ ,]{0,2}\(?(?:\bdob\b|date of birth|d\.o\.b)(?![.:]{0,2} ?[0-9])| (?:in \p{L}{2,20} )?(?:geboren|gebor(?:en)?|ur\.|urodz)|,? (?:(?:is|was|ist|war|est|c.est|es|è|to|é) )?(?:(?:my|his|her|their|mein|sein|ihr|ma|sa|mi|su|il mio|la mia|mijn|zijn|haar|moja|jego|jej|meu|minha|seu|sua|dela|dele|the|das|la|le|il|el|o|a|de) )(?:dob\b|d\.o\.b|date of birth|birth ?da|geburts(?:datum|tag)|date de naissance|anniversaire|cumplea|fecha de nac|compleanno|data di nascita|verjaardag|geboortedat|data urodz|urodziny|anivers[áa]rio|data de nasc))/iu
/** Between two births: `nées les 13 août 1977 et 2 février 1979`. */
const AND_BIRTH = /^ (?:and|und|et|y|e|en|i|oraz|&) (?:the |le |el |il |am |den )?$/
/** Three short numbers with dots are as often a version. */
const VERSION = /^\d{1,2}\.\d{1,2}\.\d{2}$/
const BEFORE = 64
const BIRTH_ASKED =
  /(?:date of birth|birth ?date|birthday|\bdob\b|d\.o\.b\.|geburtsdatum|date de naissance|fecha de nacimiento|data di nascita|geboortedatum|dat[aęy] urodzenia|data de nascimento)[^\n]{0,60}\n[^\n]{0,48}$/i
const ASKED_BEFORE = 140
const TUPLE = /(?:\bvalues\b[^;]*|\n[ \t]{0,8})\([^()\n]{1,200}'$/i
const TUPLE_BEFORE = 240
/** A name and a date in brackets: `Ann Lee (12.03.1980)`. */
const AFTER_NAME =
  /(\p{Lu}\p{Ll}[\p{L}\p{M}'’-]{0,24}) (?:(?:van|von|de|der|den|da|di|del|la|dos|el|al|bin|ter|ten) ){0,3}(\p{Lu}\p{Ll}[\p{L}\p{M}'’-]{1,24}) \($/u
/** Digits alone, as machines read and write them: `DOB: 890517`. */
const BARE_BIRTH = indexed(
  /(?<![a-z])(?:dob|d\.o\.b\.?|birth ?date|date of birth|bday|geburtsdatum|geb\.|date de naissance|fecha de nacimiento|data di nascita|data urodzenia|geboortedatum|data de nascimento)[^0-9\n]{0,12}?((?:[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])|(?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-2])(?:(?:19|20)[0-9]{2}|[0-9]{2}))|--[0-9]{2}-?[0-9]{2})(?![0-9-])/gi,
)
/** The day in the papers of East Asia, behind the word for it. */
const EAST_ASIAN_BIRTH = indexed(
  /(?:出生(?:日期)?|生年月日|생년월일)[:： \t]{0,3}((?:18|19|20)[0-9]{2}[年년./-] ?[0-9]{1,2}[月월./-] ?[0-9]{1,2}[日일]?)/g,
)
/** Portuguese for it in letters, in capitals alone: `DN 19-03-1964`. */
const BIRTH_LETTERS = /(?<![\p{L}\p{N}])DN:? $/u
/** A bound of a rule or a query: `CHECK (date_of_birth > DATE '1900-01-01')`. */
const COMPARED = /(?:[<>]=?|(?<![a-z])between) ?(?:date ?)?['"]?$/i
const SHORT_YEAR = /^[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2}$/
/** How old somebody is, right before the birth. */
const AGE =
  /(?:\b[Aa]ge[d:]? ?[0-9]{1,3}|(?<![0-9.,/])[0-9]{1,3} ?(?:y\.?\/?o\.?|yrs?|years?(?: old)?|ans|anni|años|lat|jaar|jahre|anos|[MFWVK])),?[ \t]{0,2}[(,;|]?[ \t]{0,2}$/u
/** Born so long ago that the day is hardly another one. */
const LONG_AGO = /(?:^|[^0-9])(?:19[0-9]{2}|200[0-9])(?![0-9])/

/** Dates; those that the text calls a birth are dates of birth. */
export const date: Recogniser = {
  name: 'date',
  entityTypes: ['DATE_OF_BIRTH', 'DATE_TIME'],
  find(text) {
    const found: Candidate[] = []
    let born = -1
    for (const match of DATE.matchesIn(text)) {
      const start = match.index
      const end = start + match[0].length
      const isBirth =
        (born >= 0 && AND_BIRTH.test(text.slice(born, start))) ||
        isBirthBefore(text, start) ||
        isBirthAsked(text, start, end) ||
        BORN_AFTER.test(text.slice(end, end + 24)) ||
        isAfterName(text, start, end) ||
        isAfterAge(text, start, end) ||
        isInTuple(text, start, end)
      if (isBirth) born = end
      if (!isBirth && VERSION.test(match[0])) continue
      const entityType = isBirth ? 'DATE_OF_BIRTH' : 'DATE_TIME'
      found.push({ entityType, start, end, score: isBirth ? 0.9 : 0.6, evidence: isBirth ? 'context' : 'format' })
    }
    for (const pattern of [BARE_BIRTH, EAST_ASIAN_BIRTH])
      for (const { start, end } of pattern.valuesIn(text))
        found.push({ entityType: 'DATE_OF_BIRTH', start, end, score: 0.8, evidence: 'context' })
    return found
  },
}

function isBirthBefore(text: string, start: number): boolean {
  const before = text.slice(Math.max(0, start - BEFORE), start)
  if (COMPARED.test(before)) return false
  if (BIRTH_LETTERS.test(before)) return true
  if (BIRTH.test(before) && !/\),? $/.test(before)) return true
  // In a form the label stands on the line above, or one cell before.
  return /(?:birth(?: ?date|day)?|\bdob|d\.o\.b\.?|geb\.?|geburts(?:datum|tag)|urodzenia|naissance|nacimiento|nascita|nascimento|nasc\.?|nac\.?|geboortedatum)[ :*|)]{0,6}\n[^\n0-9]{0,12}$/i.test(
    before,
  )
}

/** In a chat the answer stands on the line after the question. */
function isBirthAsked(text: string, start: number, end: number): boolean {
  const date = text.slice(start, end)
  return (
    BIRTH_ASKED.test(text.slice(Math.max(0, start - ASKED_BEFORE), start)) &&
    (LONG_AGO.test(date) || SHORT_YEAR.test(date))
  )
}

/** A value of its own in a row of SQL that is so old: `VALUES (88, 'Ann Lee', '1977-02-14', …)`. */
function isInTuple(text: string, start: number, end: number): boolean {
  if (text[start - 1] !== "'" || text[end] !== "'" || !LONG_AGO.test(text.slice(start, end))) return false
  return TUPLE.test(text.slice(Math.max(0, start - TUPLE_BEFORE), start))
}

/** `34F, 12 May 1991` */
function isAfterAge(text: string, start: number, end: number): boolean {
  return LONG_AGO.test(text.slice(start, end)) && AGE.test(text.slice(Math.max(0, start - 24), start))
}

function isAfterName(text: string, start: number, end: number): boolean {
  if (text[end] !== ')' || !LONG_AGO.test(text.slice(start, end))) return false
  const name = AFTER_NAME.exec(text.slice(Math.max(0, start - BEFORE), start))
  return name !== null && (isListedName(name[1] ?? '') || isListedName(name[2] ?? ''))
}
