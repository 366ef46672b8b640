/** Takes a span of text, 0..1, and whether its shape alone tells. */
export type AddSecret = (start: number, end: number, score: number, isFormat: boolean) => void

/** Found inside longer names too: `DB_PASSWORD`, `userPassword`. */
const LONG_KEYS =
  'password|passphrase|passcode|secret(?:[_ -]?(?:access[_ -]?)?key)?|api[_ -]?key|access[_ -]?key|account[_ -]?key|private[_ -]?key|signing[_ -]?key|encryption[_ -]?key|shared[_ -]?access[_ -]?(?:key|signature)|token|credentials?|(?:wpa2?|wi-?fi|network|master|root|ssh|pgp|licen[cs]e|product|activation|webhook|service|auth|app(?:lication)?)[ _-]?key|(?<=[a-z0-9][_-])key|kennwort|passwort|contraseña|hasł[oa]|wachtwoord|kennw\\.|zugangs(?:code|kennung)|access code|code d.acc[èe]s|c[óo]digo de acces?so|codice di accesso|toegangscode|kod dostępu'
const SHORT_KEYS =
  'p/w|passwd|passwort|pin(?==)|requirepass|masterauth|rootpw|pass|pwd|pw(?=[ :=])|mdp|clave|mot de passe|senha'
const KEY = `${LONG_KEYS}|(?<![A-Za-z])(?:${SHORT_KEYS})`
/** `key = value`, `"key": "value"`, `--key value`, `key is value`; the value is read by hand. */
const ASSIGNMENT = new RegExp(
  `(${KEY})(["'\`\\]]{0,2}[ \\t]{0,20}(?:=>|->|→|:=|==?|:)[ \\t]{0,4}(?:[|>][-+]?\\r?\\n[ \\t]{1,12})?|["'] value=(?=["'])|>(?=[^<>\\s]{4,128}</)|["'\`]{0,2} (?:is|was|ist|lautet|es|c.est|est|è|to|jest)[: ] {0,2}|[ \\t]{1,3}(?=["'\`]))`,
  'gi',
)
const FLAG =
  /(?<![A-Za-z0-9-])--?(?:password|passwd|pass|pwd|token|secret|api-key|apikey|access-key|auth)(?:=| {1,3})(?=[^\s-])/gi
/** A password in prose stands within this many units of the word. */
const PROSE = 120
const PASSWORD_WORD =
  /(?<![\p{L}_])(?:password|passwort|passphrase|passwd|pass|pwd|pw|mdp|api[ -]key|kennwort|zugangsdaten|credentials|mot de passe|contraseña|clave|wachtwoord|hasł[oa]|senha|palavra-passe|schlüssel|chiave|llave|clé|sleutel|klucz|chave|(?:login|logon|sign-in)(?=[:=]))(?![\p{L}_-])/giu
/** Programs that take a password after a letter: `mysql -pX`, `sshpass -p X`. */
const COMMAND =
  /\b(?:mysql(?:dump|admin)?|mariadb|sshpass|psql|pg_dump|redis-cli|mongo(?:sh|dump)?|docker login|smbclient|ldapsearch|rclone|7z)\b[^\n|;&]{0,120}? -(?:p|W|w|a)[ =]?["']?(?=[^\s"'-])([^\s"']{4,64})/g
const MAX_VALUE = 512

/** Values that hold no secret. */
const NOTHING =
  /^(?:null|nil|none|true|false|undefined|string|str|text|number|integer|boolean|object|array|any|bool|int|required|optional|redacted|uint8array|uint8clampedarray|buffer|base64|utf-?8|sha-?[0-9]+|md5|scram-sha-[0-9]+|bcrypt|argon2(?:id?|d)?|[hre]s(?:256|384|512)|oauth2?|hidden|n\/a|empty|changeme|password|passwort|secret|token|xxx+|\*+|\.+|…|-+|_+|\?+)$/i
/** References to where the secret really is. */
const REFERENCE =
  /^(?:\$|%[A-Za-z_]|<|\{\{|\{%|process\.env|os\.|env\.|getenv|system\.|config\.|settings\.|self\.|!*this\.|vault:|secretref|ref:|\[|\.{0,2}\/|~\/)|[()]|=>/i

/** Passwords and keys that the text itself calls so. */
export function findAssignments(text: string, add: AddSecret): void {
  const quotes = new NextUnit(text)
  for (const match of text.matchAll(ASSIGNMENT)) {
    readValue(text, match.index + match[0].length, (match[1] ?? '').toLowerCase(), match[2] ?? '', quotes, add)
  }
  for (const match of /pass|pwd/.test(text) ? text.matchAll(LETTERS_ALONE) : []) {
    const value = match[1] ?? ''
    const end = match.index + match[0].length
    if (!NOTHING.test(value)) add(end - value.length, end, 0.6, false)
  }
  for (const match of text.matchAll(PASSWORD_WORD)) {
    const from = match.index + match[0].length
    if (!findOfSomething(text, from, add)) findInProse(text, from, add)
  }
  for (const match of text.matchAll(KEY_ELSEWHERE)) {
    const value = match[1] ?? ''
    const end = match.index + match[0].length
    if (isRandom(value)) add(end - value.length, end, 0.7, false)
  }
  for (const match of text.matchAll(RANDOM_BEHIND)) {
    const value = (match[1] ?? '').replace(/[.,;:!?)\]}]{1,8}$/, '')
    const start = match.index + match[0].length - (match[1] ?? '').length
    if (isRandom(value) && !REFERENCE.test(value)) add(start, start + value.length, 0.6, false)
  }
  for (const match of /wi-?fi|wlan|ssid/i.test(text) ? text.matchAll(WIFI_KEY) : []) {
    const value = (match[1] ?? '').replace(/[.,;:!?)\]}]{1,8}$/, '')
    const start = match.index + match[0].length - (match[1] ?? '').length
    if (isOdd(value)) add(start, start + value.length, 0.6, false)
  }
  for (const match of text.matchAll(COMMAND)) {
    const value = match[1] ?? ''
    const end = match.index + match[0].length
    if (isOdd(value) && !REFERENCE.test(value)) add(end - value.length, end, 0.7, false)
  }
  for (const match of text.matchAll(FLAG)) readValue(text, match.index + match[0].length, 'password', '=', quotes, add)
}

/** A password of nothing but letters, as mail accounts give their programs, alone in a line of settings. */
const LETTERS_ALONE =
  /(?:^|\n)[ \t]{0,8}[\w.-]{0,24}(?:pass|password|passwd|pwd) {1,3}= {0,3}([a-z]{12,32})(?=[ \t\r]*(?:\n|$))/g

/** Right behind the word for it: `wifi password mango-tram-4471`. */
const RIGHT_BEHIND = /^ (?=[^\s]*[0-9])(?=[^\s]*[A-Za-z])[^\s"'`<>(),;:=]{6,64}/

/** A key right behind the word for one: `auth token a1b2…`. */
const RANDOM_BEHIND =
  /(?<![A-Za-z_])(?:(?:private|secret|access|api|signing|encryption|service) key|secret|token|credential)s? ([^\s"'`<>(),;:]{16,128})/gi

/** What looks like nothing but a key, in a setting that other languages than English call one. */
const KEY_ELSEWHERE =
  /(?<![A-Za-z])(?:sleutel|schlüssel|schluessel|clé|llave|clave|chiave|klucz|chave|geheim|geheimnis|secreto|segreto|segredo|sekret)["']?[ \t]{0,8}[:=][ \t]{0,4}["']?([^\s"'`<>(),;:]{16,128})/gi

/** What a password is for, behind the word for one: `pwd for the NAS: blueberry99`. */
const OF_SOMETHING =
  / (?:for|of|to|für|vom|zum|pour|du|de|del|para|per|do|da|voor|van|dla)(?: [^\s:=]{1,16}){1,4} ?[:=] ?["']?([^\s"'`<>,;]{5,64})/iy
const WIFI_KEY = /(?:wi-?fi|wlan|ssid)[^\n]{0,40}? key(?: is|:)? ([^\s"'`<>(),;:]{6,64})/gi

/** Whether what the password is for and a value follow; adds the value. */
function findOfSomething(text: string, from: number, add: AddSecret): boolean {
  OF_SOMETHING.lastIndex = from
  const raw = OF_SOMETHING.exec(text)?.[1]
  const value = raw?.replace(/[.,;:!?)\]}]{1,8}$/, '')
  if (raw === undefined || value === undefined || !isOdd(value)) return false
  if (REFERENCE.test(value) || NOTHING.test(value) || /@.*\.|:\/\//.test(value)) return false
  const start = OF_SOMETHING.lastIndex - raw.length
  add(start, start + value.length, 0.6, false)
  return true
}

/** What looks like nothing but a password, soon after the word for one. */
function findInProse(text: string, from: number, add: AddSecret): void {
  const near = text.slice(from, from + PROSE)
  const next = RIGHT_BEHIND.exec(near)?.[0]
    .slice(1)
    .replace(/[.,;:!?)\]}]{1,8}$/, '')
  if (
    next !== undefined &&
    !REFERENCE.test(next) &&
    !NOTHING.test(next) &&
    !/^(?:v?[0-9.]+|[\w.+-]+@.*)$/i.test(next)
  ) {
    add(from + 1, from + 1 + next.length, 0.6, false)
    return
  }
  for (const word of near.matchAll(/(?<=^|[\s"'`(:=])[^\s"'`<>(),;:=]{8,64}/g)) {
    const value = word[0].replace(/[.,;:!?)\]}]{1,8}$/, '')
    if (!isPasswordLike(value) || REFERENCE.test(value)) continue
    add(from + word.index, from + word.index + value.length, 0.6, false)
    return
  }
}

/** Digits among letters of both cases, or so many of one that no word is as long. */
function isRandom(value: string): boolean {
  if (!/[0-9].*[A-Za-z].*[0-9]|[a-z].*[0-9].*[A-Z]|[A-Z].*[0-9].*[a-z]|[0-9].*[a-z].*[A-Z]/.test(value)) return false
  return (/[a-z]/.test(value) && /[A-Z]/.test(value)) || /^[0-9a-f]{24,}$/i.test(value)
}

/** A letter with a digit or a sign. */
function isOdd(value: string): boolean {
  return /[a-z]/i.test(value) && /[0-9!@#$%^&*+~]/.test(value)
}

/** Letters of both cases or a sign, and digits, and no name of code, host or mailbox. */
function isPasswordLike(value: string): boolean {
  if (
    value.length < 8 ||
    !/[0-9]/.test(value) ||
    !/[a-z]/i.test(value) ||
    /[/\\]|^[a-z0-9_]+$|^[A-Z0-9_]+$/.test(value)
  )
    return false
  if (
    /^[\w.+-]+@[\w-]+\.[\w.]+$|^[\w-]+(?:\.[\w-]+)+$|password|passw/i.test(value) &&
    !/[a-z]\.[A-Z].*[0-9]/.test(value)
  )
    return false
  return /[!@#$%^&*+~]/.test(value) || (/[a-z]/.test(value) && /[A-Z]/.test(value))
}

function readValue(text: string, from: number, key: string, separator: string, quotes: NextUnit, add: AddSecret): void {
  if (key === 'pass' && separator.trim() === '') return
  const quote = text[from] ?? ''
  if (quote === '"' || quote === "'" || quote === '`') {
    const end = quotes.closing(from + 1, quote)
    if (end > from + 1 && isQuotedSecret(text.slice(from + 1, end), key)) add(from + 1, end, 0.8, false)
    return
  }
  const raw = text.slice(from, from + MAX_VALUE)
  const value = (/^[^\s"'`<>,;]+/.exec(raw)?.[0] ?? '').replace(/[.,;:!?)\]}]{1,8}$/, '')
  if (isBareSecret(value, key, separator)) add(from, from + value.length, 0.7, false)
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

function isQuotedSecret(value: string, key: string): boolean {
  if (value.length < 3 || NOTHING.test(value) || REFERENCE.test(value) || value.toLowerCase() === key) return false
  if (key === 'key') return value.length >= 16 && isRandom(value) && !/^[a-z_$][\w$]*\.[a-z_$]/i.test(value)
  if (/token|key|credential|clave/.test(key)) return value.length >= 8 && /[0-9]/.test(value) && !/\s/.test(value)
  return true
}

/** Words with hyphens that no word is made of. */
const PASSPHRASE = /^[a-z]{4,}(?:-[a-z]{4,}){2,}$/

function isBareSecret(value: string, key: string, separator: string): boolean {
  if (value.length < 4 || NOTHING.test(value) || REFERENCE.test(value)) return false
  const isMixed = /[0-9]/.test(value) && /[^0-9.,]/.test(value)
  if (key === 'key') return value.length >= 16 && isRandom(value) && !/^[a-z_$][\w$]*\.[a-z_$]/i.test(value)
  if (/token|key|credential|clave/.test(key))
    return value.length >= 12 && isMixed && !/^[a-z_$][a-z0-9_$]*\.[a-z_$]/i.test(value)
  if (/_/.test(value) && /[a-z].*[A-Z]|[A-Z].*[a-z]/.test(value) && separator.trim() === ':') return true
  if (/[a-z]/i.test(separator)) return PASSPHRASE.test(value) || isMixed || /[^\p{L}\p{N}.,'-]/u.test(value)
  if (isMixed || /[!@#$%^&*+]/.test(value)) return true
  return separator === '=' && value.length >= 5 && !/^[a-z_$][a-z0-9_$]*[.[]/i.test(value)
}
