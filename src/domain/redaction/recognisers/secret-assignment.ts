import { indexed } from '../patterns/indexed-pattern.ts'
import { valueAtEnd } from '../patterns/value-at-end.ts'
import { findInSentences, findNamed } from './secret-prose.ts'
import { type AddSecret, isOdd, isRandom, isReference, NOTHING, REFERENCE, trimmed } from './secret-shape.ts'

/** Found inside longer names too: `DB_PASSWORD`, `userPassword`. */
const LONG_KEYS =
  'password|passphrase|passcode|secret(?:[_ -]?(?:access[_ -]?)?key)?|api[_ -]?key|access[_ -]?key|account[_ -]?key|private[_ -]?key|signing[_ -]?key|encryption[_ -]?key|shared[_ -]?access[_ -]?(?:key|signature)|(?<!public[_-]?key[_-]?)token|credentials?|(?:wpa2?|wi-?fi|network|master|root|ssh|pgp|licen[cs]e|product|activation|webhook|service|auth|app(?:lication)?)[ _-]?key|(?<=[a-z0-9][_-])key|mots?[_-]?de[_-]?passe|phrase[ _-]?(?:de[ _-]?passe|secr[eè]te)|palavra[ _-]?(?:passe|chave)|parola[ _-]?(?:chiave|segreta)|pre-?shared[ _-]?key|psksecret|keymaterial|(?:key|trust) ?store[_-]?pass(?:word)?|(?<=(?:store|user|ftp|db|smtp|mail|mqtt|login|bind|key|_)[_-]?)pass|authentication[_ -]?key|snmp[_ -]?communit(?:y|à|a)|comunit[aà](?= ?=)|(?:admin|user|master|door|default)_?pin|aes[ _-]?key|(?:validation|decryption|hmac|signature|cipher|session)[ _-]?key|(?:chave|cl[eé]|clave|chiave|klucz)[ _-]?api|api-?schl(?:ü|ue)ssel|kennwort|passwort|contrase(?:ñ|n|ny)a|hasł[oa]|haslo|wachtwoord|kennw\\.|zugangs(?:code|kennung)|access code|code d.acc[èe]s|c[óo]digo de acces?so|codice di accesso|toegangscode|kod dostępu'
const SHORT_KEYS =
  'p/w|passwd|passwort|pin(?==)|requirepass|masterauth|rootpw|psk|(?:wlan|wi-?fi)[ -]?(?:schlüssel|code|sleutel)|(?:clé|clave|chave|chiave) (?:du |de la |del |do |de )?wi-?fi|ww(?=[:=])|pass|pwd|pw(?=[ :=])|mdp|clave|mot de passe|senha'
const KEY = `${LONG_KEYS}|(?<![A-Za-z])(?:${SHORT_KEYS})`
/** `key = value`, `"key": "value"`, `--key value`, `key is value`; the value is read by hand. */
const ASSIGNMENT = indexed(
  new RegExp(
    `(${KEY})(?:[_-]?(?:hex|b64|base(?:64)?|plain|value|old|new|prod|dev|ro|rw|[12]))?(["'\`\\]]{0,2}[ \\t]{0,20}(?:=>|->|→|:=|==?|:)[ \\t]{0,4}(?:[|>][-+]?\\r?\\n[ \\t]{1,12})?|["'] value=(?=["'])|>(?=[^<>\\s]{4,128}</)|["'\`]{0,2} (?:is|was|now|ist|war|lautet|es|c.est|est|était|désormais|è|é|to|jest)[: ] {0,2}|[ \\t]{0,2}\\.{3,60}[ \\t]{0,2}|[ \\t]{1,3}(?=["'\`]))`,
    'gi',
  ),
)
/** The second string of a call whose first one says so: `define('DB_PASSWORD', '…')`, `.header("X-Api-Key", "…")`. */
const CALL = indexed(
  new RegExp(
    `(?:define|header|property|put|env|set|add|append)\\(\\s{0,4}["'][\\w.-]{0,40}?(${KEY}|auth[_-]?token)[\\w.-]{0,8}["'],\\s{0,4}(?=["'])`,
    'gi',
  ),
)
const FLAG = indexed(
  /(?<![A-Za-z0-9-])--?(?:password|passwd|pass|pwd|token|secret|api-key|apikey|access-key|auth)(?:=| {1,3})(?=[^\s-])/gi,
)
const MAX_VALUE = 512
/** Before a column of which SQL says what it is for. */
const OF_COLUMN = /comment on column [\w."]{0,80}$/i

/** Passwords and keys that the text itself calls so. */
export function findAssignments(text: string, add: AddSecret): void {
  const reading: Reading = { quotes: new NextUnit(text), isTestRun: /\bfail/i.test(text) }
  for (const match of ASSIGNMENT.matchesIn(text)) {
    // In the middle of a name: `arn:…:secret:name`.
    if (match[2] === ':' && text[match.index - 1] === ':') continue
    if (match[2]?.trim() === 'IS' && OF_COLUMN.test(text.slice(Math.max(0, match.index - 100), match.index))) continue
    readValue(text, match.index + match[0].length, (match[1] ?? '').toLowerCase(), match[2] ?? '', reading, add)
  }
  findSettings(text, add)
  for (const { value, start, end } of LETTERS_ALONE.valuesIn(text))
    if (!NOTHING.test(value)) add(start, end, 0.6, false)
  for (const { value, start, end } of PROPERTY.valuesIn(text))
    if (!(NOTHING.test(value) || REFERENCE.test(value) || /pass|pwd|^pw$/i.test(value))) add(start, end, 0.6, false)
  findInSentences(text, add)
  findNamed(text, add)
  for (const { value, start, end } of KEY_ELSEWHERE.valuesIn(text)) if (isRandom(value)) add(start, end, 0.7, false)
  for (const { value: raw, start } of RANDOM_BEHIND.valuesIn(text)) {
    const value = trimmed(raw)
    if ((isRandom(value) || UUID.test(value)) && !REFERENCE.test(value)) add(start, start + value.length, 0.6, false)
  }
  for (const { value: raw, start } of WIFI_KEY.valuesIn(text)) {
    const value = trimmed(raw)
    if (isOdd(value)) add(start, start + value.length, 0.6, false)
  }
  for (const match of CALL.matchesIn(text))
    readValue(text, match.index + match[0].length, (match[1] ?? '').toLowerCase(), ',', reading, add)
  for (const match of FLAG.matchesIn(text))
    readValue(text, match.index + match[0].length, 'password', '=', reading, add)
}

/** A password of nothing but letters, as mail accounts give their programs, alone in a line of settings. */
const LETTERS_ALONE = indexed(
  /(?:^|\n)[ \t]{0,8}[\w.-]{0,24}(?:pass|password|passwd|pwd) {1,3}= {0,3}([a-z]{12,32})(?=[ \t\r]*(?:\n|$))/g,
)

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** A line of settings whose value goes to its end, with its spaces and points: `spring.mail.password=…`. */
const PROPERTY = indexed(
  /(?:^|\n)[ \t]{0,4}(?:export )?[\w.-]{0,60}(?:password|passwd|pwd|passphrase|passwort|kennwort|mot_?de_?passe|contrasena|wachtwoord|haslo|senha)(?:=| = (?=[^\s]+ [^\s]))([^\n"'`(){}[\]$<>,;%]{3,64}?)(?=[ \t\r]*(?:\n|$))/gi,
)

/** A key right behind the word for one: `auth token a1b2…`. */
const RANDOM_BEHIND = indexed(
  /(?<![A-Za-z_:])(?:(?:private|secret|access|api|signing|encryption|service) key|clé (?:secrète|privée|api)|clave (?:secreta|privada|api)|chave (?:secreta|privada|api)|chiave (?:segreta|privata|api)|(?:geheimer?|privater?) schlüssel|(?:geheime|privé)[ -]?sleutel|(?:tajny|prywatny) klucz|secret|token|credential)s?[: ] ?([^\s"'`<>(),;:]{16,128})/gi,
)

/** What looks like nothing but a key, in a setting that other languages than English call one. */
const KEY_ELSEWHERE = indexed(
  /(?<![A-Za-z])(?:sleutel|schlüssel|schluessel|clé|llave|clave|chiave|klucz|chave|geheim|geheimnis|secreto|segreto|segredo|sekret)["']?[ \t]{0,8}[:=][ \t]{0,4}["']?([^\s"'`<>(),;:]{16,128})/gi,
)

/** A variable of an environment or a setting in a file, alone in its line, whose value is one word: `DB_PASSWORD: toor`. */
const SETTING = indexed(
  /(?:^|\n)[ \t]{0,16}(?:- )?["']?([A-Za-z0-9_.-]{0,40}(?:password|passwd|passphrase|passwort|kennwort|wachtwoord|pass|pwd))["']?(?:: |=)([^\s"'`<>(){}[\]$,;#]{3,64})(?=[ \t\r]*(?:\n|$))/gi,
)
const VARIABLE = /^[A-Z][A-Z0-9]*_[A-Z0-9_]*$/
/** Whose password it is, in the line before or behind. */
const LOGIN =
  /^[ \t]{0,16}(?:- )?["']?[A-Za-z0-9_.-]{0,40}(?:user|username|user_name|login|usr|uid|benutzer|utilisateur|usuario|utente|gebruiker|account|host|hostname|server)["']?(?:: |=)["']?[^\s"'{}<>]/i
/** What labels, rules and references say instead of a password. */
const NO_VALUE =
  /^(?:\w*(?:password|passwd|passphrase|passwort|kennwort)|pass|contrase(?:ñ|n)a|wachtwoord|has[lł]o|senha|valid\w*|type|min|max|varchar|char|bytes?|env|file|prompt|ask|yes|no|on|off|unset|unchanged|expired|forgotten|reset|same|todo|tbd|input|field|label|masked|filtered|encrypted|vault|keychain|plain|crypt|sensitive|deny|allow|disabled?|enabled?)$/i

function findSettings(text: string, add: AddSecret): void {
  for (const match of SETTING.matchesIn(text)) {
    const { value, start, end } = valueAtEnd(match, 2)
    if (NOTHING.test(value) || REFERENCE.test(value) || NO_VALUE.test(value)) continue
    if (VARIABLE.test(match[1] ?? '') || LOGIN.test(lineBefore(text, match.index)) || LOGIN.test(lineBehind(text, end)))
      add(start, end, 0.6, false)
  }
}

/** UTF-16 units of a line that are looked at. */
const LINE = 160

function lineBefore(text: string, at: number): string {
  return text.slice(Math.max(0, at - LINE), at).replace(/^.*\n/s, '')
}

function lineBehind(text: string, at: number): string {
  const newline = text.slice(at, at + 8).indexOf('\n')
  return newline < 0 ? '' : text.slice(at + newline + 1, at + newline + 1 + LINE)
}

const WIFI_KEY = indexed(/(?:wi-?fi|wlan|ssid)[^\n]{0,40}? key(?: is|:)? ([^\s"'`<>(),;:]{6,64})/gi)

function readValue(
  text: string,
  from: number,
  key: string,
  separator: string,
  { quotes, isTestRun }: Reading,
  add: AddSecret,
): void {
  if (key === 'pass' && (separator.trim() === '' || isTestRun)) return
  const quote = text[from] ?? ''
  if (quote === '"' || quote === "'" || quote === '`') {
    const end = quotes.closing(from + 1, quote)
    if (end > from + 1 && isQuotedSecret(text.slice(from + 1, end), key, separator)) add(from + 1, end, 0.8, false)
    return
  }
  const raw = text.slice(from, from + MAX_VALUE)
  const value = trimmed(/^[^\s"'`<>,;]+/.exec(raw)?.[0] ?? '')
  if (isBareSecret(value, key, separator)) add(from, from + value.length, 0.7, false)
}

/** What is known of the text in which a value is read. */
interface Reading {
  quotes: NextUnit
  /** Its lines say which tests pass. */
  isTestRun: boolean
}

/** Where a unit stands next. Each stretch of the text is searched once for each unit. */
class NextUnit {
  readonly #text: string
  readonly #next = new Map<string, number>()

  constructor(text: string) {
    this.#text = text
  }

  /** The quote that closes a value, or where its line ends without one. */
  closing(from: number, quote: string): number {
    const newline = this.#find('\n', from)
    for (let i = this.#find(quote, from); i >= 0; i = this.#find(quote, i + 1)) {
      if (newline >= 0 && newline < i) break
      if (this.#text[i - 1] !== '\\') return i
    }
    return Math.min(newline >= 0 ? newline : this.#text.length, from + MAX_VALUE)
  }

  #find(unit: string, from: number): number {
    const known = this.#next.get(unit)
    if (known !== undefined && (known < 0 || known >= from)) return known
    const found = this.#text.indexOf(unit, from)
    this.#next.set(unit, found)
    return found
  }
}

function isQuotedSecret(value: string, key: string, separator: string): boolean {
  if (value.length < 3 || NOTHING.test(value) || isReference(value) || value.toLowerCase() === key) return false
  if (separator.trim() === '' && /secret|token|key|credential/.test(key)) return isOdd(value) && !/\s/.test(value)
  if (key === 'key') return value.length >= 16 && isRandom(value) && !/^[a-z_$][\w$]*\.[a-z_$]/i.test(value)
  if (/token|key|credential|clave|api|schl/.test(key))
    return value.length >= 8 && /[0-9]/.test(value) && (!/\s/.test(value) || isSigns(value))
  return true
}

/** Such as programs draw from all signs of a keyboard, the space too. */
function isSigns(value: string): boolean {
  return value.length >= 24 && (value.match(/[^\p{L}\p{N}\s]/gu)?.length ?? 0) > 5
}

/** Words with hyphens or points between them that no word is made of. */
const PASSPHRASE = /^\p{Ll}{3,}(?:[-.]\p{Ll}{3,}){2,}$/u
const HOST = /\.(?:com|net|org|example|test|local|lan|internal|intranet|io|dev|eu|de|fr|es|it|nl|pl|pt|uk)$/

function isBareSecret(value: string, key: string, separator: string): boolean {
  if (value.length < 4 || NOTHING.test(value) || REFERENCE.test(value)) return false
  if (/wlan|wi-?fi/.test(key)) return value.length >= 8 && /[0-9]|[A-Z].*[a-z].*[A-Z]/.test(value)
  const isMixed = /[0-9]/.test(value) && /[^0-9.,]/.test(value)
  if (key === 'key') return value.length >= 16 && isRandom(value) && !/^[a-z_$][\w$]*\.[a-z_$]/i.test(value)
  if (/token|key|credential|clave|api|schl/.test(key))
    return value.length >= 12 && isMixed && !/^[a-z_$][a-z0-9_$]*\.[a-z_$]/i.test(value)
  if (/_/.test(value) && /[a-z].*[A-Z]|[A-Z].*[a-z]/.test(value) && separator.trim() === ':') return true
  if (/[a-z]/i.test(separator))
    return (PASSPHRASE.test(value) && !HOST.test(value)) || isMixed || /[^\p{L}\p{N}.,'-]/u.test(value)
  if (isMixed || /[!@#$%^&*+]|[^=]=[^=]/.test(value)) return true
  if (key !== 'pass' && key !== 'clave' && /^[0-9]{4,12}$/.test(value)) return true
  return separator === '=' && value.length >= 5 && !/^[a-z_$][a-z0-9_$]*[.[]/i.test(value)
}
