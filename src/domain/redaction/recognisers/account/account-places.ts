import { isGivenName } from '../../list-names.ts'
import { isNoName } from '../../no-names.ts'
import { indexed } from '../../patterns/indexed-pattern.ts'
import { lookBehindOf } from '../../patterns/look-behind.ts'
import { AT_WORD, BEFORE_SIGN } from './account-words.ts'
import { isInvented, isNumbered, isOfPerson, isOfService, isOfSomebody, isUnknownWord } from './person-account.ts'

export const VALUE = '[a-z][a-z0-9]{0,24}(?:[._-][a-z0-9]{1,24}){0,3}'
const END = '(?![\\p{L}\\p{N}_(/\\\\]|[.-][\\p{L}\\p{N}])'

interface Place {
  /** Group 1 is the account. */
  pattern: RegExp
  /** What every text with such a place has. */
  sign?: RegExp
  isMeant(account: string): boolean
}

/** Where accounts stand that no cue is before. */
const PLACES: readonly Place[] = [
  {
    // Who asked, in the log of a web server: `203.0.113.9 - lbrandt [26/Nov/2025:14:02:13`.
    pattern: /(?<=(?:^|\n)[^\s]{3,64} [^\s]{1,40} )([A-Za-z][\w.-]{2,40})(?= \[[0-9]{2}\/[A-Z][a-z]{2}\/[0-9]{4}:)/dg,
    sign: / \[[0-9]{2}\/[A-Z][a-z]{2}\//,
    isMeant: (account) => isOfSomebody(account) && !/health|check|probe|monitor/.test(account),
  },
  {
    // Whose a file is, in a list of files: `-rw-r--r-- 1 mreyes staff 120 Nov 3 a.txt`.
    pattern: /(?<=(?:^|\n)[-dlbcps][rwxsStT-]{9}[.+@]? +[0-9]+ (?:[a-z][\w.-]{2,30} +)?)([a-z][\w.-]{2,30})(?= )/dg,
    sign: /(?:^|\n)[-dlbcps][rwxsStT-]{9}/,
    isMeant: isOfSomebody,
  },
  {
    // As whom somebody signs in: `logged in as akowal`, and what `su` and PAM say.
    pattern:
      /(?<=(?<![a-z])(?:log(?:ged|ging|s)?[ -]?(?:in|on)|login|sign(?:ed|ing)?[ -]?in|angemeldet|anmeldung|connectée?|connexion|sesión|accesso|ingelogd|inloggen|zalogowan[ya]|logowani[ea]|logad[oa]|opened for user|closed for user) (?:(?:as|als|comme|como|come|jako) )?(?:user )?["']?)([a-z][\w.-]{2,29}\w)(?=["']?(?:[\s,;.)(]|$))/dgi,
    sign: /(?:as|als|comme|como|come|jako|for user) /i,
    isMeant: isOfPersonOrNumbered,
  },
  {
    // The same where it says as whom: what nothing else is called.
    pattern:
      /(?<=(?<![a-z])(?:log(?:ged|ging|s)?[ -]?(?:in|on)|sign(?:ed|ing)?[ -]?in|angemeldet|connectée?|ingelogd|zalogowan[ya]|logad[oa]) (?:as|als|comme|como|jako) ["']?)([a-z]{6,20})(?=["']?(?:[\s,;.)(]|$))/dg,
    sign: /(?:as|als|comme|como|jako) /,
    isMeant: (account) => isUnknownWord(account) && !HOW.test(account),
  },
  {
    // Who did something to code, and who posts: `lbrandt pushed to main`, `u/lenabrandt posted`.
    pattern:
      /(?<![\w@./-])([a-z][a-z0-9._-]{3,30})(?= (?:pushed|committed|force-pushed|merged|rebased|approved these|requested changes|commented on|opened (?:a |the )?(?:pr|pull|issue|mr|merge)|joined the channel|left the channel)(?![a-z]))|(?<=(?:^|[\s(])\/?u\/)([A-Za-z][\w-]{3,20})(?![\w/-])/dg,
    sign: /[a-z] (?:pushed|committed|force-pushed|merged|rebased|approved these|requested changes|commented on|opened |joined the|left the)|(?:^|[\s(])\/?u\/[A-Za-z]/,
    isMeant: (account) => (isOfPerson(account) && !isGivenName(account)) || isInvented(account),
  },
  {
    // Before a password that goes with it: `creds: mmeier / …`.
    pattern:
      /(?<=(?<![a-z])(?:creds|credentials?|zugangsdaten|identifiants?|credencia(?:les|is)|credenziali|inloggegevens|login|logowania|accesos?|accesso|acesso)(?: [a-zà-ÿ-]{2,16}){0,3}[ :]{1,3})([a-z][\w.-]{2,30})(?= ?\/ ?[^\s/])/dgi,
    sign: /\S ?\/ ?\S/,
    isMeant: isOfSomebody,
  },
  {
    // Who is thanked, spoken to or asked, with the sign of an account.
    pattern: new RegExp(
      `(?<=(?<![A-Za-z])(?:${BEFORE_SIGN})[:,]? ?["'(]?)@([a-z][a-z0-9._-]{1,29}[a-z0-9])(?![A-Za-z0-9(/=@_-]|\\.[a-z]|;$)`,
      'dgi',
    ),
    sign: /@[a-z]/i,
    isMeant: (account) =>
      !AT_WORD.test(account.toLowerCase()) &&
      isNoServiceAtAll(account) &&
      (/^[a-z]/.test(account) || isOfPerson(account)),
  },
  {
    // What a log calls who did something: `user=pdimitrova`.
    pattern:
      /(?<![A-Za-z0-9_.])(?:(?:[A-Z][a-z]{2,12}){0,3}(?:User|Logon|Login)(?:Name)?|user(?:_?name)?|usr|login|utente|klant|usuario|benutzer|utilisateur|gebruiker)=["']?([a-z][a-z0-9._-]{4,30})(?=["'\s;,)\]]|$)/dg,
    sign: /=/,
    isMeant: isOfSomebody,
  },
  {
    // Who signed in to a machine, or meant to: `Accepted publickey for tzzyx from`.
    pattern: /(?<=(?:Failed|Accepted) [a-z/-]{4,24} for )(?!invalid user )([a-z][a-z0-9._-]{3,30})(?= from )/dg,
    sign: /(?:Failed|Accepted) /,
    isMeant: isOfSomebody,
  },
  {
    // Who is to be reached where: `ping ceciliaw on Mattermost`.
    pattern:
      /(?<![\w@./-])([a-z][a-z0-9._-]{3,30}[a-z0-9])(?= (?:on|auf|sur|en|su|op|na|no) (?:Matrix|Mattermost|Slack|Discord|Telegram|Signal|Teams|Rocket\.?Chat|IRC|GitHub|GitLab|Keybase|Zulip|Instagram|Twitter|Mastodon|Bluesky|Reddit|Twitch|Steam)(?![A-Za-z]))/dg,
    sign: / (?:Matrix|Mattermost|Slack|Discord|Telegram|Signal|Teams|Rocket|IRC|Git|Keybase|Zulip|Insta|Twit|Mastodon|Bluesky|Reddit|Steam)/,
    isMeant: (account) =>
      (isOfPerson(account) && !isGivenName(account)) || isInvented(account) || isGivenName(account.slice(0, -1)),
  },
  {
    // By whom something was done, with a digit that no word has: `correction by jstubbs3`.
    pattern: /(?<=(?<![a-z])(?:by|par|von|door|da|przez|por) )([a-z]{4,24}[0-9]{1,3})(?![\w@/(-]|\.\w)/dg,
    sign: /(?<![a-z])(?:by|par|von|door|da|przez|por) [a-z]{4,24}[0-9]/,
    isMeant: isOfPerson,
  },
  {
    // As whom PostgreSQL lets in, by a file of passwords: `host:5432:database:rvandersloot:…`.
    pattern: /(?<=(?:^|\n)[\w.*-]{1,80}:(?:[0-9]{2,5}|\*):[\w.*-]{1,60}:)([a-z][a-z0-9._-]{3,30})(?=:[^\s:])/dg,
    sign: /:(?:[0-9]{2,5}|\*):/,
    isMeant: isOfPerson,
  },
  {
    // Behind the word for one in a sentence what only people choose: `user id kruemel_83`.
    pattern:
      /(?<=(?<![A-Za-z0-9])(?:user ?(?:id|name)|login(?: id| name)?|benutzername|identifiant|nombre de usuario|gebruikersnaam) )([a-z]{2,20}[._-]?[a-z]{0,16}[0-9]{1,4})(?![A-Za-z0-9@/_-])/dgi,
    sign: /user|login|benutzer|identif|usuario|gebruik/i,
    isMeant: isInvented,
  },
  {
    // In brackets behind who has it: `Ann Lee (identifiant alee)`.
    pattern:
      /(?<=\((?:identifiant|log-?in|user(?: ?name| ?id)?|benutzer(?:name)?|kennung|usuario|usu[áa]rio|utente|gebruiker(?:snaam)?|konto|handle|nick)[ :]{1,2})([a-z][\w.-]{3,30})(?=\))/dgi,
    sign: /\([a-z]{4,12}[^()]{1,40}\)/i,
    isMeant: isOfSomebody,
  },
  {
    // An account of a program that is one person's: `db user crm_ro_tomasz`.
    pattern:
      /(?<=(?<![A-Za-z0-9])(?:db|database|service|svc) (?:user|account|login) )([a-z]{2,12}_(?:[a-z]{2,12}_)?[a-z]{4,20})(?![A-Za-z0-9_(.])/dg,
    sign: /_/,
    isMeant: (account) => isGivenName(account.slice(account.lastIndexOf('_') + 1)),
  },
  {
    // Whose access somebody mends: `reset pw for asantos`.
    pattern:
      /(?<=\b(?:reset|unlock(?:ed)?|disabled?|lock(?:ed)?|enabled?) (?:the )?(?:pw|pwd|password|account|login|mfa|2fa)(?: (?:for|of))? )([a-z][a-z0-9._-]{3,30}[a-z0-9])(?![A-Za-z0-9@/])/dgi,
    sign: /reset|lock|able/i,
    isMeant: isOfSomebody,
  },
  {
    // Who wrote a line of a history: `18/04 10:40 - mgimenez: …`.
    pattern: /(?<=(?:^|\n)\[?[0-9][^\n]{1,22} - (?:[\p{L} ]{1,20} )?)([a-z][a-z0-9._-]{3,24})(?=: )/dgu,
    sign: /(?:^|\n)\[?[0-9][^\n]{1,22} - /,
    isMeant: isOfSomebody,
  },
  {
    // Who speaks, with the sign of an account: `@jbellweather: anyone?`.
    pattern:
      /(?<=(?:^|\n)[ \t>]{0,4}(?:\[[^\]\n]{1,24}\] ?)?)@([a-z][a-z0-9._-]{1,30})(?=: [^\n]{2}| (?!true\b|false\b|nil\b|"""|[0-9_]+[ \t]*(?:\n|$)|[~%:[{&])[^\n]{2})/dg,
    sign: /(?:^|\n)[^\n]{0,30}@/,
    isMeant: (account) => isNoService(account) && !AT_WORD.test(account),
  },
  {
    // Who signs in to a machine, and who is on it: `ssh bvandermeer@198.51.100.24`, `bvandermeer pts/0`.
    pattern: /(?<![\w.@/-])([a-z][a-z0-9._-]{3,30})(?=@[0-9]{1,3}(?:\.[0-9]{1,3}){3}| {1,12}(?:pts\/|tty)[0-9])/dg,
    sign: /@[0-9]|pts\/|tty[0-9]/,
    isMeant: (account) => isOfSomebody(account) || isOfSomebody(account.replace(/^root\./, '')),
  },
  {
    // By whom something was done, at the end of a line of a log.
    pattern:
      /(?<=(?:^|\n)[^\n]{0,12}[0-9]{2}:[0-9]{2}[^\n]{1,80} (?:by|door|von|durch|par|por|da|przez) )([a-z][a-z0-9._-]{3,24})(?=[ \t]*(?:\n|$))/dg,
    sign: /[0-9]:[0-9]{2}[^\n]{1,80} (?:by|door|von|durch|par|por|da|przez) /,
    isMeant: isNoService,
  },
  {
    // An account of a Windows domain, with it: `CORP\mvandijk`.
    pattern: /(?<![A-Za-z0-9\\])([A-Z][A-Z0-9-]{1,14}\\{1,2}[a-z][a-z0-9._-]{2,24})(?![A-Za-z0-9\\/])/dg,
    sign: /\\/,
    isMeant: (account) => isOfSomebody(account.replace(/^.*\\/, '')),
  },
  {
    // Folders of users: `/home/jmuller/`, `C:\Users\ann.lee`.
    pattern: new RegExp(
      `(?:/(?:home|Users|export/home|u01/home)/|\\\\{1,2}(?:[Hh]omes?\\$?|users\\$|Users\\$?|Profiles?|Benutzer|Utilisateurs|Usuarios|Utenti|Gebruikers|Użytkownicy)\\\\{1,2})(${VALUE})(?=[/\\\\\\s"'\`:;,)]|$)`,
      'dgiu',
    ),
    sign: /\/(?:home|Users)\/|\\(?:[Hh]ome|[Uu]sers|Profil|Benutzer|Utili|Usuarios|Utenti|Gebruikers|U\u017cytk)/i,
    isMeant: (account) => isOfSomebody(account) || (/^[a-z]{4,}[0-9]{0,3}$/i.test(account) && isNoService(account)),
  },
  {
    // The part of a path that says whose a page is: `GET /u/ludo_pham/orders`.
    pattern:
      /(?<=\s\/(?:[\w.-]{1,20}\/){0,2}(?:u|users?|profiles?|people|members?)\/)([a-z][a-z0-9._-]{2,30})(?=[/?\s"'#]|$)/dgi,
    sign: /\/(?:u|users?|profiles?|people|members?)\//i,
    isMeant: (account) => isOfPerson(account) || isInvented(account),
  },
  {
    // Who wrote a line, as `git blame` shows it.
    pattern:
      /(?<=(?:^|\n)\^?[0-9a-f]{7,40} (?:\S{1,120} +)?\()(\p{L}[\p{L} .'’_-]{1,40}?)(?= +[0-9]{4}-[0-9]{2}-[0-9]{2} )/dgu,
    sign: /\([^()\n]{1,44} [0-9]{4}-[0-9]{2}-[0-9]{2} /,
    isMeant: () => true,
  },
  {
    // Who wrote a commit.
    pattern:
      /(?<=(?:^|\n)[ \t]{0,8}(?:Author|Commit|Committer|Signed-off-by|Co-authored-by|Reviewed-by|Reported-by|Tested-by|Acked-by):[ \t]{1,8})([\p{L}][\p{L}\p{M}0-9 .'’_-]{1,40}?)(?= <[^<>\n]{3,80}>)/dgu,
    sign: /(?:Author|Commit|Committer|-by):/,
    isMeant: (name) => !name.split(/[ ._-]/).some(isOfService),
  },
  {
    pattern: new RegExp(`(?<![\\p{L}\\p{N}@./:_-])@(${VALUE})${END}(?!@)`, 'dgu'),
    sign: /@/,
    isMeant: (account) => isOfPerson(account) && !AT_WORD.test(account),
  },
  {
    // The same in a sentence, where no decorator and no variable stands.
    pattern: new RegExp(`(?<=[\\p{L}\\p{N}):,>\\]"] [("]?|[("])@(${VALUE})${END}(?! ?=|@|;)|@(${VALUE})(?=: )`, 'dgu'),
    sign: /@(?!.*\b(?:DECLARE|SELECT|EXEC)\b)/,
    isMeant: (account) => isInvented(account) && !AT_WORD.test(account),
  },
  {
    // `florian.gruber@build-07`: an account on a machine.
    pattern: new RegExp(`(?<![\\p{L}\\p{N}@./:_-])(${VALUE})@(?=[a-z0-9-]{2,40}(?![\\p{L}\\p{N}_@-]|\\.[a-z]))`, 'dgu'),
    sign: /@(?=[a-z0-9-]{2,40}(?![\p{L}\p{N}_@-]|\.[a-z]))/u,
    isMeant: isOfPerson,
  },
]

/** The same with what tells soon that a text has none. */
export const SIGNED_PLACES = PLACES.map(({ pattern, sign, isMeant }) => {
  const before = lookBehindOf(pattern)
  const lead = before === null ? null : indexed(before)
  const mayBeIn = (text: string): boolean => lead?.isIn(text) !== false && sign?.test(text) !== false
  return { pattern, mayBeIn, isMeant }
})

/** Also a short one, where the sign is before it. */
function isNoServiceAtAll(account: string): boolean {
  return !account.split(/[._-]/).some(isOfService) && !isNoName(account)
}

/** How somebody signs in, rather than as whom. */
const HOW =
  /^(?:usual|normal|before|always|expected|described|planned|needed|required|follows?|shown|above|below|someone|somebody|another|either|anyone|soon|often|instructed|gewohnt|beschrieben|immer|üblich|d.habitude|toujours|siempre|sempre|solito|altijd|gewoonlijk|zawsze|zwykle)$|(?:ed|ing|er|or|ist)$/i

function isOfPersonOrNumbered(account: string): boolean {
  return isOfPerson(account) || isNumbered(account)
}

export function isNoService(account: string): boolean {
  const parts = account.split(/[._-]/)
  if (account.length < 4 || parts.every(isOfService) || isOfService(account) || isNoName(account)) return false
  return !isOfService(parts.at(-1) ?? '') || parts.some((part) => part.length > 3 && isGivenName(part))
}
