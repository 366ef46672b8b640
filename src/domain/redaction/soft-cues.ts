import type { NameSpan } from './names/decode-spans.ts'
import { isNoName } from './no-names.ts'

const WORD = "\\p{Lu}\\p{Ll}[\\p{L}\\p{M}'’-]{0,22}"
const SHORT = `${WORD}(?: (?:(?:de|van|von|der|la) ){0,2}${WORD})?`

const KIN =
  'wife|husband|spouse|partner|son|daughter|mother|father|mum|mom|dad|brother|sister|grandson|granddaughter|grandmother|grandfather|aunt|uncle|cousin|nephew|niece|boss|manager|supervisor|colleague|co-?worker|friend|neighbou?r|roommate|flatmate|intern|assistant|fianc[ée]e?|boyfriend|girlfriend|landlord|landlady|nanny|therapist|solicitor|GP'
const KIN_ELSEWHERE =
  '(?:mein|dein|unser|sein|ihr)e?[rnms]? (?:Mann|Frau|Sohn|Tochter|Mutter|Vater|Bruder|Schwester|Chefin|Chef|Kollegin|Kolleg(?:en|e)|Freundin|Freund|Nachbarin|Nachbarn?|Vermieter(?:in)?|Oma|Opa)|(?:mon|ma|son|sa|notre|votre) (?:mari|femme|fils|fille|mère|père|frère|s(?:œ|oe)ur|chef(?:fe)?|patronn?e?|collègue|amie?|voisine?|compagne|compagnon)|(?:mi|su|nuestr[oa]) (?:marido|esposa|esposo|mujer|hij[oa]|madre|padre|herman[oa]|jef[ea]|compañer[oa]|amig[oa]|vecin[oa]|novi[oa])|(?:mio|mia|suo|sua|nostro|nostra) (?:marito|moglie|figli[oa]|madre|padre|fratello|sorella|capo|colleg[ah]?|amic[oa]|vicin[oa])|(?:mijn|zijn|haar|onze) (?:man|vrouw|zoon|dochter|moeder|vader|broer|zus|baas|collega|vriend(?:in)?|buurman|buurvrouw)|(?:mój|moja|mojego|mojej|moją|moim|jego|jej|nasz[ae]?) (?:mąż|męża|żon[ayąę]|syn(?:a|em)?|córk[aięą]|matk[aięą]|ojc(?:iec|a)|brat(?:a)?|siostr[ayęą]|szef(?:owa|a)?|koleg[aię]|koleżank[aięą])|(?:meu|minha|seu|sua|nosso|nossa) (?:marido|esposa|mulher|filh[oa]|mãe|pai|irmã|irmão|chefe|colega|amig[oa]|vizinh[oa])'
/** `my sister Grace` */
const RELATIVE = new RegExp(
  `\\b(?:(?:[Mm]y|[Hh]is|[Hh]er|[Tt]heir|[Oo]ur|[Yy]our) (?:late |ex-|older |younger |elder |new |former )?(?:${KIN})|${KIN_ELSEWHERE}),? \\(?`,
  'g',
)
/** What somebody is, between commas: `Der Bruder, Dariusch, in Wien`. */
const RELATIVE_COMMA =
  /(?<!\p{L})(?:[Bb]ruder|[Ss]chwester|[Ss]ohn|[Tt]ochter|[Mm]utter|[Vv]ater|[Ee]hefrau|[Ee]hemann|frère|sœur|fils|fille|mari|épouse|hermano|hermana|hijo|hija|esposa|marido|fratello|sorella|figlio|figlia|moglie|marito|broer|zus|zoon|dochter|[Ss]yn(?:owi)?|[Cc]órk[aęi]|[Cc]órce|[Bb]ratu?|[Ss]iostr[aęy]|[Żż]on[aęy]|[Mm]ąż|[Mm]ężowi|irmão|irmã|filho|filha|brother|sister|son|daughter|wife|husband), (?=\p{Lu}\p{Ll}+(?: \p{Lu}\p{Ll}+)?,)/gu
/** `Grace (her boss)`, whatever the letters. */
const EXPLAINED = new RegExp(
  `(?<![\\p{L}\\p{N}'’-])(?:${SHORT}|\\p{Ll}[\\p{Ll}'’-]{1,20})(?= \\((?:my|his|her|their|our|your) (?:(?:late|ex|older|younger|new|former|old) )?(?:${KIN})(?![\\p{L}]))`,
  'gu',
)
/** `ask Grace whether` */
const ASKED =
  /\b(?:[Aa]sk|[Tt]ell|[Pp]ing|[Ii]nvite|[Rr]emind|[Tt]hank|[Nn]otify|[Tt]ext|[Cc]onvince|[Cc]ongratulate|[Aa]sked|[Tt]old|[Ff]rag(?:e|t|en)?|[Ss]ag(?:e|t)?|[Dd]emande à|[Dd]is à|[Dd]ile a|[Pp]regunta a|[Cc]hiedi a|[Vv]raag|[Vv]ragen of|[Zz]apytaj|[Pp]ergunte (?:a|ao|à)|[Dd]iga (?:a|ao|à)) /g
const AFTER_ASKED =
  /^(?: (?:whether|if|that|to|about|for|when|why|how|first|again|today|tomorrow|please|not|and I|ob|dass|wann|si|que|se|of|dat|czy|że)(?!\p{L})|[,.!?"]|\s*(?:\n|$))/u
/** `account holder: Grace`, `t.n.v. H.J. Brandsma` */
const PAYEE =
  /(?:\bt\.?\s?n\.?\s?v\.?|\bt\.a\.v\.|\bz\. ?Hd\.?|\bc\/o|\bFAO|\b[Aa]ttn[.:]?|\bl['’]attention de|\ball['’]attenzione di|\ba la atención de|\bter attentie van|\bdo rąk|\baos cuidados de|\b(?:[Bb]eneficiary|[Cc]ardholder|[Aa]ccount holder|[Pp]ayee)(?: is|:)?|\b[Kk]ontoinhaber(?:in)?(?: ist|:)?|\b[Tt]itulaire(?: du compte)?(?: :|:)?|\b[Tt]itular(?: de la cuenta| da conta)?:?|\b[Ii]ntestat(?:o|ario|aria)(?: a|:)?|\ba favore di|\ba favor de|\b[Ff]avorecido:?|\b[Oo]dbiorca:?) (?:(?:Mr|Mrs|Ms|Dr|Herrn?|Frau|M|Mme|Sr|Sra|Sig|dhr|mevr)\.? )?/g
const NAME_HERE = new RegExp(SHORT, 'uy')
const PAYEE_HERE = new RegExp(`(?:\\p{Lu}\\.[ ]?){0,3}${SHORT}`, 'uy')

/** `Grace told me` */
const SAID =
  / (?:and I\b|(?:told|called|asked|emailed|e-mailed|texted|phoned|sent|wrote to|reminded|promised|owes|hired|fired|met|married) (?:me|him|her|us|them)\b|said (?:we|she|he|I|that|it|to|yes|no)\b|(?:thinks|insists|complained|resigned|retires|moved in)\b|got (?:sick|ill|married|divorced)\b|is (?:on (?:\w+ )?leave|out sick|ooo|sick|pregnant|retiring|resigning|leaving (?:us|the company|in))\b|will (?:join|call|replace|cover for|take over|go instead)\b|has (?:resigned|agreed to)\b|hat (?:gesagt|gekündigt|angerufen)\b|ist (?:krank|im Urlaub)\b|a dit\b|est (?:malade|en congé)|dijo\b|está (?:enferm[oa]|de baja)\b|ha detto\b|è (?:malat[oa]|in ferie)\b|is ziek\b|zei dat\b|powiedział|jest chor[ya]\b|disse\b)/g
const BEFORE_SAID = new RegExp(`(?:^|[\\n(]|[.!?:;,] |\\band )[ \\t]{0,2}(${SHORT})$`, 'u')
/** `Grace Hill, 34,`, `Grace Hill (6 years` */
const OF_AGE =
  /(?:, (?:aged? )?| \(| aged? )(?:[1-9][0-9](?=[,)\n]|$)|[0-9]{1,2} (?:years|Jahre|ans|años|anni|jaar|lat|anos)\b|[MB]Sc\b|PhD\b|MBA\b)/g
const BEFORE_AGE = new RegExp(`(?:^|\\n|[.;] |[0-9][.)] )[ \\t*-]{0,4}(${WORD}(?: ${WORD}){1,2})$`, 'u')
/** UTF-16 units before a cue in which a name stands. */
const BEFORE = 80

/** A name after the word for one, as chats write it: `my surname is disanto`. */
const STATED =
  /(?<=\b(?:(?:sur|last|first|family|given|maiden|middle) ?name(?: is|['’]s|:)|nachname ist|vorname ist|(?:mon|le) (?:pr[ée])?nom (?:de famille )?est|mi apellido es|(?:il mio )?cognome è|achternaam is|(?:moje )?nazwisko to|meu sobrenome é) )(\p{L}[\p{L}\p{M}'’-]{1,24})(?!\p{L})/giu
const NO_STATED =
  /^(?:the|a|an|not|missing|wrong|required|empty|optional|null|misspelled|incorrect|too|spelled|in|on|as|at|same|my|his|her|and|or|ein|eine|falsch|nicht|le|la|un|une|el|no|non|il|het|niet|é|o)$/i
/** `TODO(annlee): …` */
const TODO = /(?<=\b(?:TODO|FIXME|XXX|HACK|NOTE)\()([A-Za-z][a-z0-9._-]{2,30})(?=\))/g

/**
 * Names by words around them that other things with a capital have too, so that no word of theirs may be such a thing; a
 * stated surname; the owner of a task in code. Linear.
 */
export function namesBySoftCue(text: string): NameSpan[] {
  const found: NameSpan[] = []
  const add = (start: number, end: number): void => {
    found.push({ start, end, entityType: 'PERSON', score: 0.6 })
  }
  const addName = (start: number, name: string): void => {
    if (!name.split(' ').some(isNoName)) add(start, start + name.length)
  }
  const addAfter = (cue: RegExp, name: RegExp, isMeant: (after: string) => boolean): void => {
    for (const match of text.matchAll(cue)) {
      name.lastIndex = match.index + match[0].length
      const here = name.exec(text)
      if (here !== null && isMeant(text.slice(name.lastIndex, name.lastIndex + 16))) addName(here.index, here[0])
    }
  }
  const addBefore = (cue: RegExp, name: RegExp): void => {
    for (const { index } of text.matchAll(cue)) {
      const here = name.exec(text.slice(Math.max(0, index - BEFORE), index))?.[1]
      if (here !== undefined) addName(index - here.length, here)
    }
  }
  addAfter(ASKED, NAME_HERE, (after) => AFTER_ASKED.test(after))
  addAfter(PAYEE, PAYEE_HERE, () => true)
  addBefore(SAID, BEFORE_SAID)
  addBefore(OF_AGE, BEFORE_AGE)
  for (const { index, 0: name } of text.matchAll(STATED))
    if (!NO_STATED.test(name) && !isNoName(name)) add(index, index + name.length)
  if (/ \((?:m|h|th|o|y)/.test(text)) for (const { index, 0: name } of text.matchAll(EXPLAINED)) addName(index, name)
  for (const { index, 0: name } of text.matchAll(TODO)) add(index, index + name.length)
  return found
}

/** Given names that are months, languages and products, so that they are no names elsewhere. */
const THING_TOO = /^(?:April|May|June|August|Ruby|Claude|Django|Jesus)$/

/**
 * Names right behind what somebody is to somebody: `my wife Ruby`. A given name counts there that is a thing elsewhere, but
 * for a day of a month. Linear.
 */
export function namesOfKin(text: string): NameSpan[] {
  const found: NameSpan[] = []
  for (const match of [...text.matchAll(RELATIVE), ...text.matchAll(RELATIVE_COMMA)]) {
    NAME_HERE.lastIndex = match.index + match[0].length
    const here = NAME_HERE.exec(text)
    if (here === null) continue
    const isMeant = here[0].split(' ').every((word) => !isNoName(word) || THING_TOO.test(word))
    if (isMeant && !/^,? [0-9]/.test(text.slice(NAME_HERE.lastIndex, NAME_HERE.lastIndex + 3)))
      found.push({ start: here.index, end: NAME_HERE.lastIndex, entityType: 'PERSON', score: 0.6 })
  }
  return found
}
