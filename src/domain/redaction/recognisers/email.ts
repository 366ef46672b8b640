import { domainToASCII } from 'node:url'
import tlds from 'tlds' with { type: 'json' }
import type { Candidate, Recogniser } from '../recogniser.ts'

/** RFC 5321, section 4.5.3.1. */
const MAX_LOCAL = 64
const MAX_DOMAIN = 253

/** Names that are no public top-level domains and yet hold people's addresses (RFC 2606, RFC 6762, common practice). */
const LOCAL_TLDS = [
  'local',
  'internal',
  'corp',
  'lan',
  'home',
  'intranet',
  'private',
  'test',
  'example',
  'invalid',
  'onion',
]
const TLDS = new Set([...tlds.flatMap((tld) => [tld, domainToASCII(tld)]), ...LOCAL_TLDS])

interface Units {
  pattern: RegExp
  /** Whether it takes a code below 128. */
  ascii: readonly boolean[]
}

const LOCAL_UNIT = unitsOf(/[\p{L}\p{N}\p{M}._%+'~-]/u)
const DOMAIN_UNIT = unitsOf(/[\p{L}\p{N}\p{M}.\u3002\uff0e-]/u)

function unitsOf(pattern: RegExp): Units {
  return { pattern, ascii: Array.from({ length: 128 }, (_, code) => pattern.test(String.fromCharCode(code))) }
}

const LABEL = /^[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}-]{0,61}[\p{L}\p{N}\p{M}])?$/u
/** Of a package: `netty-codec@4.1.94.Final`. */
const VERSION = /^[0-9]+(?:\.[0-9]+)+\.\p{L}+$/u
const LITERAL = /^\[(?:IPv6:)?[0-9A-Fa-f:.]{3,45}\]/

/** E-mail addresses with a real top-level domain; plus signs, quoted local parts, Unicode and punycode. */
export const email: Recogniser = {
  name: 'email',
  entityTypes: ['EMAIL_ADDRESS'],
  overLines: true,
  find(text) {
    const found: Candidate[] = []
    for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
      const start = localStart(text, at)
      if (start === at) continue
      const end = Math.max(domainEnd(text, at + 1), hostEnd(text, start, at))
      if (
        end < 0 ||
        VERSION.test(text.slice(at + 1, end)) ||
        isRepository(text, start, at, end) ||
        isPassword(text, start)
      )
        continue
      found.push({ entityType: 'EMAIL_ADDRESS', start, end, score: 1, evidence: 'format' })
    }
    return found
  },
}

/** Where the local part starts; the index of the @ itself when there is none. */
function localStart(text: string, at: number): number {
  if (isQuote(text[at - 1])) return quotedStart(text, at)
  const limit = Math.max(0, at - MAX_LOCAL)
  let start = at
  while (start > limit && isUnit(text, start - 1, LOCAL_UNIT)) start -= 1
  while (start < at && /[.'~-]/.test(text[start] ?? '')) start += 1
  return text[at - 1] === '.' ? at : start
}

/** In JSON strings the engine is shown curly quotes. */
function isQuote(unit: string | undefined): boolean {
  return unit === '"' || unit === '\u201d'
}

function quotedStart(text: string, at: number): number {
  const limit = Math.max(0, at - MAX_LOCAL)
  for (let i = at - 2; i >= limit; i -= 1) {
    if (text[i] === '\n') return at
    if (isQuote(text[i])) return at - i > 2 ? i : at
  }
  return at
}

/** Where the domain ends: the longest run of labels whose last one is a top-level domain; -1 when there is none. */
function domainEnd(text: string, from: number): number {
  if (text[from] === '[') {
    const literal = LITERAL.exec(text.slice(from, from + 64))
    return literal === null ? -1 : from + literal[0].length
  }
  const limit = Math.min(text.length, from + MAX_DOMAIN)
  let end = from
  while (end < limit && isUnit(text, end, DOMAIN_UNIT)) end += 1
  const labels = text.slice(from, end).split(/[.\u3002\uff0e]/)
  let length = labels.findIndex((label) => !LABEL.test(label))
  if (length < 0) length = labels.length
  while (length > 1 && !TLDS.has((labels[length - 1] ?? '').toLowerCase())) length -= 1
  return length < 2 ? -1 : from + labels.slice(0, length).join('.').length
}

/** What a field holds that is called mail, also where the host has no name of the top level: `"mail": "ann@intranet-a"`. */
const MAIL_FIELD = /e?-?mail(?:[ _-]?addr(?:ess)?|adresse)?["'\u201d]?[ \t]{0,2}[:=][ \t]{0,2}["'\u201d<]?$/i
const HOST_NAME = /[A-Za-z0-9][A-Za-z0-9-]{1,62}(?![\w.@-])/y

/** Where a host without dots ends that an address in a field of mail has; -1 when there is none. */
function hostEnd(text: string, start: number, at: number): number {
  HOST_NAME.lastIndex = at + 1
  if (!HOST_NAME.test(text) || !MAIL_FIELD.test(text.slice(Math.max(0, start - 24), start))) return -1
  return HOST_NAME.lastIndex
}

/** `scheme://user:password@host`: what stands before the @ is no name of a mailbox. */
function isPassword(text: string, start: number): boolean {
  return text[start - 1] === ':' && /:\/\/[^\s/@"'<>]{0,128}:$/.test(text.slice(Math.max(0, start - 132), start))
}

/** `git@github.com:owner/name` and `icon@2x.zip` name no person. */
function isRepository(text: string, start: number, at: number, end: number): boolean {
  const local = text.slice(start, at)
  if (local === 'git' && (text[end] === ':' || text[end] === '/')) return true
  return /^[0-9]x\.[a-z]+$/.test(text.slice(at + 1, end))
}

function isUnit(text: string, index: number, { pattern, ascii }: Units): boolean {
  const code = text.charCodeAt(index)
  if (code < 128) return ascii[code] === true
  if (code >= 0xd800 && code <= 0xdfff) return true
  return pattern.test(text[index] ?? '')
}
