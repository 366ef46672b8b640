import tlds from 'tlds' with { type: 'json' }
import type { Candidate, Recogniser } from '../recogniser.ts'

/** With those that are kept for examples and for networks of one's own (RFC 2606, RFC 6762). */
const TLDS = new Set([...tlds, 'example', 'test', 'invalid', 'local', 'internal', 'lan', 'corp'])
const WORD = '[A-Za-z0-9_+-]{1,40}'
const DOT =
  '(?: ?(?:[([{<] ?(?:dot|punkt|point|punto|kropka|ponto|punt|\\.) ?[)\\]}>]) ?| (?:dot|punkt|point|punto|kropka|ponto|punt) |\\.)'
const AT =
  '(?: ?[([{<] ?(?:at|@|arobase|arroba|ät|a|ma[łl]pa|chiocciola|apenstaartje|klammeraffe) ?[)\\]}>] ?| (?:at|arobase|arroba|ma[łl]pa|chiocciola|apenstaartje) | ?@ ?)'
const SPELLED = new RegExp(
  `(?<![A-Za-z0-9_.+-])${WORD}(?:${DOT}${WORD}){0,3}(${AT})(${WORD}(?:${DOT}${WORD}){1,3})(?![A-Za-z0-9_-])`,
  'gi',
)
const IS_SPELLED = /[([{< ](?:dot|punkt|point|punto|kropka|ponto|punt|\.)[)\]}> ]/i
/** Words for the sign that are hardly anything else. */
const IS_SIGN = / (?:arroba|arobase|ma[łl]pa|chiocciola|apenstaartje) /i
/** Every address has one or the other. */
const MAY_BE = new RegExp(
  `[([{<] ?(?:at|@|arobase|arroba|ät|a|ma[łl]pa|chiocciola|apenstaartje|klammeraffe) ?[)\\]}>]|${IS_SPELLED.source}|${IS_SIGN.source}`,
  'i',
)

const SPACED =
  /(?<![\p{L}\p{N}])(?:[A-Za-z0-9._+-] ){2,40}@((?: [A-Za-z0-9-]){1,40} \.(?: [A-Za-z0-9.-]){2,20})(?![\p{L}\p{N}])/gu

/** Addresses that are spelled out: `ann at example dot com`, `ann [at] example.com`. */
export const spelledEmail: Recogniser = {
  name: 'spelled-email',
  entityTypes: ['EMAIL_ADDRESS'],
  overLines: true,
  find(text) {
    const found: Candidate[] = []
    if (text.includes(' @ ')) findSpaced(text, found)
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

/** `a n n @ x . o r g` */
function findSpaced(text: string, found: Candidate[]): void {
  for (const match of text.matchAll(SPACED)) {
    const [whole, domain = ''] = match
    if (!TLDS.has(domain.replaceAll(' ', '').toLowerCase().split('.').at(-1) ?? '')) continue
    const end = match.index + whole.length
    found.push({ entityType: 'EMAIL_ADDRESS', start: match.index, end, score: 0.85, evidence: 'format' })
  }
}
