import ipaddr from 'ipaddr.js'
import { indexed } from '../patterns/indexed-pattern.ts'
import type { Candidate, Recogniser } from '../recogniser.ts'
import { hasContextBefore, isDigitAt, isWordAt } from './context-words.ts'

const V4 = indexed(/(?<![0-9])[0-9]{1,3}(?:\.[0-9]{1,3}){3}/g)
const MAX_V6 = 45
/** Eight groups, or less with a gap (RFC 4291, section 2.2). */
const MAY_BE_V6 = /::|(?::[^:]*){6}/
const VERSION =
  /(?:§|\b(?:section|chapter|clause|v|ver|vers|vsn|version|versión|versão|versione|versie|wersj[ai]|release|build|firmware|fw|revision|rev|chart|release|§|openssl|kernel|driver)\.?(?: [\p{L}]{1,8}){0,3}[ :=#"']{0,3}|(?<![0-9.])[0-9]{1,4}\.[0-9]{1,4}(?:\.[0-9]{1,4})?,? (?:and |und |et |y |e |en |i )?[\p{L}][\p{L} .-]{1,24} |:(?:jar|pom|war|aar|zip):|[=<>~^]=|[~^])$/iu

const CALLED = /(?<![a-z])ip(?:v4)?(?: addr(?:ess)?)?[ :=]{1,3}$/i

/** Says before four numbers, or behind them, that they are the address of a machine. */
const BEFORE_ADDRESS =
  /(?:addr|host|server|(?<![a-z])(?:ip|source|src|dst|dest|destination|client|peer|remote|gateway|gw|dns|ns[0-9]?|route|router|subnet|net|network|ping|ssh|via|proxy|node|listen|bind|forwarded|originating|origin|real|login|logon|connect\w*|endpoint|iface|inet)|@|\[)[\w-]{0,8}[^0-9.]{0,16}$|:\/\/[^\s/]{0,40}$|(?:logged|session|request|visit|access|anmeld|zugriff|connexion|sesión|accesso|logowani|ingelogd)[^\n]{0,30}$/i
const FROM = /(?<![a-z])(?:from|by|for|von|vom|aus|depuis|de|desde|da|dal|van|vanaf|z|od|para|to)[ :=]{1,2}["'(]?$/i
const CHANGES =
  /upgrad|updat|version|bump|migrat|releas|downgrad|aktualisier|mise à jour|actualiz|aggiorn|bijgewerkt|zaktualiz|atualiz/i
const BEHIND_ADDRESS = /^(?:[:/][0-9]{1,5}(?![0-9.])| port [0-9]| - [^\s]{1,40} (?:[^\s]{1,40} )?\[)/

/** IPv4 and IPv6 addresses of machines; the port and the prefix length after one are left. */
export const ipAddress: Recogniser = {
  name: 'ip-address',
  entityTypes: ['IP_ADDRESS'],
  find(text) {
    const found: Candidate[] = []
    for (const match of V4.matchesIn(text)) {
      const end = match.index + match[0].length
      if (isV4(text, match.index, end, match[0])) found.push(candidate(match.index, end))
    }
    for (let colon = text.indexOf(':'); colon >= 0; ) {
      const [start, stop] = runAround(text, colon)
      const run = text.slice(start, stop)
      if (run.length <= MAX_V6 && MAY_BE_V6.test(run)) {
        const address = run.replace(/[.:]$/, (last) => (run.endsWith('::') ? last : ''))
        const end = start + address.length
        if (isV6(text, start, end, address)) found.push(candidate(start, end))
      }
      colon = text.indexOf(':', stop)
    }
    return found
  },
}

/** The hexadecimal digits, colons and dots around a colon. */
function runAround(text: string, colon: number): [number, number] {
  let start = colon
  let end = colon + 1
  while (start > 0 && isV6Unit(text.charCodeAt(start - 1))) start -= 1
  while (end < text.length && isV6Unit(text.charCodeAt(end))) end += 1
  // One colon before it is not the address's: `ip:2001:db8::1`.
  if (text[start] === ':' && text[start + 1] !== ':') start += 1
  return [start, end]
}

function isV6Unit(code: number): boolean {
  const letter = code | 32
  return (code >= 48 && code <= 58) || code === 46 || (letter >= 97 && letter <= 102)
}

function candidate(start: number, end: number): Candidate {
  return { entityType: 'IP_ADDRESS', start, end, score: 0.95, evidence: 'format' }
}

function isV4(text: string, start: number, end: number, address: string): boolean {
  if (isWordAt(text, start - 1) || isWordAt(text, end)) return false
  if (text[start - 1] === '.' || (text[end] === '.' && isDigitAt(text, end + 1))) return false
  const octets = address.split('.')
  if (octets.some((octet) => Number(octet) > 255 || (octet.length > 1 && octet.startsWith('0')))) return false
  if (isPrivateNetwork(address, text.slice(end, end + 4))) return false
  if (isNobody(address) || (octets.slice(0, 2).every(isSmall) && octets[0] !== '10' && isNoMachine(text, start, end)))
    return false
  return hasContextBefore(text, start, CALLED, 16) || !hasContextBefore(text, start, VERSION, 40)
}

/** As numbers of versions are. */
function isSmall(octet: string): boolean {
  return Number(octet) < 32
}

/** Whether nothing around small numbers says that they are an address: they are a version of something. */
function isNoMachine(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - 40), start)
  if (BEFORE_ADDRESS.test(before) || BEHIND_ADDRESS.test(text.slice(end, end + 90))) return false
  return !FROM.test(before) || CHANGES.test(before)
}

/** This machine itself, no machine, all machines, a mask. */
function isNobody(address: string): boolean {
  return address.startsWith('127.') || address === '0.0.0.0' || address.startsWith('255.')
}

/** A network of addresses that everybody may use (RFC 1918), such as `10.0.0.0/8`: nobody's. */
function isPrivateNetwork(address: string, after: string): boolean {
  return /^(?:10|192\.168|172\.(?:1[6-9]|2[0-9]|3[01]))\..*\.0$/.test(address) && /^\/[0-9]{1,2}(?![0-9])/.test(after)
}

function isV6(text: string, start: number, end: number, address: string): boolean {
  if (isWordAt(text, start - 1) || isWordAt(text, end) || !/[0-9]/.test(address)) return false
  if (address === '::1' || !ipaddr.IPv6.isValid(address)) return false
  return address.replaceAll(':', '').length >= 3
}
