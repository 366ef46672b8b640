import { indexed } from '../patterns/indexed-pattern.ts'
import type { AddSecret } from './secret-shape.ts'

/** What is nothing but a code that lets somebody in. */
const SURE =
  '(?<![A-Za-z0-9])(?:pin|puk|tan|otp|totp|mfa|2fa)(?:[ _-]?(?:code|number|nummer|no|nr))?(?![a-z0-9])|pincode|passcode|nip(?= (?:de )?(?:la |mi )?(?:tarjeta|cajero|banco|credencial))|digicode|one[- ]time (?:code|password|passcode)|einmal(?:passwort|code|kennwort)'
/** What is one where something says of what. */
const OF_SOMETHING =
  'codes?(?![a-z])|codic[ei](?![a-z])|c[óo]digos?(?![a-z])|(?<![A-Za-z])kod(?:u|em|y|ów)?(?![a-z])|(?<![A-Za-z])(?:senha|clave|contraseña|combin(?:ation|aci[óo]n|azione|aison|atie|a[çc][ãa]o)|(?:zahlen)?kombination|kombinacja)(?![a-z])|(?<![A-Za-z])combo(?![a-z])|lock ?box|key[ -]?(?:safe|box)|(?:padlock|candado|lucchetto|cadenas|vorhängeschloss|hangslot|kłódka|cadeado)(?= [0-9]{4,6}(?![0-9A-Za-z]))|door(?= [0-9]{3,6}[*#])|(?<![A-Za-z])(?:gate|keypad|portail|interphone|cancello|citofono|furtka|bramka|portón|portão|safe)(?= ?[:#] ?[*#]?[0-9])|alarm[ae]?(?=[^\n:]{0,28}: ?[*#]?[0-9]{4,6}(?![0-9.,]))|(?:duress|coacción|contrainte|coercizione|przymus|coação)(?=:? ?[0-9]{4,8})|keypad(?= [A-Z]?[0-9]{3,6}[A-Z]?(?![A-Za-z0-9]))|interphone(?= [0-9]{2}[A-Z0-9]{2,4}(?![A-Za-z0-9]))|schlüsselsafe|schlüsseltresor|sleutelkluis'
const NOUN = indexed(new RegExp(`(${SURE})|${OF_SOMETHING}`, 'gi'))

/** What opens behind a code. Each alternative begins a word or a part of a compound. */
const OPENS =
  /alarm|duress|coacci|contrainte|coerciz|przymus|coação|allarme|apartment|badge|bramy|building|caja|chiavi|llaves|edificio|locker|porter|skryt|bramk|cadeado|caja fuerte|candado|cancell|cassaforte|cassetta|citofon|coffre|cofre|boîte|combin|kombin|deur|digicode|domofon|door|drzwi|ent(?:ry|rance|rée|rada)|einfahrt|eingang|furtk|gara[gjż]|gate|haustür|immeuble|ingang|ingresso|intercom|interphone|key ?(?:box|safe)|kłódk|kluis|klatk|kofer|lobby|lock|lucchetto|poort|port(?:a|ail|al|[ãa]o|ón|one|illon|iere|inaio)\b|porte\b|puerta|safe|schließfach|schlüssel|schranke|sejf|shed|barri|buzzer|keypad|slagboom|szlaban|tor\b|torcode|tresor|tür|tuer|verja|vorhängeschloss|wejści|zutritt/i
/** Whom a code shows to be somebody. */
const PROVES =
  /(?<![a-z])(?:your|ihr|dein|votre|ton|su|tu|tuo|suo|uw|je|twój|seu|teu) (?=code|c[oó]d|kod)|pairing|secret|segret|geheim|logowani|acces|access|accès|acesso|aanmeld|anmelde|auth|bancomat|bankomat|carte\b|bestätigung|betaal|bevestig|beveilig|cajero|cart[ãa]o|conferma|confirm|dostęp|freigabe|freischalt|inlog|jednoraz|karty|log-?in|mailbox|messagerie|vocale|répondeur|buzón|segreteria|sign-?in|one[- ]time|podtwierdz|potwierdz|prüf|sblocco|desbloque|déverrouill|unlock|odblok|s[eé]cur|seguran|segurid|sicherheit|sicurezza|sms|tarjeta|texted|toegang|unique|verif|vérif|voicemail|weryfik|zugang/i
/** Of which numbers an error, a state or a place is no secret. */
const NO_SECRET =
  /bar|bank|country|discount|dress|erreur|error|errore|exit|fehler|fiscal|http|istat|plz|post|postal|product|promo|reason|response|return|resp|rückgabe|sort|source|status|steuer|swift|unicode|zip|błęd|kraj|pocztow|kreskow|rabat|catast|tribut/i
/** What stands between a word for a code and the code. */
const GAP = /["'\u201d)\]]{0,2}[^\n0-9]{0,56}?(?=[*#A-Za-z]{0,2}[0-9])/y
/** A code with what belongs to it. */
const TOKEN =
  /(?:[A-Z]{1,2}-)?[*#]{0,2}[A-Za-z]{0,2}[0-9]{1,8}[A-Za-z0-9]{0,6}(?:[ -][0-9]{1,4}(?![0-9A-Za-z])){0,2}[*#]{0,2}/y
const IS_DIGITS = /^(?:[A-Z]{1,2}-)?[*#]{0,2}[0-9]{4,8}[*#]{0,2}$/
const IS_SPLIT = /^(?:[0-9]{3}[ -][0-9]{3}|[0-9]{2} [0-9]{2}|[0-9]{4} [0-9]{4})$/
const IS_MIXED = /^[*#]?(?=[A-Z0-9]*[A-Z])(?:[A-Z]{1,2}[0-9]{3,6}[A-Z]?|[0-9]{2,6}[A-Z]{1,2}[0-9]{0,5})[*#]?$/
const IS_COMBINATION = /^[0-9]{1,2}(?:[ -][0-9]{1,2}){2}$/
/** Behind a number that counts or is a part of a longer one. */
const GOES_ON =
  /^(?:[0-9A-Za-z_%€$£]|[.,:/-][0-9]| ?(?:%|€|\$|£|°|(?:kg|km|cm|mm|ms|min|mins|minutes|minuten|sec|seconds|hours|hrs|uhr|days|tage|jours|times|mal|attempts|people|users|rows|of|per|euro|eur|usd|pln|zł)\b))/i
/** Says that the number is another thing's. */
const OF_OTHERS =
  /[+€$£/@]$|(?<![a-z])(?:order|invoice|ticket|case|ref|room|unit|apt|flat|flt|suite|building|line|rechnung|auftrag|vorgang|facture|commande|pedido|factura|fattura|ordine|zamówieni[ea]|faktur[ay]|fatura|chapter|kapitel|page|seite|version|port|phone|tel|telefon|mobile|cell|ending in|ending|error|endend auf|year|since|seit|depuis|desde|dal|sinds|od roku|in|im|en|em|nel|w)[ .:#]{0,3}(?:n[oº°r][.:]? ?)?$/i
/** How many, how long and whether: settings of what makes the codes. */
const OF_SETTING =
  /^ ?[\w.-]*(?:review|table|lines|style|length|len|ttl|expir|timeout|period|digits|count|size|max|min|window|interval|drift|skew|attempt|retr|limit|enabled|version|type|path|coverage|requests|users|flow)/i
/** Between a word that is sure and the code, where nothing says that it follows. */
const WHOSE =
  /(?<![a-z])(?:sim|card|karte|carte|tarjeta|carta|kaart|app|handy|for|to|of|für|vom|zum|der|des|de|du|del|della|dello|di|do|da|van|voor|od|na|dla|texted|sent)(?![a-z])/i
/** Of which thing a code is. */
const OF_DEVICE =
  /(?:for|to|of|für|du|de|del|van|do|od) (?:the |my |his |her |das |mein |mon |mi |mijn |meu )?(?:phone|mobile|cell|tel|telefon)[ .:#]{1,3}$/i
/** A word that says what follows is it. */
const SAYS =
  /(?:[:=#"'(\u201d]|(?<![a-z])(?:is|was|its|’s|'s|ist|war|lautet|doch|noch|est|c'est|c’est|était|le|es|era|è|to|jest|é|eh|=|used|said|are|sind|gave|gab|gave them|podał|tell|as)|\.{3})[ ,\t]{0,16}["'#(]?$/i

/** Before it: `883021 is your verification code`. */
const BEFORE_NOUN =
  /(?<![0-9A-Za-z.,-])((?:[A-Z]-)?[0-9]{4,8}) (?:is|ist|est|es|è|to|jest|é) (?:your|the|ihr|dein|votre|ton|le|su|tu|il|uw|je|twój|pana|pani|seu|o|a|sua)[^\n.]{0,30}(?:code|codice|c[óo]digo|kod|pin|otp|passcode|senha|clave)/gi
const AS_NOUN =
  /(?<=(?<![A-Za-z])(?:use|enter|verwenden sie|nutzen sie|utilisez|saisissez|usa|introduce|inserisci|gebruik|użyj|digite|insira) )((?:[A-Z]-)?[0-9]{4,8}) (?:as|to|als|zum|um|comme|pour|como|para|come|per|om|jako|aby)(?=[^\n.]{0,40}(?:code|codice|c[óo]digo|kod|pin|otp|log|sign|verif|confirm|anmeld|connect|acced))/gi

/** Groups that let somebody in instead of a device. */
const BACKUP_WORD =
  '(?:backup|recovery|rescue|2fa|mfa|activation|unlock|invite|registration) (?:code|key)s?|(?:licen[cs]e|product|windows|office) keys?|(?:wiederherstellungs|notfall|backup|ersatz|aktivierungs|freischalt|registrierungs)[- ]?(?:codes?|schlüssel)|codes? de (?:secours|récupération|sauvegarde|activation)|c[óo]digos? de (?:reserva|recuperaci[óo]n|respaldo|recupera[çc][ãa]o|backup|activaci[óo]n|ativa[çc][ãa]o)|codic[ei] di (?:recupero|backup|riserva|attivazione)|(?:herstel|back-?up|reserve|activatie)[- ]?codes?|kod(?:y|u)? (?:zapasow(?:y|e|ego)|odzyskiwania|awaryjn(?:y|e)|aktywacyjn(?:y|e))'
const GROUP =
  '(?:(?=[A-Za-z-]{0,40}[0-9])[A-Za-z0-9]{3,8}(?:-[A-Za-z0-9]{3,8}){1,7}|[0-9]{4} [0-9]{4}|[0-9]{6,10})(?![A-Za-z0-9-])'
const BACKUP_CODE = indexed(
  new RegExp(
    `(?:${BACKUP_WORD})(?: (?:used|is|was|are|ist|war|sind|est|es|è|to|é))?[ :=]{1,3}(${GROUP}(?:(?:, ?| and | or | und | et | y | e | en | i |\\s{1,6})${GROUP}){0,16})`,
    'gi',
  ),
)

/** What an app makes one-time codes of, in base 32 (RFC 6238). */
const SEED = indexed(
  /\b(?:totp|otp|2fa|mfa|authenticator)\b[^\n]{0,24}?(?:seed|secret|key|schlüssel|clé|clave|chiave|sleutel|klucz|chave)[^\n]{0,24}?(?:\n[^\n:]{0,30})?[:= ] ?((?:[A-Z2-7]{4} ){3,15}[A-Z2-7]{4}|[A-Z2-7]{16,64})(?![A-Za-z0-9])/gi,
)
/** BitLocker's: eight groups of six digits. */
const BITLOCKER = indexed(/(?<![0-9-])[0-9]{6}(?:-[0-9]{6}){7}(?![0-9-])/g)

/** Short codes: PIN, one-time, of doors and alarms, in eight languages, and those that stand in for a device. */
export function findCodes(text: string, add: AddSecret): void {
  for (const match of NOUN.matchesIn(text)) {
    const end = match.index + match[0].length
    const place = codeBehind(text, match.index, end, match[1] !== undefined)
    if (place === null) continue
    add(place[0], place[1], 0.7, false)
    // One to let in, and one to lock up again.
    const other = /^ ?\/ ?([0-9]{4,8})(?![0-9A-Za-z/])/.exec(text.slice(place[1], place[1] + 16))
    if (other !== null)
      add(place[1] + other[0].length - (other[1] ?? '').length, place[1] + other[0].length, 0.7, false)
  }
  if (/[0-9]{4} (?:is|ist|est|es|è|to|jest|é|as|als|zum|um|comme|pour|como|para|come|per|om|jako|aby) /i.test(text))
    for (const pattern of [BEFORE_NOUN, AS_NOUN])
      for (const { index, 1: code = '' } of text.matchAll(pattern)) add(index, index + code.length, 0.7, false)
  for (const { index, 0: key } of BITLOCKER.matchesIn(text)) add(index, index + key.length, 0.8, true)
  for (const pattern of [SEED, BACKUP_CODE])
    for (const { start, end } of pattern.valuesIn(text)) add(start, end, 0.8, true)
}

/** Where the code stands that a word announces; null where it announces none. */
function codeBehind(text: string, start: number, end: number, isSure: boolean): [number, number] | null {
  GAP.lastIndex = end
  const gap = GAP.exec(text)?.[0]
  if (gap === undefined) return null
  TOKEN.lastIndex = end + gap.length
  const token = TOKEN.exec(text)?.[0]
  if (
    token === undefined ||
    (OF_OTHERS.test(gap) && !(isSure && OF_DEVICE.test(gap))) ||
    OF_SETTING.test(gap) ||
    /[A-Za-z]{2}-$/.test(gap)
  )
    return null
  // A sentence may end between a word that is sure and what somebody says then.
  if (isSure ? (gap.match(/[.!?;] /g)?.length ?? 0) > 1 : /[.!?;,] |\p{L}\)? ?[–—] /u.test(gap)) return null
  const before = text.slice(Math.max(0, start - 28), start).replace(/^.*[.!?;,{\n]/s, '')
  const around = `${before}${text.slice(start, end)}${gap}`
  const opens = OPENS.test(around)
  if (!isSure && (!(opens || PROVES.test(around)) || NO_SECRET.test(`${before.slice(-16)}${gap}`))) return null
  const isTold = gap.length < 3 || SAYS.test(gap)
  const value = valueOf(token, isTold, opens && gap.length < 24)
  // One of a log between others: `Gate=3 Code=F014 Ticket=…`.
  if (gap === '=' && !isSure && /[\w]=[^\s=]+ $/.test(before) && /^\S{1,12} \w+=/.test(text.slice(end + 1, end + 40)))
    return null
  if (value === null || GOES_ON.test(text.slice(end + gap.length + value.length, end + gap.length + value.length + 12)))
    return null
  if (!isSure && /^(?:19|20)[0-9]{2}$/.test(value) && !/[:=#]/.test(gap)) return null
  if (!isTold && (/^(?:19|20)[0-9]{2}$/.test(value) || gap.length > 40 || (isSure && !WHOSE.test(gap)))) return null
  return [end + gap.length, end + gap.length + value.length]
}

/** As much of what stands there as a code is; null where it is none. */
function valueOf(token: string, isTold: boolean, opens: boolean): string | null {
  if (IS_DIGITS.test(token) || (isTold && IS_SPLIT.test(token))) return token
  if (opens && (IS_MIXED.test(token) || IS_COMBINATION.test(token))) return token
  const first = token.replace(/[ -].*$/, '')
  return first !== token && token[first.length] === ' ' ? valueOf(first, isTold, opens) : null
}
