import { everyMatch } from '../patterns/every-match.ts'
import { indexed } from '../patterns/indexed-pattern.ts'
import { valueAtEnd } from '../patterns/value-at-end.ts'
import type { Candidate, Recogniser } from '../recogniser.ts'
import { matchesInTokens } from '../token-runs.ts'
import { isWordAt } from './context-words.ts'
import { isPublic, publicMaterial } from './public-material.ts'
import { findAssignments } from './secret-assignment.ts'
import { findCodes } from './secret-code.ts'
import { findInCommands } from './secret-command.ts'
import { wholeSecret } from './secret-extent.ts'
import { findPhrases } from './secret-phrase.ts'
import type { AddSecret } from './secret-shape.ts'
import { IS_TOKEN, TOKEN_SHAPES } from './secret-token.ts'

/** What has the shape that a vendor gives its keys is one, whatever stands before it. */
const SURE = 0.95
const TOKEN_RUN = /(?<![A-Za-z0-9_.:=-])[A-Za-z0-9_.:=-]{20,}/g
const MAX_RUN = 16_384
const HOOK = indexed(
  /https:\/\/(?:hooks\.slack\.com\/(?:services|workflows)|discord(?:app)?\.com\/api\/webhooks|[a-z0-9-]{1,63}\.webhook\.office\.com)\/[^\s"'<>]{10,300}/g,
)
/** What follows `scheme://` of a database, a queue, anything: `user:password@`. */
const CONNECTION = /[^\s:/@"'<>]{0,128}:[^\s/"'<>]{1,256}(?=@)/y
/** What stands on a card beside its number. */
const CARD_CODE = indexed(
  /\b(?:cvv2?|cvc2?|csc|security code|(?:karten)?pr[üu]f(?:ziffer|nummer)|cryptogramme|c[óo]digo de seguran[çz]a|c[óo]digo de seguridad|codice di sicurezza|kod cvv|cvn|3 digits on the back|three digits on the back)\b(?: (?:is|was|:))?[ :=#]{1,3}["']?([0-9]{3,4})(?![0-9A-Za-z])/gi,
)
/** The same right behind the card and its month: `|12|27|123`, ` exp 12/27 crypto 123`, ` cid 1234`. */
const CARD_CODE_BEHIND = indexed(
  /(?<![0-9A-Za-z-])[0-9]{4}[0-9 -]{8,16}[0-9](?:[|/;:, ]{1,3}(?:\p{L}{2,8}\.?:? ?){0,2}[01]?[0-9][|/-](?:20)?[0-9]{2})?[|/;:, ]{1,3}(?:(?:cid|crypto|kod|code|c[óo]digo|codice|pin|cv|beveiligingscode|kontrollnummer)[ :]{1,2})([0-9]{3,4})(?![0-9A-Za-z])|(?<![0-9A-Za-z-])(?:[0-9]{4}[ -]?){3}[0-9]{1,4}([|/;:,])[01]?[0-9][|/](?:20)?[0-9]{2}\2([0-9]{3,4})(?![0-9A-Za-z])/giu,
)
/** What lets in who knows it: an answer, a word. */
const MEMORABLE = indexed(
  /\b(?:memorable (?:word|name|place)|security (?:answer|word)|secret (?:answer|word)|duress word|panic word|safe ?word|code ?word|kodewort|codewort|mot (?:secret|de reconnaissance)|palabra (?:secreta|clave)|parola segreta|palavra de segurança|codewoord|hasło telefoniczne|słowo bezpieczeństwa)(?: \p{L}{2,20}(?=:))?(?:(?: is| was| ist| est| es| è| é| to|:| =) ["'\u201d]?|(?: \p{L}{2,20})? ["'\u201d«„“] ?| (?=\p{L}{3,20}(?:[,;\n]|$)))(?!(?:not|letters|is|was|for|and|or|that|question|it|they|the|on|in|of|required|wrong|incorrect)\b)([^\s"'\u201d«»„“.,;:!?()]{3,32})/giu,
)
/** Sessions and the like that a browser sends along. */
const COOKIES = indexed(/\b(?:set-)?cookie["'\u201d]?\s{0,2}[:=]\s{0,2}["'\u201d]?([^\n"'\u201d]{8,2000})/gi)
const COOKIE =
  /(?<![\w.-])[\w.-]{0,40}(?:sess|sid|auth|token|jwt|csrf|xsrf|remember|login)[\w.-]{0,20}=([^\s;,]{8,1000})/gi
/** Such as belong to a server's software, wherever they stand. */
const SESSION = indexed(/\b(?:JSESSIONID|PHPSESSID|ASP\.NET_SessionId|connect\.sid)[=:] ?([A-Za-z0-9%._-]{12,256})/gi)
/** The same of others, in queries and lines of logs: no numbers of a form, as those of Windows and of records have. */
const SESSION_ID = indexed(/(?<![A-Za-z0-9_.-])sid=((?=[A-Za-z]*[0-9])[A-Za-z0-9]{20,128})(?![\w-])/gi)
/** The words of a wallet (BIP 39): twelve to twenty-four. */
const SEED_PHRASE = indexed(
  /\b(?:seed|recovery|mnemonic|secret|backup) (?:phrase|words)\b[^"'\n]{0,60}["': ]{1,3}((?:[a-z]{3,8} ){11,23}[a-z]{3,8})(?![a-z])/gi,
)
const HEADER = indexed(/\b(?:bearer|basic|token|apikey|digest) {1,3}([A-Za-z0-9._~+/=-]{16,4096})/gi)
/** The same in its header, where it may be short. */
const AUTHORIZATION = indexed(
  /authorization["'\u201d]?\s{0,2}[:=]\s{0,2}["'\u201d]?(?:basic|bearer|token|digest) {1,3}([A-Za-z0-9._~+/=-]{8,4096})/gi,
)
/** A token that somebody has taken apart: with a space in it, or a sign in brackets. */
const BROKEN = indexed(
  /(?<![A-Za-z0-9])(?:gh[pousr]_|github_pat_|(?:glpat|xox[abeoprs])(?=-|\[-\])|[rs]k_live_|hf_|npm_|A[KS]IA|AIza)[A-Za-z0-9_-]{0,80}(?:[ \n](?=[A-Za-z_-]*[0-9])(?=[a-z0-9_-]*[A-Z])[A-Za-z0-9_-]{4,80}|\[[._-]\][A-Za-z0-9_-]{2,80}){1,4}/g,
)
const BEGIN = indexed(/-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g)
const END = /^-----END [A-Z0-9 ]{0,40}-----/
const BODY =
  /(?:\s{0,4}[A-Za-z-]{3,20}: [^\n]{0,200}\n)*(?:(?:\\[nr]|\s){0,4}[A-Za-z0-9+/=]{20,120})*(?:(?:\r?\n|\\n)[A-Za-z0-9+/]{1,76}={0,2}(?=\s*(?:\n|$)|\\|["'\u201d]))?/y

/** Without the id of an access key there is no secret beside one. */
const ACCESS_KEY_ID = indexed(/\b(?:AKIA|ASIA)[A-Z0-9]{16}/g)
/** The secret beside the id of an access key: `AKIA… / wJalr…`. */
const BESIDE_ID =
  /(?<=\b(?:AKIA|ASIA)[A-Z0-9]{16}[^A-Za-z0-9+/\n]{0,8}[^A-Za-z0-9+\n]{1,4})([A-Za-z0-9+/]{40})(?![A-Za-z0-9+/=])/g

/** Keys, tokens, private key blocks, passwords in connection strings and in assignments. */
export const secret: Recogniser = {
  name: 'secret',
  entityTypes: ['SECRET'],
  find(text) {
    const found: Candidate[] = []
    const add = (start: number, end: number, score: number, isFormat: boolean): void => {
      const place = isFormat ? { start, end } : wholeSecret(text, start, end)
      found.push({ entityType: 'SECRET', ...place, score, evidence: isFormat ? 'format' : 'context' })
    }
    findTokens(text, add)
    findPrivateKeys(text, add)
    if (text.includes('://')) {
      for (const match of HOOK.matchesIn(text)) add(match.index, match.index + match[0].length, 0.95, true)
      findConnections(text, add)
    }
    for (const { value, start, end } of HEADER.valuesIn(text))
      if (/[0-9]/.test(value) && /[A-Za-z]/.test(value)) add(start, end, 0.85, true)
    for (const { start, end } of AUTHORIZATION.valuesIn(text)) add(start, end, 0.85, true)
    for (const { index, 0: token } of BROKEN.matchesIn(text))
      if (token.length >= 20 && /[0-9]/.test(token)) add(index, index + token.length, 0.85, true)
    findAssignments(text, add)
    for (const { index, 0: whole, 1: code, 3: last } of CARD_CODE_BEHIND.matchesIn(text)) {
      const end = index + whole.length
      add(end - (code ?? last ?? '').length, end, 0.7, false)
    }
    for (const { start, end } of CARD_CODE.valuesIn(text)) add(start, end, 0.7, false)
    findCodes(text, add)
    for (const pattern of [MEMORABLE, SEED_PHRASE, SESSION, SESSION_ID])
      for (const { start, end } of pattern.valuesIn(text)) add(start, end, 0.8, true)
    for (const match of ACCESS_KEY_ID.isIn(text) ? text.matchAll(BESIDE_ID) : [])
      add(match.index, match.index + match[0].length, 0.8, true)
    for (const { value: cookies, start: from } of COOKIES.valuesIn(text)) {
      for (const match of cookies.matchAll(COOKIE)) {
        const { value, start, end } = valueAtEnd(match)
        if (/[0-9]/.test(value)) add(from + start, from + end, 0.8, true)
      }
    }
    findInCommands(text, add)
    findPhrases(text, add)
    const material = found.length === 0 ? [] : publicMaterial(text)
    return found.filter((candidate) => !isPublic(text, candidate, candidate.score >= SURE ? [] : material))
  },
}

function findTokens(text: string, add: AddSecret): void {
  for (const run of matchesInTokens(text, TOKEN_RUN)) {
    for (let from = 0; from < run[0].length; from += MAX_RUN) {
      const part = run[0].slice(from, from + MAX_RUN)
      if (!IS_TOKEN.test(part)) continue
      for (const shape of TOKEN_SHAPES) {
        for (const match of everyMatch(part, shape)) {
          const start = run.index + from + match.index
          if (/[0-9]/.test(match[0]) || match[0].length > 40) add(start, start + match[0].length, 0.95, true)
        }
      }
    }
  }
}

function findConnections(text: string, add: AddSecret): void {
  for (let i = text.indexOf('://'); i >= 0; i = text.indexOf('://', i + 3)) {
    CONNECTION.lastIndex = i + 3
    const match = isWordAt(text, i - 1) ? CONNECTION.exec(text) : null
    if (match !== null && !/:[$<{*%]/.test(match[0])) add(i + 3, i + 3 + match[0].length, 0.95, true)
  }
}

/** From BEGIN to END; without an END as far as the body goes. */
function findPrivateKeys(text: string, add: AddSecret): void {
  let from = 0
  let close = 0
  for (const match of BEGIN.matchesIn(text)) {
    if (match.index < from) continue
    const body = match.index + match[0].length
    if (close >= 0 && close < body) close = text.indexOf('-----END ', body)
    const end = close < 0 ? null : END.exec(text.slice(close, close + 80))
    BODY.lastIndex = body
    from = end === null ? body + (BODY.exec(text)?.[0].length ?? 0) : close + end[0].length
    add(match.index, from, 1, true)
  }
}
