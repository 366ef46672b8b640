import tlds from 'tlds' with { type: 'json' }
import type { Candidate, Recogniser } from '../recogniser.ts'

/** With those that are kept for examples and for networks of one's own (RFC 2606, RFC 6762). */
const TLDS = new Set([...tlds, 'example', 'test', 'invalid', 'local', 'internal', 'lan', 'corp'])
const WORD = '[A-Za-z0-9_+-]{1,40}'
const DOT =
  '(?: ?(?:[([{<] ?(?:dot|punkt|point|punto|kropka|ponto|punt|\\.) ?[)\\]}>]) ?| (?:dot|punkt|point|punto|kropka|ponto|punt) |-(?:dot|punkt|point|punto|kropka|ponto|punt)-|\\.)'
/** Words for the sign that are hardly anything else. */
const SIGN = 'arroba|arobase|arobas|ma[łl]pa|chiocciola|apenstaart(?:je)?|klammeraffe|a commerciale|ät|äd'
const IN_BRACKETS = `[([{<] ?(?:at|@|ät|a|${SIGN}) ?[)\\]}>]`
const AT = `(?: ?${IN_BRACKETS} ?| (?:at|${SIGN}) |-(?:at|${SIGN})-| ?@ ?)`
/** What else stands between two parts of a name, in words. */
const JOIN =
  ' (?:underscore|underline|unterstrich|bindestrich|minus|dash|hyphen|tiret(?: (?:bas|du bas))?|gui[oó]n(?: bajo)?|trattino(?: basso)?|sublinhado|tra[çc]o|h[íi]fen|podkre[śs]lnik|podkre[śs]lenie|my[śs]lnik|streepje|koppelteken|plus) '
const SPELLED = new RegExp(
  `(?<![A-Za-z0-9_.+-])${WORD}(?:(?:${DOT}|${JOIN})${WORD}){0,4}(${AT})(${WORD}(?:(?:${DOT}|${JOIN})${WORD}){0,2}${DOT}${WORD})(?![A-Za-z0-9_-])`,
  'gi',
)
const IS_SPELLED = /[([{< -](?:dot|punkt|point|punto|kropka|ponto|punt|\.)[)\]}> -]/i
const IS_SIGN = new RegExp(`[ -](?:${SIGN})[ -]`, 'i')
/** Every address has one or the other. */
const MAY_BE = new RegExp(`${IN_BRACKETS}|${IS_SPELLED.source}|${IS_SIGN.source}`, 'i')

/** Letter by letter, and what a domain then looks like: `a n n @ x . o r g`, `a n n (at) example . org`. */
const SPACED = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:[A-Za-z0-9._+-] ){2,40}(?:@|${IN_BRACKETS})((?: [A-Za-z0-9-]){1,40} \\.(?: [A-Za-z0-9.-]){2,20}| ?[A-Za-z0-9-]{2,40}(?: ?\\. ?[A-Za-z]{2,12}){1,3})(?![\\p{L}\\p{N}])`,
  'giu',
)
const MAY_BE_SPACED = new RegExp(`[A-Za-z0-9] (?:@|${IN_BRACKETS})`, 'i')
/** An address with a space around its dot as well: `ann @ example . org`. */
const WIDE = /(?<![\w.+-])[\w.+-]{2,40} @ [A-Za-z0-9-]{2,40}(?: \. ([A-Za-z]{2,12}))+(?![\w-])/g
/** Signs that are words in capitals: `annATexampleDOTcom`. */
const CAPITAL_SIGNS =
  /(?<![A-Za-z0-9_.])[a-z0-9]+(?:DOT[a-z0-9]+){0,2}AT[a-z0-9]+(?:DOT[a-z0-9]+){0,2}DOT([a-z]{2,12})(?![A-Za-z0-9])/g

/** As a name of code is written: `ann_at_example_dot_org`. */
const AS_NAME =
  /(?<![A-Za-z0-9_.])[A-Za-z0-9][A-Za-z0-9.]*(?:_dot_[A-Za-z0-9]+){0,2}_at_[A-Za-z0-9-]+(?:(?:_dot_|\.)([A-Za-z]{2,12})){1,2}(?![A-Za-z0-9_])/g

/** Addresses that are spelled out: `ann at example dot com`, `ann [at] example.com`. */
export const spelledEmail: Recogniser = {
  name: 'spelled-email',
  entityTypes: ['EMAIL_ADDRESS'],
  overLines: true,
  find(text) {
    const found: Candidate[] = []
    if (MAY_BE_SPACED.test(text)) for (const pattern of [SPACED, WIDE]) findWhole(text, pattern, found)
    if (text.includes('_at_')) findWhole(text, AS_NAME, found)
    if (text.includes('DOT')) findWhole(text, CAPITAL_SIGNS, found)
    if (!MAY_BE.test(text)) return found
    SPELLED.lastIndex = 0
    for (let match = SPELLED.exec(text); match !== null; match = SPELLED.exec(text)) {
      const [whole, at = '', domain = ''] = match
      const isBracketed = /[([{<]/.test(at)
      const isSpelled = IS_SPELLED.test(domain)
      const tld = /[A-Za-z]+$/.exec(domain)?.[0].toLowerCase() ?? ''
      if (!(isBracketed || isSpelled || IS_SIGN.test(at)) || !TLDS.has(tld)) {
        // Another one may begin inside: `write me at ann (dot) lee [at] example.com`.
        SPELLED.lastIndex = match.index + (/^[A-Za-z0-9_+-]+/.exec(whole)?.[0].length ?? 1)
        continue
      }
      found.push({
        entityType: 'EMAIL_ADDRESS',
        start: match.index,
        end: match.index + whole.length,
        score: 0.85,
        evidence: 'format',
      })
    }
    return found
  },
}

/** All that a pattern matches whose first group ends in a name of the top level. */
function findWhole(text: string, pattern: RegExp, found: Candidate[]): void {
  for (const match of text.matchAll(pattern)) {
    const [whole, domain = ''] = match
    if (!TLDS.has(domain.replaceAll(' ', '').toLowerCase().split('.').at(-1) ?? '')) continue
    const end = match.index + whole.length
    found.push({ entityType: 'EMAIL_ADDRESS', start: match.index, end, score: 0.85, evidence: 'format' })
  }
}
