import { indexed } from '../patterns/indexed-pattern.ts'
import { type AddSecret, NOTHING, REFERENCE } from './secret-shape.ts'

/** What a password is called, in eight languages. */
const PASSWORD =
  'pass(?:word|phrase|code)|p/w|passwd|pwd|pw|passwort|kenn(?:wort|satz)|zugangswort|erstkennwort|mots? de passe|phrase (?:de passe|secrète)|mdp|contraseñas?|clave|frase (?:de paso|secreta)|parola (?:chiave|d.ordine|segreta)|frase segreta|wachtwoord|wachtzin|hasł[oaem]|haslo|senha|palavra-(?:passe|chave)|frase-senha|wi-?fi[ -]?(?:key|code|schlüssel|sleutel)|wlan-?(?:schlüssel|kennwort|passwort)|clé (?:du )?wi-?fi|clave (?:del )?wi-?fi'
const COPULA =
  "is|was|be|reads|said|says|its|it['’]s|now|ist|war|lautet|heißt|est|était|c['’]est|désormais|es|era|fue|è|é|to|jest|było|brzmi|foi|ficou|continua|wordt|luidt"
/** Between the word and a value in quotes nothing but whose it is and that it follows. */
const QUOTED = indexed(
  new RegExp(
    `(?<![\\p{L}_])(?:${PASSWORD})(?![\\p{L}_])(?:[^\\n"“„«\`.!?{}()=]{0,48}?(?:\\([^()\\n]{1,40}\\) ?)?(?:[:,]|(?<!\\p{L})(?:${COPULA}):?))?(?: |(?<=:))(?:["“„](?=\\S)([^\\n"“”„]{3,60})["”“]|[«»] ?([^\\n«»]{3,60}?) ?[«»]|\`([^\\n\`]{3,60})\`)`,
    'giu',
  ),
)
/** The value stands alone on the next line. */
const BELOW = indexed(
  new RegExp(
    `(?<![\\p{L}_])(?:${PASSWORD}|(?:door|alarm|safe|gate) code|(?:one|ein)[- ]?(?:time|mal)[- ]?code)(?![\\p{L}_])([^\\n{}()]{0,80}?)(?:[:→]|(?<!\\p{L})(?:${COPULA}))[ \\t]*\\r?\\n[ \\t]{0,8}(?:[>•*] )?([^\\n]{3,60}?)[ \\t\\r]*(?=\\n|$)`,
    'giu',
  ),
)
/** Behind wide spaces, to the end of a line of a form: `Password     some words`. */
const LED = indexed(
  new RegExp(
    `(?:^|\\n)[ \\t]{0,8}(?:\\p{L}{2,12} ){0,2}(?:${PASSWORD}|memorable word)[ \\t]{3,40}([^\\s](?:[^\\n\\t ]| (?! )){2,47})(?=[ \\t\\r]*(?:\\n|$))`,
    'giu',
  ),
)
/** Words in small letters to the end of the line, as phrases are recommended. */
const PHRASE = indexed(
  /(?<!\p{L})(?:passphrase|phrase (?:de passe|secrète)|frase (?:de paso|secreta|segreta)|frase-senha|wachtzin|kennsatz)(?!\p{L})[^\n:=]{0,40}[:=] ?["'«“„]?((?:\p{Ll}{1,14}[ -]){2,9}\p{Ll}{2,14})(?=["'»”“]?[ \t.,;]*(?:\n|$))/giu,
)
/** The same in a sentence: words that say something of themselves, not of the phrase. */
const PHRASE_IN_SENTENCE = indexed(
  /(?<!\p{L})pass ?phrase (?:is|was|should be|will be) (?!.{0,40}\b(?:stored|kept|required|needed|used|set|saved|written|sent|rotated|known|not|never|the|same|wrong|missing|too)\b)((?:(?!(?:i|and|but|or|if|it|is|in|on|at|for|with|please|thanks|a|an|to|of)\b)\p{Ll}{2,14} ){2,7}(?!(?:i|and|but|or|if|it|is|in|on|at|for|with|please|thanks|a|an|to|of)\b)\p{Ll}{2,14})(?![\p{L}\p{N}])/giu,
)
/** A lone line that goes on as a list or a sentence of rules. */
const RULES =
  /^[-–•*0-9]|^(?:at least|minimum|must|mind|min\.|au moins|al menos|almeno|minimaal|co najmniej|pelo menos|the|please|https?:)|[:;,{([]$|=/i
/** What a message or a rule says of passwords. */
const SAID_OF =
  /^(?:(?:is |too |not )?(?:required|invalid|incorrect|wrong|short|long|weak|expired|missing|forgotten|reset|changed|field|string|strong|hidden|set|unknown|empty|blank|optional|temporary|mandatory)\b.*|password|passwort|mot de passe|contraseña|wachtwoord|hasło|senha|username|user|login|email|forgot.*|reset.*|change.*|show.*|confirm.*)$/i
/** Of rules and of doing something with passwords rather than of one. */
const ABOUT =
  /polic|requirement|rule|rotat|expir|strength|length|manager|regel|richtlinie|anforderung|politique|règle|política|requisit|polityk|beleid|reset link|field|column|form\b|hash/i

/** Passwords of any words, where quotes, a line of their own or a phrase's form show where they begin and end. */
export function findPhrases(text: string, add: AddSecret): void {
  for (const { index, 0: whole, 1: straight, 2: angled, 3: ticked } of QUOTED.matchesIn(text)) {
    const value = straight ?? angled ?? ticked ?? ''
    const start = index + whole.lastIndexOf(value)
    if (isPhrase(value) && !ABOUT.test(whole.slice(0, start - index))) add(start, start + value.length, 0.6, false)
  }
  for (const { index, 0: whole, 1: between = '', 2: value = '' } of BELOW.matchesIn(text)) {
    const start = index + whole.lastIndexOf(value)
    const bare = value.replace(/^["'«„“`]\s?|\s?["'»“”`]?[.,;]?$/g, '')
    const from = start + value.indexOf(bare)
    if (RULES.test(value) || ABOUT.test(between) || bare.split(' ').length > 6 || !isPhrase(bare)) continue
    add(from, from + bare.length, 0.6, false)
  }
  for (const { value, start, end } of LED.valuesIn(text))
    if (isPhrase(value) && !RULES.test(value)) add(start, end, 0.6, false)
  for (const pattern of [PHRASE, PHRASE_IN_SENTENCE])
    for (const { start, end } of pattern.valuesIn(text)) add(start, end, 0.6, false)
}

function isPhrase(value: string): boolean {
  return value.length > 2 && !(NOTHING.test(value) || REFERENCE.test(value) || SAID_OF.test(value))
}
