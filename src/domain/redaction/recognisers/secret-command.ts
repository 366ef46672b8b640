import { indexed } from '../patterns/indexed-pattern.ts'
import { hasContextBefore } from './context-words.ts'
import { type AddSecret, isOdd, isReference, NOTHING } from './secret-shape.ts'

/** A value in quotes, or without any to the next space. */
const VALUE = `(?:"([^"\\n]{3,80})"|'([^'\\n]{3,80})'|([^\\s"'|;&]{4,64}))`

/** Shares of Windows: `net use Z: \\\\srv\\share PASSWORD /user:…`. */
const SHARE = indexed(
  new RegExp(
    `\\bnet use [^\\n]{0,160}?(?:\\/user:[^\\s"']{1,64} (?![/\\\\])${VALUE}|\\\\[^\\s"']{1,80} (?![/\\\\])${VALUE}(?= \\/user:))`,
    'gi',
  ),
)
/** Programs that take a password after a letter: `mysql -pX`, `sshpass -p X`. */
const COMMAND = indexed(
  new RegExp(
    `\\b(?:mysql(?:dump|admin)?|mariadb|sshpass|psql|pg_dump|redis-cli|mongo(?:sh|dump)?|docker login|smbclient|ldapsearch|rclone|7z)\\b[^\\n|;&]{0,120}? -(?:p|W|w|a)[ =]?(?!-)${VALUE}`,
    'g',
  ),
)
/** `htpasswd -b FILE USER PASSWORD`. */
const HTPASSWD = indexed(new RegExp(`\\bhtpasswd (?:-[A-Za-z]{1,4} ){1,3}(?:[^\\s-][^\\s]{0,80} ){1,2}${VALUE}`, 'g'))
/** `echo 'PASSWORD' | sudo -S`. */
const PIPED = indexed(
  new RegExp(
    `\\b(?:echo|printf|Write-Output)(?: -[A-Za-z]+)? ${VALUE}(?= ?\\| ?(?:sudo -[A-Za-z]*S|[^\\n|]{0,40}--password-stdin|passwd|chpasswd))`,
    'g',
  ),
)
/** Calls whose string is a password. */
const SECURED = indexed(
  /\b(?:ConvertTo-SecureString|PasswordAuthentication\(|new NetworkCredential\()[^\n"']{0,60}(?:["'][^"'\n]{1,64}["'], ?)?["']([^"'\n]{3,80})["']/gi,
)
/** Settings of network devices: `snmp-server community X`, `authentication-key X`, `pre-shared-key ascii-text X`. */
const DEVICE = indexed(
  new RegExp(
    `\\b(?:snmp(?:-server)? community|authentication-key|(?:radius|tacacs)[^\\n]{0,60} key(?: [0-9])?|pre-shared-key(?: ascii-text)?|wpa-?psk(?: ascii)?|psksecret) ${VALUE}`,
    'gi',
  ),
)
/** `net user NAME PASSWORD`, `/v DefaultPassword /d PASSWORD`, `sqlcmd -U sa -P PASSWORD`. */
const WINDOWS = indexed(
  new RegExp(
    `(?:\\bnet user [^\\s"'/]{1,40} (?!/)|DefaultPassword(?: /t REG_SZ)? /d |\\b(?:sqlcmd|bcp|osql)\\b[^\\n|;&]{0,120}? -P )${VALUE}`,
    'gi',
  ),
)
/** Opened with a user and a password. */
const OPENED = indexed(
  /\bnew (?:PDO|mysqli)\([^\n]{1,160}?, ?["'][^"'\n]{1,64}["'], ?["']((?:\\.|[^"'\\\n]){3,80})["']|["'`][\w.-]{1,40}:([^"'`@\n]{3,64})@(?:tcp|unix)\(|\blftp -u ["']?[^\s"',]{1,64},([^"'\n]{3,64}?)(?=["']|\s)/gi,
)
/** A login that a device comes with, and its password: `admin / X`. */
const DEVICE_LOGIN = indexed(/(?<![\w/])(admin(?:istrator)?|root|operator|ubnt|apc|sa) \/ ([^\s/|]{3,40})/gi)
const BOUND = indexed(/\bldap_bind\([^()\n]{1,120}, ?["']([^"'\n]{3,80})["']\)/gi)
/** Logins of databases: `IDENTIFIED BY '…'`, `PASSWORD $$…$$`. */
const SQL = indexed(
  /\b(?:identified (?:with [\w']{1,40} )?by|(?:encrypted )?password(?= ?[$'=N])|set password (?:for [^=\n]{1,80})?=) ?=? ?N?(?:'((?:[^'\n]|''){3,80})'|"([^"\n]{3,80})"|\$(\w{0,16})\$([^\n]{3,80}?)\$\3\$)/gi,
)
/** The network of a code that telephones read: `WIFI:T:WPA;S:name;P:password;;`. */
const WIFI = indexed(/\bWIFI:(?:[^\n;]{0,80};){0,4}P:((?:\\.|[^;\\\n]){3,80})(?=;)/g)
/** The second string of a call that signs in. */
const SIGN_IN_CALL = indexed(
  /\.(?:login|authenticate|auth|sign_?in|connect)\(\s{0,4}["'][^"'\n]{1,80}["'],\s{0,4}["']([^"'\n]{4,80})(?=["'])/gi,
)
const CURL_USER = indexed(
  /\s(?:-u|--user)[ =](?!["']?https?:)(?:"([^\s:"]{1,64}:[^"\n]{1,128})"|'([^\s:']{1,64}:[^'\n]{1,128})'|([^\s:"']{1,64}:[^\s"']{1,128}))/g,
)

/** Patterns all of whose values are secrets, whatever they look like. */
const SURE = [SHARE, HTPASSWD, PIPED, SECURED, BOUND, SQL, WIFI, SIGN_IN_CALL, WINDOWS, OPENED]

/** Passwords where programs, shells and databases take them. */
export function findInCommands(text: string, add: AddSecret): void {
  const found = (match: RegExpExecArray, isGood: (value: string) => boolean): void => {
    const value = match
      .slice(1)
      .filter((group) => group !== undefined && group !== '')
      .at(-1)
    if (value === undefined || NOTHING.test(value) || isReference(value) || !isGood(value)) return
    const start = match.index + match[0].lastIndexOf(value)
    add(start, start + value.length, 0.8, true)
  }
  for (const pattern of SURE) for (const match of pattern.matchesIn(text)) found(match, () => true)
  for (const match of DEVICE_LOGIN.matchesIn(text))
    found(match, (value) => isOdd(value) || value.toLowerCase() === match[1]?.toLowerCase())
  for (const match of COMMAND.matchesIn(text)) found(match, (value) => isOdd(value) || match[3] === undefined)
  // Sentences go on there: `the authentication-key must match`.
  for (const match of DEVICE.matchesIn(text))
    found(match, (value) => isOdd(value) || match[3] === undefined || /\w[-_.?:]\w/.test(value))
  for (const match of CURL_USER.matchesIn(text))
    if (hasContextBefore(text, match.index, /\b(?:curl|http|wget)\b/i, 200))
      found(match, (value) => !value.includes(':$'))
}
