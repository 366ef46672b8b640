import { isListedName, isWordToo } from './list-names.ts'
import { capitals, matchesAt } from './names/capitals.ts'
import type { NameSpan } from './names/decode-spans.ts'
import { isNoName } from './no-names.ts'
import { EPONYMS } from './other-names.ts'
import { valueAtEnd } from './patterns/value-at-end.ts'
import { isTownName } from './persons/towns.ts'

const NAME =
  "\\p{Lu}[\\p{L}\\p{M}'’-]{1,24}(?: (?:(?:de|van|von|der|den|la|del|da|di) ){0,2}\\p{Lu}[\\p{L}\\p{M}'’.-]{0,24}){0,3}"

/** With a nickname in it: `Dave "Sparky" Hollis`. */
const NICKNAMED =
  /(?<![\p{L}\p{N}])\p{Lu}[\p{L}'’-]{1,20} (?:["“'‘(«][\p{L} '’-]{2,24}["”'’)»]) (?:(?:da|de|di|van|von|dos) )?\p{Lu}[\p{L}'’-]{1,24}(?![\p{L}\p{N}])/gu
/** In calendars, certificates and directories: `CN=Hedda Lund`. */
const COMMON_NAME =
  /(?<=(?<![\p{L}\p{N}])CN=["']?)\p{Lu}[\p{L}\p{M}'’.-]{1,24}(?: [\p{L}\p{M}'’.-]{1,24}){1,3}(?=[,;:/"'\n]|\s*$)/gu
/** A card's `N:Lund;Hedda;;;` (RFC 6350). */
const CARD_NAME = /(?<=(?:^|\n)N(?:;[A-Z]+=[^:\n]{1,24})?:)\p{L}[^;\n]{0,40};\p{L}[^;\n]{0,40}/gu
/** Machines that are called after their owner: `Beatrizs-iPhone`, `Anna's MacBook`. */
const OWNED =
  /(?<![\p{L}\p{N}])\p{Lu}\p{Ll}{2,20}(?=(?:['’]?s)?[- ](?:iPhone|iPad|MacBook|Mac|AirPods|Galaxy|Pixel|Laptop|PC|Watch|Desktop)(?![\p{L}]))/gu
/** The name behind the account of a payment (SWIFT MT103, fields 50 and 59). */
const PARTY = /(?<=(?:^|\n):5[09][AFK]?:(?:\/[^\n]{1,40}\n)?)\p{Lu}[\p{L} .'’-]{3,34}(?=\r?\n)/gu
/** As bookings write passengers: `LUND/HEDDA MRS`. */
const PASSENGER =
  /(?<![\p{L}\p{N}/])\p{Lu}{2,24}\/\p{Lu}{2,24}(?: \p{Lu}{2,24})?(?= ?(?:MR|MRS|MS|MISS|MSTR|CHD|INF|DR)(?!\p{L}))/gu

/** Whose goods were taken over, and who pays or is paid in a list of bookings: an initial and a surname in capitals. */
const SHOUTED_INITIAL =
  /(?<=(?<!\p{L})(?:[Ss]igned(?: for)?(?: by)?:?|SIGNED BY:?|FPO|FPI|FPS|BGC|STO|TFR)[ \t]{1,4}["“]?)(?!I )\p{Lu} \p{Lu}[\p{Lu}'’-]{3,24}(?! (?:LTD|PLC|LLP)(?!\p{L}))(?![\p{L}\p{N}])/gu
/** Whose number or mailbox it is: `Zzyxa's mobile 027 …`. */
const OWN_NUMBER =
  /(?<![\p{L}\p{N}'’-])\p{Lu}\p{Ll}[\p{L}\p{M}-]{1,20}(?=['’]s (?:(?:own|new|old|home|work|mobile|cell|direct|personal) ){0,2}(?:mobile|cell|phone|tel|number|line|extension|email|e-mail|NHI|passport)(?: (?:number|no\.?|address))?(?: is|:)? ?[+(0-9])/gu

/** Mr and Mrs as Poles shorten and inflect it. */
const POLISH_TITLED =
  /(?<=(?<![\p{L}\p{N}.])(?:[Pp]{1,2}\.|[Kk]s\.|[Pp]ani|[Pp]anią|[Pp]an(?:a|u|em)) )\p{Lu}\p{Ll}[\p{L}\p{M}-]{1,24}(?: \p{Lu}\p{Ll}[\p{L}\p{M}-]{1,24})?(?!\p{L})/gu

/** Without two letters by themselves, one behind the other, nothing is spelled. */
const LONE_LETTERS = /(?:^|[^\p{L}\p{N}])\p{L}[ -]{1,3}\p{L}[ -]/u
/** Letter by letter: `P-R-O-W-S-E`, `d e s h a w n`, also of several words with wider gaps. */
const SPELLED =
  /(?<![\p{L}\p{N}][ -]?)\p{L}(?:-\p{L}){3,20}(?![\p{L}\p{N}-])|(?<![\p{L}\p{N}]|(?<![\p{L}\p{N}])\p{L} )\p{L}(?: \p{L}){3,20}(?: {2,3}\p{L}(?: \p{L}){2,20}){0,2}(?! \p{L}(?!\p{L})|[\p{L}\p{N}])/gu
/** The same with dots or underscores: `D.e.s.h.a.w.n Z.z.y.x`. */
const DOTTED =
  /(?<![\p{L}\p{N}._-])\p{L}([._])\p{L}(?:\1\p{L}){2,20}(?: \p{L}(?:\1\p{L}){2,20}){0,2}(?![\p{L}\p{N}_]|[._-][\p{L}\p{N}])/gu
/** What says that letters are a name's. */
const SPELLS =
  /(?:name|nom|naam|nombre|nome|nazwisko|spell(?:ed|t|ing)?|buchstabiert|that['’]?s|it['’]?s|its|ask for|this is|i am|i['’]m|mr|mrs|ms|frau|herr)[:,. ]{1,3}$/iu
/** Right before when somebody was born: `TOKTOGULOV BAKYT, born 9 February`. */
const BORN =
  /(?<![\p{L}\p{N}])\p{Lu}[\p{L}\p{M}'’-]{1,24}(?: \p{Lu}[\p{L}\p{M}'’.-]{0,24}){1,4}(?=,? (?:\(?born|\(?geb\.|geboren|née? le|nat[oa] (?:il|a)|nacid[oa]|ur\. |urodzon|nascid[oa]|\(?b\. ?[0-9]|DOB)(?!\p{L}))/gu
/** Whose name stands at a door. */
const BELL =
  /(?<=(?<!\p{L})(?:interphone|sonnette|[Kk]lingel(?:n)?(?: bei)?|citofono|campanello|telefonillo|timbre|bel(?:len)?(?: bij)?|domofon|campainha|door ?bell|buzzer|bell|c\/o)(?: reads| says| marked)?:? [«"“„'‘]? ?)\p{Lu}[\p{L}\p{M}'’-]{1,24}(?: \p{Lu}[\p{L}\p{M}'’-]{0,24}){0,2}/gu
/** The name in the papers of East Asia. */
const EAST_ASIAN =
  /(?<=(?:姓名|氏名|名前|성명|이름)[:： \t]{0,3})(?:\p{Script=Han}{2,4}|\p{Script=Hangul}{2,4}|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]{2,8})(?![\p{Script=Han}\p{Script=Hangul}\p{Script=Katakana}])/gu
/** Those who belong together: `the Rosenthal-Ibáñez family`, `the Applewhite kids`. */
const TOGETHER =
  /(?<=(?<!\p{L})[Tt]he )\p{Lu}\p{Ll}[\p{L}'’-]{1,24}(?= (?:family|kids|household|couple|twins|siblings)(?!\p{L}))/gu
/** All of a family: `the Abernathys`. */
const FAMILY = /(?<=(?<!\p{L})[Tt]he )\p{Lu}\p{Ll}[\p{L}'’-]{2,20}s(?! \p{L}|['’-])(?![\p{L}\p{N}])/gu

/** `M.`, `Fr.`, `Mag.` and `Me` stand before other things as well: degrees, times of Fridays, and what illnesses are called after. */
const SHORT_TITLE = new RegExp(
  `(?<=(?<![\\p{L}\\p{N}.&]|\\p{Lu} )(?:M\\.|(?:[Pp]ar|[Aa]vec|[Cc]hez|[Dd]e|[Àà]|et) Me|Me\\.|Fr\\.|Mag\\.|Dipl\\.-Ing\\.) )(?=\\p{L}[\\p{L}'’]{2})(?!(?:Eng|Phil|Pharm|Theol|Vormittag|Nachmittag|Mittag|Abend|Früh|Ruhetag|Feiertag|Samstag|Jan|Feb|Okt|Dez|Sept?|${EPONYMS})(?!\\p{L}))(${NAME})`,
  'uy',
)

/** What stands before or after a name and nothing else. The group is the name. */
const CUES: readonly RegExp[] = [
  SHORT_TITLE,
  new RegExp(
    `(?<=(?:^|\\n|[.!?>:] )(?:Hi|Hello|Hey|Hoi|Hallo|Hola|Ciao|Ol[áa]|Cześć|Bonjour|Salut|Liebe[r]?|Dear|Beste|Car[oa]|Querid[oa]) )(${NAME})(?=[,!]|\\s*\\n)`,
    'uy',
  ),
  new RegExp(
    `(?<=(?:^|[.!?\\n] ?))(${NAME})(?= (?:lives (?:at|on|in)|was born|is married|is divorced|is from|wohnt|habite|vive en|abita|woont|mieszka|mora)(?!\\p{L}))`,
    'uy',
  ),
  /(?<=(?:^|\n[ \t>]{0,4}\n)[ \t>]{0,4})(\p{Lu}\p{Ll}[\p{L}\p{M}-]{1,18})(?=,[ \t]{0,4}\r?\n[ \t>]{0,4}(?:\r?\n[ \t>]{0,4})?\p{L})/uy,
  new RegExp(
    `(?<=(?:^|\\n)[ \\t]{0,4})(${NAME})(?=, (?:can|could|would|will|please|pls|I|thanks|thank|are you|do you|how|what|when)(?![\\p{L}]))`,
    'uy',
  ),
  new RegExp(
    `(?<=(?<![\\p{L}])(?:[Mm]y name is|[Mm]y name's|[Mm]ein Name ist|[Ii]ch hei(?:ß|ss)e|[Jj]e m'appelle|[Mm]e llamo|[Mm]i chiamo|[Ii]k heet|[Nn]azywam się|[Mm]eu nome é|named (?:him|her|them|after)|[Ww]hat['’]s your name\\?|[Yy]our (?:full )?name\\?|[Mm]aiden name (?:is|was)|[Nn][ée]e|geborene|also known as|a\\.?k\\.?a\\.?|[Ss]igned by|[Dd]ear (?:Mr|Mrs|Ms|Dr|Prof)\\.?|(?<![\\p{L}])(?:Mr|Mrs|Ms|Miss|Mx|Dr|Dra|Prof|Herrn?|Frau|Hr|[Mm]onsieur|[Mm]adame|Mme|Mlle|[Mm]aître|[Ss]eñor(?:a|ita)?|[Ss]enhora?|Sra?|Sr\\.ª|Srta|Dña|D\\.ª|[Dd]oña|don|Dr\\.ª|Prof\\.ª|OÄ|[Ss]ignor(?:a|ina)?|Sig|Sig\\.ra|Dott|Dott\\.ssa|Avv|Rag|[Gg]eom|[Ii]ng\\.|Eng\\.|Lic\\.|Licda|Arq|Mtr[oa]|Enf\\.|lek\\.|Smt|Shri|Insp|Cpl|Sgto|Cllr|Pan|Pani|[Mm]evrouw|[Mm]eneer|[Mm]evr|[Dd]hr|[Mm]w|[Dd]e heer|Councillor|Cllr|Sgt|Sergeant|SERGEANT|Constable|Inspector|Superintendent|Corporal|Lieutenant|Colonel|[Cc]omm\\.|[Ee]nf\\.[ºª]|[Cc]onsejer[oa]|[Tt]eamleider|[Tt]eamleiter(?:in)?|Capt)\\.?) )(${NAME})`,
    'uy',
  ),
  new RegExp(
    `(?<=(?:^|\\n)[ \\t>]{0,4}(?:[Bb]est(?: regards| wishes)?|[Kk]ind regards|[Rr]egards|[Cc]heers|[Tt]a|[Tt]hx|[Tt]ks|[Ll]ove|[Ww]armly|[Bb]eijinhos|[Bb]eijos|[Bb]esos|[Bb]isous|[Bb]aci|[Tt]hanks|[Tt]hank you|[Ss]incerely|[Yy]ours(?: \\p{L}+)?|[Mm]it freundlichen Grüßen|[Vv]iele Grüße|MfG|LG|[Cc]ordialement|[Ss]aludos|[Cc]ordiali saluti|[Pp]ozdrawiam|[Mm]et vriendelijke groet(?:en)?|[Hh]oogachtend|[Gg]roet(?:jes|en)?|[Oo]brigad[oa]|[Aa]tenciosamente|[Aa]braços?|[Aa]tentamente|[Uu]n saludo|[Dd]istinti saluti|[Gg]razie|[Bb]ien à vous|[Aa]mitiés|[Bb]ises|[Zz] poważaniem|[Dd]ziękuję|[Mm]any thanks|[Bb]?[Rr]gds|BR|KR|VG),?[ \\t]{0,3}\\n{1,2}[ \\t>]{0,4})(${NAME})(?=[ \\t]{0,4}(?:, \\p{Lu}[\\p{L}. ]{1,12})?(?:\\n|$))`,
    'uy',
  ),
  new RegExp(
    `(?<=(?:^|\\n|[|;,{] ?|")(?:full |first |last |sur|given |family |middle |contact |patient |customer |client |employee |account holder |maiden )?(?:[Nn]ame|NAME|[Vv]orname|[Nn]achname|[Nn]om|[Pp]rénom|[Nn]ombre|[Nn]azwisko(?: i imię)?|[Ii]mię(?: i nazwisko)?|[Nn]aam|[Aa]ttn|[Pp]atient|[Cc]ontact|[Mm]anager|[Ee]mployee|[Cc]ustomer)"?[ \\t]?[:=|][ \\t"]{0,3})(${NAME})(?=[",;|\\n]|[ \\t]*$)`,
    'muy',
  ),
]

/** Names that the words around them give away: salutations, signatures, forms. Linear. */
export function namesByCue(text: string): NameSpan[] {
  const starts = capitals(text)
  return CUES.flatMap((cue) =>
    matchesAt(text, cue, starts).map((match) => {
      const { start, end } = valueAtEnd(match)
      return { start, end, entityType: 'PERSON' as const, score: 0.6 }
    }),
  )
}

/** Letters that follow one another, or one again and again, as in `a b c d` and `x x x x`. */
function isAlphabet(letters: string): boolean {
  return /^(.)\1+$/.test(letters) || 'abcdefghijklmnopqrstuvwxyz'.includes(letters.toLowerCase())
}

/** Names that are written as nothing else is. */
export function writtenNames(text: string): NameSpan[] {
  const found: NameSpan[] = []
  const add = (pattern: RegExp, isMeant: (name: string) => boolean): void => {
    for (const { index, 0: name } of text.matchAll(pattern)) {
      if (isMeant(name)) found.push({ start: index, end: index + name.length, entityType: 'PERSON', score: 0.7 })
    }
  }
  const isListed = (name: string) => name.split(/[^\p{L}\p{M}'’-]+/u).some(isListedName)
  if (/["“'‘(«]/.test(text)) add(NICKNAMED, isListed)
  let words: ReadonlySet<string> | null = null
  // Of the whole text, so they are read once, and only where letters ask.
  const isWritten = (word: string): boolean => {
    words ??= new Set(text.toLowerCase().match(/\p{L}{3,}/gu))
    return words.has(word)
  }
  const dotted = /\p{L}([._])\p{L}\1\p{L}\1\p{L}/u.test(text) ? [...text.matchAll(DOTTED)] : []
  const spelled = LONE_LETTERS.test(text) ? text.matchAll(SPELLED) : []
  for (const { index, 0: letters } of [...spelled, ...dotted]) {
    const joined = letters.replace(/[ ._-]/g, '').toLowerCase()
    const isMeant =
      SPELLS.test(text.slice(Math.max(0, index - 16), index)) ||
      / {2}/.test(letters) ||
      isListedName(letters.split(' ')[0]?.replace(/[._-]/g, '') ?? '') ||
      isListedName(joined) ||
      isWritten(joined)
    if (isMeant && !isAlphabet(joined))
      found.push({ start: index, end: index + letters.length, entityType: 'PERSON', score: 0.6 })
  }
  if (/bor|geb|n[ée]|nat|nac|ur\.|uro|nasc|DOB|b\./.test(text)) add(BORN, (name) => !name.split(' ').some(isNoName))
  if (/[Ii]nterph|[Ss]onn|[Kk]ling|[Cc]it|[Cc]amp|[Tt]imbre|[Tt]elef|bel|domof|buzz|c\/o/.test(text))
    add(BELL, (name) => !isNoName(name))
  if (/[Tt]he \p{Lu}/u.test(text)) {
    add(FAMILY, (name) => isListedName(name.slice(0, -1)) && !isWordToo(name.slice(0, -1).toLowerCase()))
    add(TOGETHER, (name) => isListed(name) || /\p{Ll}-\p{Lu}/u.test(name))
  }
  if (/[姓氏名성이]/.test(text)) add(EAST_ASIAN, () => true)
  if (/[Ss]igned|SIGNED|FP[OIS]|BGC|STO|TFR/.test(text)) add(SHOUTED_INITIAL, () => true)
  if (/[ąćęłńśźż]/.test(text)) add(POLISH_TITLED, (name) => !name.split(' ').some(isNoName))
  if (/['’]s /.test(text)) add(OWN_NUMBER, (name) => !isNoName(name) && !isTownName(name))
  if (text.includes('CN=')) add(COMMON_NAME, () => true)
  if (text.includes('BEGIN:VCARD')) add(CARD_NAME, () => true)
  if (text.includes('/')) add(PASSENGER, () => true)
  if (/iP|Mac|Gal|Pix|Lap|PC|Watch|Desk|Air/.test(text))
    add(OWNED, (name) => isListed(name) || isListed(name.replace(/s$/, '')))
  if (/(?:^|\n):5[09]/.test(text)) add(PARTY, () => true)
  return found
}
