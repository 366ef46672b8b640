import type { Candidate, Recogniser } from '../recogniser.ts'
import { matchesInTokens } from '../token-runs.ts'
import { hasContextBefore } from './context-words.ts'

const MAC =
  /(?<![0-9A-Za-z:.-])(?:[0-9A-Fa-f]{2}(?:(?::[0-9A-Fa-f]{2}){5}|(?:-[0-9A-Fa-f]{2}){5})|[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4})(?![0-9A-Za-z]|[:-][0-9A-Fa-f]{2})/g
const BARE = /(?<![0-9A-Za-z])[0-9A-Fa-f]{12}(?![0-9A-Za-z])/g

/** Addresses of network interfaces (IEEE 802): six octets with colons or hyphens, three groups with dots, bare after a word. */
export const macAddress: Recogniser = {
  name: 'mac-address',
  entityTypes: ['MAC_ADDRESS'],
  find(text) {
    const found: Candidate[] = []
    for (const match of matchesInTokens(text, MAC)) {
      if (/^(?:00[:.-]?){6}$|^(?:ff[:.-]?){6}$/i.test(match[0]) || !/[0-9]/.test(match[0])) continue
      // A number in groups: an address with dots has letters in it.
      if (/^[0-9.]+$/.test(match[0])) continue
      const { index } = match
      found.push({
        entityType: 'MAC_ADDRESS',
        start: index,
        end: index + match[0].length,
        score: 0.95,
        evidence: 'format',
      })
    }
    for (const match of matchesInTokens(text, BARE)) {
      if (!hasContextBefore(text, match.index, /\bmac(?:[ _-]?addr(?:ess)?)?\b[ :="']{0,4}(?:is )?$/i, 24)) continue
      found.push({
        entityType: 'MAC_ADDRESS',
        start: match.index,
        end: match.index + 12,
        score: 0.8,
        evidence: 'context',
      })
    }
    return found
  },
}
