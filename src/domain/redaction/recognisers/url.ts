import { isGivenName, isListedName } from '../list-names.ts'
import { everyMatch } from '../patterns/every-match.ts'
import { indexed } from '../patterns/indexed-pattern.ts'
import type { Candidate, Recogniser } from '../recogniser.ts'
import { isOfPerson } from './account/person-account.ts'
import { hasContextBefore } from './context-words.ts'

const MAX_LENGTH = 4096
const SCHEME =
  /(?:h(?:tt|xx)ps?|ftps?|wss?|sftp|ssh):\/\/[^\s"'`<>\\^{|}]+|(?<![A-Za-z0-9@./-])(?:www\.|(?:[a-z]{2,3}\.)?(?:linkedin|facebook|instagram|twitter|tiktok|github|xing|medium|threads|gitlab|behance|dribbble)\.(?:com|net)\/|(?:x\.com|t\.me|wa\.me)\/)[^\s"'`<>\\^{|}]+/gi

/** What one without a scheme has. */
const HOST = indexed(/www\.|\.(?:com|net|me)\//gi)

/** Parameters that name or admit a person. */
const PERSONAL_PARAMETER =
  /[?&;#](?:[a-z0-9]+[_.-])?(?:e-?mail|mail|name|first_?name|last_?name|full_?name|user|user_?name|user_?id|uid|login|account|phone|tel|mobile|address|street|zip|postcode|dob|birth[a-z]*|ssn|iban|card|customer(?:_?id)?|patient(?:_?id)?|member(?:_?id)?|employee(?:_?id)?|person|token|access_?token|id_?token|refresh_?token|auth|key|api_?key|apikey|secret|client_?secret|password|passwd|pwd|pass|session(?:_?id)?|sid|sig|signature|code|ticket|jwt|otp|hash|x-amz-signature|x-amz-credential|x-goog-signature|invite|magic)=[^&#\s]/i
/** Values that look personal under any name. */
const PERSONAL_VALUE = /@|%40/i
/** Units of punctuation at the end that are looked at. */
const MAX_TRIMMED = 16
const PERSON_SEGMENT =
  /\/(?:~[^/?#]+|@[A-Za-z0-9][^/?#]*|(?:u|user|users|people|person|profile|profiles|member|members|author|authors|employee|employees|staff|team|equipe|equipo|zespol|mitarbeiter|medewerkers|customer|customers|patient|patients|contact|contacts|account|accounts|candidates?|candidatos?|candidati?|kandidat(?:en|ki|ka)?|freelancers?|speakers?|faculty|docentes?|docenti|perfil|profil|profiel)\/[^/?#]+|(?:coach(?:es)?|trainers?|trenerzy|tutors?|artists?|athletes?|players?|physicians?|doctors?|lawyers?|attorneys?|instructors?|researchers?|alumni|musicians?|therapists?|advis[eo]rs?|curators?|joueurs?|jugadores?|giocatori|spieler|artistes?|artistas?|avocats?|abogad[oa]s?|avvocati|anwälte)\/(?!(?:list|all|search|top|new|best|our|meet|find|how|the|for)[-_.])\p{L}{2,20}[-_.]\p{L}{2,20}(?:[-_.]\p{L}{2,20})?(?=[/?#]|$))/iu
/** Sites whose first path segment is a person. */
const PERSON_SITE =
  /^(?:h(?:tt|xx)ps?:\/\/)?(?:[a-z]{2,3}\.|www\.|m\.)?(?:linkedin\.com\/in|twitter\.com(?=\/[^/]+\/status)|x\.com(?=\/[^/]+\/status))\/([^/?#]+)|^(?:h(?:tt|xx)ps?:\/\/)?(?:[a-z]{2,3}\.|www\.|m\.)?(?:facebook\.com|instagram\.com|twitter\.com|x\.com|t\.me|wa\.me|github\.com|threads\.net|xing\.com\/profile|medium\.com|speakerdeck\.com|slideshare\.net|behance\.net|dribbble\.com|gitlab\.com|bitbucket\.org|keybase\.io|about\.me|linktr\.ee|orcid\.org|soundcloud\.com|pinterest\.com|calendly\.com|dev\.to|codepen\.io|kaggle\.com|patreon\.com|ko-fi\.com|paypal\.me|venmo\.com|vimeo\.com|flickr\.com\/people|tumblr\.com|bsky\.app\/profile|researchgate\.net\/profile|academia\.edu|goodreads\.com|strava\.com\/athletes|untappd\.com\/user|gist\.github\.com|twitch\.tv|etsy\.com\/shop|vk\.com|fiverr\.com|upwork\.com\/freelancers|chess\.com\/member|steamcommunity\.com\/id|last\.fm\/user|letterboxd\.com|buymeacoffee\.com|cash\.app|revolut\.me|snapchat\.com\/add|meetup\.com\/members|deviantart\.com|malt\.[a-z]{2,3}\/profile)\/@?([^/?#]+)\/?(?:[?#].*)?$/i
/** Sites that give everybody a part of their own name. */
const OWN_HOST =
  /^[a-z]+:\/\/([a-z0-9-]{4,40})\.(?:(?:github|gitlab|itch)\.io|(?:wordpress|substack|tumblr|wixsite|weebly|myportfolio|bandcamp|deviantart|livejournal|jimdofree|over-blog|medium|squarespace)\.com|blogspot\.[a-z.]{2,6}|carrd\.co|notion\.site|hashnode\.dev|bearblog\.dev|bsky\.social|neocities\.org)(?=[/?#:]|$)/i
/** Before the address of somebody's own site. */
const OWN =
  /(?<![a-z])(?:portfolio|my (?:site|website|blog|page|homepage)|(?:her|his) (?:site|website|blog)|(?:mijn|meine?|mon|mi|il mio|meu|moj[ae]|mój) (?:web ?site|webseite|web|site|blog|homepage|portfolio|sito|strona))(?: [a-z]{2,7}){0,2}:? {0,2}$/i
/** An address without scheme and `www.` right behind what a site is called: `portfolio: lund.example/work`. */
const BARE =
  /(?<=(?<![a-z])(?:portfolio|web ?site|webseite|homepage|web|blog|site)(?: [a-z]{2,7}){0,2}:? )(?:[a-z0-9-]{1,30}\.){1,2}[a-z]{2,10}(?![a-z0-9@-]|\.[a-z0-9])(?:\/[^\s"'`<>\\^{|}]{0,200})?/gi
const MAY_BE_BARE = indexed(/portfolio|web|homepage|blog|site/gi)
/** Scopes of packages look like handles. */
const PACKAGE = /^https?:\/\/[^/]*(?:npm|unpkg|jsdelivr|shields\.io|esm\.sh|jsr\.io|skypack|deno\.land)/i
const NO_PERSON =
  /^(?:about|login|signup|home|explore|search|settings|features|pricing|docs|help|share|sharer|intent|hashtag|topics|trending|marketplace|orgs|apps|i|p|discover|sponsors|business|enterprise|explore|notifications|issues|pulls|new|login|join|jobs|company|groups|events|watch|reel|reels|stories|status|legal|privacy|terms|security|site|topics|collections|stars|readme|contact|team|blog|news|press|careers)$/i
/** Parts of paths behind `users/` that are what is done, and nobody. */
const NO_USER =
  /\/(?:users?|people|persons?|profiles?|members?|authors?|employees?|staff|teams?|customers?|patients?|contacts?|accounts?)\/(?:list|all|search|me|self|current|new|create|add|edit|settings|login|logout|signup|register|export|import|count|batch|bulk|index|profile|password|security|notifications|preferences|billing|active|import|sync|[a-z]+\.(?:html|php|js|ts|json|csv))(?:$|\/)/i

/**
 * URLs that say who someone is: with a user or password in them, with personal parameters, or of a person's page. Any
 * other URL is left, it tells the model where to look.
 */
export const url: Recogniser = {
  name: 'url',
  entityTypes: ['URL'],
  find(text) {
    const found: Candidate[] = []
    const bare = MAY_BE_BARE.isIn(text) ? [...text.matchAll(BARE)] : []
    if (bare.length === 0 && !text.includes('://') && !HOST.isIn(text)) return found
    let named: ReadonlySet<string> | null = null
    // Of the whole text, so it is read once, and only where a site asks.
    const isOfNamed = (site: string): boolean => {
      named ??= namesWritten(text)
      return beginnings(site).some((part) => named?.has(part))
    }
    for (const match of [...everyMatch(text, SCHEME), ...bare]) {
      const raw = trimEnd(match[0].slice(0, MAX_LENGTH))
      const isWhole = match[0].length <= MAX_LENGTH
      const isOwn = (): boolean => {
        const site = siteOf(raw)
        return hasContextBefore(text, match.index, OWN, 40) || (site !== null && isOfNamed(site))
      }
      const score = isWhole ? scoreOf(raw) || (isOwn() ? 0.6 : 0) : 0.9
      const end = match.index + (isWhole ? raw.length : match[0].length)
      if (score > 0) found.push({ entityType: 'URL', start: match.index, end, score, evidence: 'format' })
    }
    return found
  },
}

function scoreOf(raw: string): number {
  const authority = /^[a-z]+:\/\/([^/?#]*)/i.exec(raw)?.[1] ?? ''
  if (authority.includes('@')) return authority.includes(':') ? 1 : 0.9
  const query = raw.slice(raw.search(/[?#]|$/))
  if (PERSONAL_PARAMETER.test(query) || PERSONAL_VALUE.test(query)) return 0.9
  const person = PERSON_SITE.exec(raw)
  const site = person?.[1] ?? person?.[2]
  if (site !== undefined) return NO_PERSON.test(site) ? 0 : 0.8
  const own = OWN_HOST.exec(raw)?.[1]
  if (own !== undefined && isCalledAfterPerson(own)) return 0.7
  const path = raw.replace(/^[a-z]+:\/\/[^/?#]*/i, '').replace(/[?#].*$/s, '')
  if (PERSON_SEGMENT.test(path) && !PACKAGE.test(raw) && !path.includes('/-/') && !NO_USER.test(path)) return 0.7
  return isNamedPath(path) || isNamedHost(authority) ? 0.6 : 0
}

/** Endings that nothing has but surnames, also where the letters of their language are left out. */
const SLAVIC = /^[a-z]{3,14}(?:owicz|ewicz|owska|owski|ewska|ewski|yńska|ynska|ynski|inska|inski|czyk|enko)$/

/** Whether a part of a host is an account of a person or made of a given and a family name. */
function isCalledAfterPerson(part: string): boolean {
  return (!part.includes('-') && isOfPerson(part.toLowerCase())) || isNamedHost(`${part}.com`)
}

/** A part of the path is a person's name: `/team/zaneta-kowalewicz`. */
function isNamedPath(path: string): boolean {
  return path.split('/').some((part) => {
    const [first = '', last = '', ...more] = part.split(/[-_.]/)
    if (more.length > 0)
      return (
        more.length === 1 && isGivenName(first) && [last, ...more].every((one) => one.length > 2 && isListedName(one))
      )
    return (
      (isGivenName(first) && last.length > 2 && isListedName(last)) ||
      (/^[a-z]{3,12}$/.test(first) && SLAVIC.test(last))
    )
  })
}

/** A site that is called after a person: `emekanwosu.com`, `ann-lee.dev`. */
function isNamedHost(authority: string): boolean {
  const name = /^(?:www\.)?([a-z-]{6,40})\.[a-z]{2,8}(?:\.[a-z]{2})?(?::[0-9]+)?$/i.exec(authority)?.[1]?.toLowerCase()
  if (name === undefined) return false
  const [first = '', last] = name.split('-')
  if (last !== undefined) return isGivenName(first) && isListedName(last)
  for (let at = 3; at <= name.length - 4; at += 1)
    if (isGivenName(name.slice(0, at)) && isListedName(name.slice(at))) return true
  return false
}

/** Two words with capitals, as persons are written. */
const TWO_WORDS = /(?<!\p{L})(\p{Lu}[\p{L}\p{M}'’-]{1,24}) (?=(\p{Lu}[\p{L}\p{M}'’-]{1,24}))/gu

/** Letters of a given name that a site is called after with something behind it: `ingridpaints`. */
const MIN_GIVEN = 6

/**
 * Who is written in a text, of whom one name is known, as a site would be called after them: `kavehmohammadi`, and their
 * longer given names. Linear.
 */
function namesWritten(text: string): Set<string> {
  const names = new Set<string>()
  for (const [, first = '', last = ''] of text.matchAll(TWO_WORDS)) {
    if (isGivenName(first) || isListedName(last)) names.add(foldName(first + last))
    if (first.length >= MIN_GIVEN && isGivenName(first)) names.add(foldName(first))
  }
  return names
}

/** A site and what it begins with, as long as a given name. */
function beginnings(site: string): string[] {
  const parts = [site]
  for (let end = MIN_GIVEN; end < Math.min(site.length, 14); end += 1) parts.push(site.slice(0, end))
  return parts
}

/** What a site is called, without its dashes; null where it is none of a name's length. */
function siteOf(raw: string): string | null {
  const site = /^(?:[a-z]+:\/\/)?(?:www\.)?([a-z-]{6,40})\.[a-z]{2,8}(?:\.[a-z]{2})?(?=[/:?#]|$)/i.exec(raw)?.[1]
  return site === undefined ? null : site.replaceAll('-', '').toLowerCase()
}

function foldName(name: string): string {
  return name
    .normalize('NFD')
    .replace(/[^a-z]/gi, '')
    .toLowerCase()
}

/** Without the sentence around it: a bracket that opens outside, and punctuation at the end. */
function trimEnd(raw: string): string {
  let depth = 0
  let end = 0
  for (; end < raw.length; end += 1) {
    const unit = raw[end]
    if (unit === '(' || unit === '[') depth += 1
    else if (unit === ')' || unit === ']') depth -= 1
    if (depth < 0) break
  }
  const limit = Math.max(0, end - MAX_TRIMMED)
  while (end > limit && /[.,;:!?*_]/.test(raw[end - 1] ?? '')) end -= 1
  return raw.slice(0, end)
}
