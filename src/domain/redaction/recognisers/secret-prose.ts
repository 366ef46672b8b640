import { indexed } from '../patterns/indexed-pattern.ts'
import {
  type AddSecret,
  isKeyLike,
  isOdd,
  isPasswordLike,
  isRandom,
  isTechnical,
  NOTHING,
  REFERENCE,
  trimmed,
} from './secret-shape.ts'

/** A password in prose stands within this many units of the word. */
const PROSE = 120
const PASSWORD_WORD = indexed(
  /(?<![\p{L}_$%])(?:passwords?|passwort|passphrase|passwd|pass|pwd|pw|mdp|ww(?=[ :=])|api[ -]key|kennwort|zugangsdaten|credentials|creds|mots? de passe|contraseñas?|clave|wachtwoord(?:en)?|hasł[oaem]|senha|palavra-passe|schlüssel|chiave|llave|clé|sleutel|klucz|chave|(?:login|logon|sign-in)(?=[:=]))(?![\p{L}_-])/giu,
)
/** The same as a part of a longer word: `DigiD-wachtwoord`, `Startpasswort`. */
const PART_OF_WORD = indexed(/(?<=\p{L}-?)(?:passwort|kennwort|wachtwoord|password)(?![\p{L}_-])/giu)

/** Of which kind a password is, between the word for one and it. */
const KIND =
  '(?: (?:(?:do |del |du |von |vom )?(?:wi-?fi|wlan)|temp(?:orary|oraire|oral|oranea|or[áa]ria|orär)?|provisoire|provisional|provvisoria|provis[óo]ria|initial|initiale?s?|inicial|iniziale|tijdelijk|tymczasowe|startowe|jednorazowe|actu(?:el|al)|attuale|nuev[oa]|nuova|nov[ao]|nowe|nieuwe?|stare|vieja|viejo|vecchia|antigua|ancien|nouveau|root|admin|portal|vpn)){0,3}'
/** Right behind the word for it: `wifi password mango-tram-4471`. */
const RIGHT_BEHIND = new RegExp(`^${KIND} (?=[^\\s]*[0-9])(?=[^\\s]*[A-Za-z])([^\\s"'\`<>(),;:=]{6,64})`, 'i')
/** Nothing but digits right behind it: `voicemail password 884712`. */
const DIGITS_BEHIND = /^(?: (?:is|ist|est|es|è|é|to))? ([0-9]{4,10})(?![0-9A-Za-z%€$]|[.,:/-][0-9])/

/** What a password is for, behind the word for one: `pwd for the NAS: blueberry99`. */
const OF_ONE =
  / (?:for|of|to|für|vom|zum|pour|du|de|del|della|para|per|do|da|voor|van|dla|od)(?: [^\s:=]{1,16}){1,4}(?: ?[:=]| (?:is|was|ist|lautet|est|es|è|to|jest|é)) ?["']?([^\s"'`<>,;]{5,64})/iy
/** Right before a value: it is the password. */
const SAYS =
  /(?:[:=(>–—"'“”„«]|(?<!\p{L})(?:is|was|be|now|ist|war|lautet|est|était|c['’]est|es|era|fue|è|jest|było|był|é|foi|a ser|diventata|devenu|as|said|namely|nämlich|from|instead of|statt|zamiast|wordt|wird|devient|será|sarà|będzie))[ \t]?["'(„“«]?$/iu
/** The same where the sentence says that it was changed. */
const BECOMES = /(?<!\p{L})(?:to|auf|von|vers|en|de|por|para|naar|van|na|z|da|con|in|a|à|em|and)[ ]["'(„“«]?$/iu
const CHANGED =
  /chang|reset|set to|updated|rotat|gewechselt|geändert|gesetzt|modifi|remplac|cambi|actualiz|aggiorn|gewijzigd|veranderd|aangepast|zmieni|ustawi|alter|mudou|mudada|troc|used to|réinit|zurückgesetzt|restabl|reimpost|zreset|redefin/i
/** The rest of a line and the next one. */
const LINES = /^[^\n]*(?:\n+[^\n]*)?/
const VALUE = /(?<=^|[\s"'`(:=“„«])[^\s"'`<>(),;:=“”„«»]{5,64}/g
/** Hashes, times, constants and members of code. */
const NO_PASSWORD =
  /^(?:[0-9a-f-]{12,}|[0-9]{4}-[0-9]{2}.*|[A-Z0-9_]+|[a-z_]\w*(?:\.|::)[a-z_].*|[0-9]+-?[a-z]{1,4}|[a-z]+_[a-z]+_\w+)$/
/** A word and what stands at the end of one: a version or a section as well as a password. */
const NUMBERED = /^\p{Lu}?\p{Ll}+[0-9]{1,2}$/u
const LETTERS_AND_DIGITS = /^(?=.*[0-9])(?=.*[A-Za-z].*[A-Za-z].*[A-Za-z])[^\s/\\]{5,40}$/

/** What lets in, behind who: `login portal ann.lee / Stelvio-27`, `creds: svc:Xy12!`. */
const PAIR = indexed(
  /(?<![A-Za-z])(?:log-?in|logon|creds|credentials?|zugang(?:sdaten)?|identifiants?|accesos?|accesso|credenziali|credenciales|credenciais|acesso|inlog(?:gegevens)?|logowani[ea]|usuario|utente|gebruiker|user(?:name)?(?: ?\/ ?pass(?:word)?)?|u\/p|wi-?fi|wlan|ssid)(?![a-z])[^\n/]{0,40}?[ :]["'`]?([\w.@\\-]{2,40})["'`]?(?: ?[/|] ?|:)["'`]?([^\s"'`<>(),;|]{6,64})/giu,
)
const MAY_PAIR = /[\w"'`](?: [/|] |:)\S/

/** Letter by letter, as it was spelled to somebody: `s u n f i s h 7`. */
const SPELLED = /(?<![\p{L}\p{N}])(?:[\p{L}\p{N}] ){4,24}[\p{L}\p{N}](?![\p{L}\p{N}])/u

/** A key not far behind a word for one: `my token dies with me (t3Rh…)`. */
const SECRET_WORD = indexed(
  /(?<![A-Za-z_])(?:token|secret|credential|(?:api|access|private|signing|encryption|personal)[ -]key|key)s?(?![A-Za-z_-])/gi,
)
const KEY_NEAR = 60
/** A word of four or more in small letters, as phrases are recommended. */
const PHRASE = indexed(
  /passphrase[^\n:=]{0,30}[:=] ?["']?((?:[a-z]{3,12}[ -]){3,7}[a-z]{3,12})(?=["']?[ \t.,;]*(?:\n|$))/gi,
)

/** Passwords and keys in sentences that say that they are. */
export function findInSentences(text: string, add: AddSecret): void {
  const isTestRun = /\bFAIL/.test(text)
  for (const pattern of [PASSWORD_WORD, PART_OF_WORD])
    for (const match of pattern.matchesIn(text)) {
      const from = match.index + match[0].length
      if (match[0] === 'PASS' && (isTestRun || !/^ ?[:=]/.test(text.slice(from, from + 2)))) continue
      // The value of a field is read where fields are.
      if (/^["'\u201d][ \t]?[:=]/.test(text.slice(from, from + 3))) continue
      const isWord = !/^(?:pass|login|logon|sign-in|api.key|schlüssel|chiave|llave|clé|sleutel|klucz|chave)$/i.test(
        match[0],
      )
      if (!findOfOne(text, from, add)) findBehind(text, from, isWord, add)
    }
  for (const match of MAY_PAIR.test(text) ? PAIR.matchesIn(text) : []) {
    const raw = match[2] ?? ''
    const value = trimmed(raw)
    const start = match.index + match[0].length - raw.length
    if (isPassword(value) && !/^(?:\p{Lu}\p{Ll}+|\p{Ll}+)[0-9]$/u.test(value))
      add(start, start + value.length, 0.6, false)
  }
  for (const { index, 0: word } of SECRET_WORD.matchesIn(text)) {
    const from = index + word.length
    // What builds keep is found again by a key that is no secret.
    if (/\bcache\b[^\n]{0,30}$/i.test(text.slice(Math.max(0, index - 40), index))) continue
    for (const found of text
      .slice(from, from + KEY_NEAR + 80)
      .matchAll(/[A-Za-z0-9+/=_-]{20,80}(?![A-Za-z0-9+/=_-])/g)) {
      if (found.index > KEY_NEAR || text.slice(from, from + found.index).includes('\n')) break
      if (
        isKeyLike(found[0]) &&
        !/(?:sha[0-9]*|md5|fingerprint)[:= -]{0,2}$/i.test(text.slice(from, from + found.index))
      )
        add(from + found.index, from + found.index + found[0].length, 0.6, false)
    }
  }
  for (const { start, end } of PHRASE.valuesIn(text)) add(start, end, 0.6, false)
}

/** Whether what the password is for and a value follow; adds the value. */
function findOfOne(text: string, from: number, add: AddSecret): boolean {
  OF_ONE.lastIndex = from
  const raw = OF_ONE.exec(text)?.[1]
  if (raw === undefined) return false
  const value = trimmed(raw)
  if (!isOdd(value) || !isPassword(value)) return false
  const start = OF_ONE.lastIndex - raw.length
  add(start, start + value.length, 0.6, false)
  return true
}

/**
 * What looks like nothing but a password, soon after the word for one, and what the sentence says to be one. `isWord`: the word
 * means nothing else.
 */
function findBehind(text: string, from: number, isWord: boolean, add: AddSecret): void {
  const near = LINES.exec(text.slice(from, from + PROSE))?.[0] ?? ''
  const behind = RIGHT_BEHIND.exec(near)
  const next = trimmed(behind?.[1] ?? '')
  if (behind !== null && next.length > 4 && isPassword(next) && !/^(?:v?[0-9.]+|[\w.+-]+@.*)$/i.test(next)) {
    const start = from + behind[0].length - (behind[1] ?? '').length
    add(start, start + next.length, 0.6, false)
    return
  }
  const digits = isWord ? DIGITS_BEHIND.exec(near) : null
  if (digits !== null && !/^(?:19|20)[0-9]{2}$/.test(digits[1] ?? '')) {
    add(from + digits[0].length - (digits[1] ?? '').length, from + digits[0].length, 0.6, false)
    return
  }
  const spelled = isWord ? SPELLED.exec(near) : null
  if (spelled !== null) add(from + spelled.index, from + spelled.index + spelled[0].length, 0.6, false)
  let count = 0
  for (const word of near.matchAll(VALUE)) {
    const value = trimmed(word[0])
    if (!isPassword(value)) continue
    const before = near.slice(0, word.index)
    const isSaid =
      isWord &&
      value.length >= 5 &&
      LETTERS_AND_DIGITS.test(value) &&
      !isTechnical(value) &&
      !NO_PASSWORD.test(value) &&
      (SAYS.test(before) ||
        (BECOMES.test(before) && CHANGED.test(text.slice(Math.max(0, from - 40), from + word.index))))
    const isLike = count === 0 && isPasswordLike(value) && !NUMBERED.test(value)
    if (!isSaid && !isLike) continue
    add(from + word.index, from + word.index + value.length, 0.6, false)
    count += 1
    if (count > 1) return
  }
}

/** Nothing that refers to something else. */
function isPassword(value: string): boolean {
  return isOdd(value) && !(REFERENCE.test(value) || NOTHING.test(value) || /@.*\.|:\/\//.test(value))
}

/** What no name of code is, in a setting of a longer name: `token_vpn: …`, `sess=…`. */
const NAMED = indexed(
  /(?<=(?<![A-Za-z])(?:[A-Za-z]{1,12}[_.-])?)(token|api_?key|secret|session|sess|sid|sig|auth)([_-]?[A-Za-z]{1,16})?["']?[ \t]{0,4}[:=][ \t]{0,4}["']?([A-Za-z0-9%._~+/=-]{16,256})/gi,
)
const NO_KEY =
  /(?:arn|ur[il]|path|type|count|hash|digest|sha|name|ref|version|endpoint|class|file|at|mode|provider|method|scheme|alg(?:orithm)?|level|status|config|policy|role|domain|host|realm|issuer|audience|scope)$/i

/** Keys and sessions in fields whose name only begins as they are called. */
export function findNamed(text: string, add: AddSecret): void {
  for (const match of NAMED.matchesIn(text)) {
    const raw = match[3] ?? ''
    const value = raw.replace(/\.$/, '')
    const end = match.index + match[0].length - raw.length + value.length
    if (NO_KEY.test(match[2] ?? '') || !isRandom(value) || /^arn:|^[a-z_$][\w$]*\.[a-z_$]/i.test(value)) continue
    add(end - value.length, end, 0.7, false)
  }
}
