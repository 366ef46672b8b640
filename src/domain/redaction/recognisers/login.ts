import { isGivenName, isListedName } from '../list-names.ts'
import { isNoName } from '../no-names.ts'
import type { Candidate, Recogniser } from '../recogniser.ts'

const VALUE = '[a-z][a-z0-9]{0,24}(?:[._-][a-z0-9]{1,24}){0,3}'
const END = '(?![\\p{L}\\p{N}_(/\\\\]|[.-][\\p{L}\\p{N}])'

/** The same without properties of Unicode, which cost where every word is looked at. */
const PLAIN_END = '(?![A-Za-z0-9_(/\\\\]|[.-][A-Za-z0-9])'

/** Folders of users: `/home/jmuller/`, `C:\Users\ann.lee`. */
const FOLDER = new RegExp(
  `(?:/(?:home|Users|export/home|u01/home)/|\\\\{1,2}(?:Users|Profiles?|Benutzer|Utilisateurs|Usuarios|Utenti|Gebruikers|Użytkownicy)\\\\{1,2})(${VALUE})(?=[/\\\\\\s"'\`:;,)]|$)`,
  'giu',
)
/** A field or a line of a log that names an account. */
const FIELD = new RegExp(
  `(?<![A-Za-z0-9])(?:user(?:[ _-]?(?:name|id))?|login(?:s|u)?|login[ _]name|owner(?:s|[ _]id)?|authors?|requeste[rd](?:[ _]by)?|requestor|assignees?|assigned[ _-]?to|report(?:er|ed[ _-]by)|approve(?:r|d[ _-]by)|reviewe(?:r|d[ _-]by)|(?:created|updated|modified|changed|uploaded|opened|closed|resolved|merged|edited|deployed|triggered|pushed|submitted|signed[ _-]off)[ _-]?by|committer|actor|principal|operator|agent|slack|github|gitlab|twitter|skype|telegram|discord|wechat|weixin|insta(?:gram)?|snap(?:chat)?|tiktok|kakao|viber|mastodon|bluesky|reddit|user is|handle|nick(?:name)?|accounts?|acct|for user|password for|publickey for|sudo|su|uid|sender|cc|ping|thanks|hi|hey|ask|nutzer|benutzer|usuario|utilisateur|utente|gebruiker|użytkownik|utilizador)["'\u201d]?[ \\t:=]{1,6}["'\u201d]?(?:[a-z0-9-]{1,20}\\\\{1,2})?@?(${VALUE})${PLAIN_END}(?!@[a-z0-9-]+\\.)`,
  'gi',
)
/** Who speaks in a chat: `[14:03] mwangi_k: found it`, `<mwangi_k> found it`. */
const SPEAKER = new RegExp(
  `(?:^|\\n)[ \\t>]{0,4}(\\[?(?:[0-9T:. -]{4,24}(?:[AaPp][Mm])?)\\]?[ \\t]{1,2})?[@<]?(${VALUE})>?(?=:[ \\t]|>[ \\t])`,
  'gu',
)
const MENTION = new RegExp(`(?<![\\p{L}\\p{N}@./:_-])@(${VALUE})${END}(?!@)`, 'gu')
/** `florian.gruber@build-07`: an account on a machine. */
const ON_MACHINE = new RegExp(
  `(?<![\\p{L}\\p{N}@./:_-])(${VALUE})@(?=[a-z0-9-]{2,40}(?![\\p{L}\\p{N}_@-]|\\.[a-z]))`,
  'gu',
)

/** What a log calls who did something: `user=pdimitrova`. */
const LOGGED =
  /(?<![A-Za-z0-9_.])(?:user(?:_?name)?|usr|login|utente|klant|usuario|benutzer|utilisateur|gebruiker)=["']?([a-z][a-z0-9._-]{4,30})(?=["'\s;,)\]]|$)/g
/** An account of a Windows domain: `CORP\\mvandijk`. */
const OF_DOMAIN = /(?<![A-Za-z0-9\\])[A-Z][A-Z0-9-]{1,14}\\{1,2}([a-z][a-z0-9._-]{3,24})(?![A-Za-z0-9\\/])/g
/** Who wrote a line, as `git blame` shows it. */
const BLAME =
  /(?<=(?:^|\n)\^?[0-9a-f]{7,40} (?:\S{1,120} +)?\()(\p{L}[\p{L} .'’_-]{1,40}?)(?= +[0-9]{4}-[0-9]{2}-[0-9]{2} )/gu
/** What a person is called on a site. */
const SOCIAL =
  /(?<![A-Za-z0-9])(?:twitter|instagram|insta|snapchat|tiktok|wechat|weixin|telegram|skype|kakao(?:talk)?|mastodon|bluesky)(?: id| handle| name)?[ \t:=]{1,3}@?([a-z][a-z0-9._-]{3,30}[a-z0-9])(?![A-Za-z0-9/]|\.[a-z])/gi
/** Who speaks in a chat where several do: `<vkrishnan> that was the bot`. */
const NICK = /(?<=(?:^|\n)[ \t]{0,4}(?:\[?[0-9:]{4,8}\]? )?<)([a-z][a-z0-9._-]{2,24})(?=> [^<\n])/gu
const TAG =
  /^(?:body|button|center|details|dialog|fieldset|figure|footer|header|iframe|legend|option|picture|script|section|select|source|strong|style|summary|table|tbody|textarea|title|video)$/
const HAS_FOLDER = /\/(?:home|Users)\/|\\(?:Users|Profil|Benutzer|Utili|Usuarios|Utenti|Gebruikers|U\u017cytk)/i
const HAS_YEAR = /\([^()\n]{1,44} [0-9]{4}-[0-9]{2}-[0-9]{2} /
/** Accounts that are no person's. */
const SERVICE =
  /^(?:admin|administrator|root|system|service|svc|bot|robot|ci|cd|api|test(?:er|user)?|tests?|dev|prod|staging|deploy(?:er)?|runner|jenkins|gitlab|github|travis|circleci|ubuntu|ec2|centos|debian|fedora|alpine|vagrant|docker|kube|k8s|node|app|apps|web|www|data|db|dba|sa|postgres|mysql|mongo|redis|rabbit|kafka|nginx|apache|tomcat|git|svn|guest|user|users|public|shared|default|anonymous|nobody|daemon|mail|mailer|smtp|noreply|info|billing|ops|team|infra|platform|build|release|security|backup|monitor|monitoring|alerts?|scheduler|worker|cron|airflow|spark|hadoop|oracle|sap|crm|erp|etl|sync|import|export|integration|gateway|proxy|server|client|agent|operator|manager|owner|here|channel|everyone|all|none|null|true|false|unknown|unassigned|param|return|returns|type|see|link|since|override|property|required|optional|enabled|disabled|username|yourname|yourusername|workspace|project|projects|source|sources|backups|downloads|documents|desktop|library|example|sandbox|ansible|terraform|elastic|elasticsearch|grafana|prometheus|rabbitmq|zookeeper|jovyan|coder|gitpod|codespace|vscode|circleci|buildkite|runneradmin|runneruser|appuser|nonroot|webapp|website|frontend|backend|staff|student|students|teacher|linuxbrew|homebrew|steam|minecraft|weblogic|informatica|tableau|splunk|nagios|zabbix|puppet|chef|salt|consul|nomad|vault|caddy|traefik|haproxy|varnish|memcached|cassandra|clickhouse|influxdb|timescale|mattermost|discourse|wordpress|drupal|magento|odoo|nextcloud)$/
const MIN_NAME = 3
/** Letters of a given name that is all there is. */
const MIN_WHOLE = 4
/** Letters of a surname behind an initial. */
const MIN_SURNAME = 5

/** Accounts and handles that are made of a person's name: `jmuller`, `mwangi_k`, `@hr-lena`, `ann.lee@build-07`. */
export const login: Recogniser = {
  name: 'login',
  entityTypes: ['PERSON'],
  find(text) {
    const found: Candidate[] = []
    const add = (match: RegExpExecArray, value: string, tail = 0): void => {
      const end = match.index + match[0].length - tail
      found.push({ entityType: 'PERSON', start: end - value.length, end, score: 0.6, evidence: 'context' })
    }
    const addPersons = (pattern: RegExp, isMeant = isOfPerson, tail = 0): void => {
      for (const match of text.matchAll(pattern)) if (isMeant(match[1] ?? '')) add(match, match[1] ?? '', tail)
    }
    addPersons(FIELD)
    addPersons(SOCIAL, (value) => !SERVICE.test(value.toLowerCase()))
    if (text.includes('=')) addPersons(LOGGED, isOfSomebody)
    if (text.includes('\\')) addPersons(OF_DOMAIN, isOfSomebody)
    if (HAS_FOLDER.test(text)) addPersons(FOLDER, isOfSomebody)
    if (HAS_YEAR.test(text)) addPersons(BLAME, () => true)
    if (text.includes('@')) {
      addPersons(MENTION)
      addPersons(ON_MACHINE, isOfPerson, 1)
    }
    if (text.includes('>') && [...text.matchAll(NICK)].length > 1)
      addPersons(NICK, (value) => isUnknownWord(value) && !TAG.test(value))
    for (const match of text.matchAll(SPEAKER)) {
      const [whole, time, value = ''] = match
      const isMarked = time !== undefined || /[._-]/.test(value) || whole.endsWith('>')
      if (isMarked && isOfPerson(value)) add(match, value, whole.endsWith('>') ? 1 : 0)
    }
    return found
  },
}

/** Where nobody but an account stands: a person's, or one that no machine and no service has. */
function isOfSomebody(value: string): boolean {
  return isOfPerson(value) || isUnknownWord(value)
}

/** Whose folder it is can be nobody's but a person's: one word that no machine and no account of a service is called. */
function isUnknownWord(value: string): boolean {
  return /^[a-z]{6,20}$/i.test(value) && !SERVICE.test(value.toLowerCase()) && !isNoName(value)
}

/** Whether a name stands in it, alone or behind or before an initial, and nothing says that it is no person's. */
function isOfPerson(value: string): boolean {
  const parts = value
    .toLowerCase()
    .split(/[._0-9-]+/)
    .filter((part) => part !== '')
  if (parts.length === 0 || parts.some((part) => SERVICE.test(part))) return false
  if (parts.length === 1) return isWholeName(parts[0] ?? '')
  if (/^[a-z]\.[a-z]{4,}$/.test(value)) return true
  return parts.some((part) => part.length >= MIN_NAME && isListedName(part))
}

function isWholeName(part: string): boolean {
  if (part.length < MIN_WHOLE) return false
  return isGivenName(part) || (part.length > MIN_SURNAME && isListedName(part.slice(1)))
}
