import { isGivenName, isListedName } from '../../list-names.ts'
import { isNoName } from '../../no-names.ts'
import { SERVICE, STATE } from './account-words.ts'

/** What says that an account is one of an outsider, or a second one with more rights. */
const AFFIX = /^(?:ext|adm|admin|vendor|[axc])[._-](?=[a-z]{4})|(?<=[a-z]{4})[._-](?:ext|adm|admin|da|priv|t[0-3])$/
/** What surnames begin with that are written as one word: `devries`. */
const PARTICLES =
  /^(?:vander|vanden|vande|van|von|der|den|ter|de|di|da|del|della|dos|das|mac|mc|la|le|al|el)(?=[a-z]{4})/
const MIN_NAME = 3
/** Letters of a given name that is all there is. */
const MIN_WHOLE = 4
/** Letters of a name beside an initial. */
const MIN_BESIDE_INITIAL = 4
/** Surnames that are ordinary words too, so that no list has them. */
const WORD_SURNAMES = new Set(
  'doe smith miller brown white green black king baker cook hill wood woods young long hall ward fox stone day park bush rice cole west north hunt grant page parker carter turner walker fisher hunter mason potter porter cooper gardner butler carpenter shepherd bishop price rivers fields banks lane marsh snow frost summers winters jong vries boer wit groot bruin roux blanc petit grand leroy moreau garnier klein gross lang kurz schwarz weiss braun roth koch vogel wolf fuchs bauer kaiser richter sommer winter blanco rojo rios torres reyes flores cruz campos ramos russo ferrari costa fontana monti conti'.split(
    ' ',
  ),
)
/** Endings that hardly any word has but surnames. */
const SURNAME =
  /^[a-z]{2,}(?:ski|ska|cki|cka|wicz|czyk|czak|enko|chuk|ov|ova|ev|eva|ovic|evic|sson|sen|mann|berg|stein|shvili|dottir|poulos|poulou|idis|escu|oglu|inen|yan|ez|elli|etti|ucci|ini|veld|kamp|stra)$/

/** Whether a word in small letters is one of every day that families are called by too. */
export function isWordSurname(word: string): boolean {
  return WORD_SURNAMES.has(word)
}

/** Whether a word in small letters ends as hardly any word does but surnames. */
export function hasSurnameEnding(word: string): boolean {
  return SURNAME.test(word) && !/^.{1,3}(?:ov|ev|ez|sen|ini|yan)$/.test(word)
}

/** Whether a name stands in an account, alone or beside an initial, and nothing says that it is no person's. */
export function isOfPerson(account: string): boolean {
  const parts = account
    .toLowerCase()
    .replace(AFFIX, '')
    .split(/[._0-9-]+/)
    .filter((part) => part !== '')
  if (parts.length === 0 || parts.some((part) => SERVICE.test(part))) return false
  if (parts.length === 1) return isWholeName(parts[0] ?? '')
  if (/^[a-z]\.[a-z]{4,}$/.test(account)) return true
  return parts.some((part) => part.length >= MIN_NAME && isListedName(part))
}

/** The same where nobody but an account stands: also one that no machine and no service has. */
export function isOfSomebody(account: string): boolean {
  return isOfPerson(account) || isUnknownWord(account) || isInvented(account) || isSurname(account.slice(0, -1))
}

/** What says in a connection string where to connect, and the next of its settings. */
const WHERE_TO = /(?:server|data source|host|endpoints?\w*|database|initial catalog)=[^\n]{1,160}$/i
const NEXT_SETTING = /^; ?[A-Za-z][A-Za-z ]{1,24}=/

/** Whether the account between two places is the one of a connection string: `Server=db;User ID=fleetadmin;Password=…`. */
export function isOfConnection(text: string, start: number, end: number): boolean {
  return NEXT_SETTING.test(text.slice(end, end + 28)) && WHERE_TO.test(text.slice(Math.max(0, start - 200), start))
}

/** One word that no machine, no service and no thing is called. */
export function isUnknownWord(account: string): boolean {
  return /^[a-z]{6,20}$/i.test(account) && !isOfService(account) && !isNoName(account)
}

/** One with digits at its end: `sdevries3`. */
export function isNumbered(account: string): boolean {
  return /^[a-z]{4,}[._-]?[0-9]{1,4}$/.test(account) && isInvented(account)
}

/** A word with digits or two words with a sign between that people choose and nobody else: `kruemel83`, `j_ibarra`. */
export function isInvented(account: string): boolean {
  const lower = account.toLowerCase()
  if (!/^[a-z]{3,}[._-]?[0-9]{1,4}$|^[a-z]+(?:[._-][a-z]+){1,2}[0-9]{0,4}$/.test(lower) || !/[a-z]{3}/.test(lower))
    return false
  return lower.split(/[._0-9-]+/).every((part) => part === '' || !(isOfService(part) || isNoName(part)))
}

/** What programs put before and behind the names of their accounts: `svc_labfeed`, `claims_rw`, `etl_loader`. */
const SERVICE_SIGN =
  /^(?:svc|srv|sys|etl|batch|cron|robot)[._-]|[._-](?:rw|ro|svc|etl|loader|reader|writer|exporter|importer|worker|daemon|sync|batch|bot)$|[a-z]{3}(?:admin|prod|svc)$/

/** Whether an account is that of a machine, a service or a role. */
export function isOfService(account: string): boolean {
  const lower = account.toLowerCase()
  return SERVICE.test(lower) || STATE.test(lower) || SERVICE_SIGN.test(lower)
}

function isWholeName(part: string): boolean {
  if (part.length < MIN_WHOLE || isNoName(part)) return false
  return isGivenName(part) || isSurname(part.slice(1))
}

function isSurname(word: string): boolean {
  if (WORD_SURNAMES.has(word)) return true
  const main = word.replace(PARTICLES, '')
  if (main !== word && (WORD_SURNAMES.has(main) || (main.length > 4 && isListedName(main)))) return true
  if (/^(?:vander|vanden|vande|von|vd)[a-z]{4,}$/.test(word)) return true
  return word.length >= MIN_BESIDE_INITIAL && (isListedName(word) || SURNAME.test(word))
}
