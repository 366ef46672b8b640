import tlds from 'tlds' with { type: 'json' }
import { isGivenName, isListedName } from '../list-names.ts'
import type { Candidate, Recogniser } from '../recogniser.ts'

const HANDLE = /(?<![\p{L}\p{N}_./\\$#-])([a-z]{2,24})[._]([a-z]{2,32})(?![\p{L}\p{N}_(@/\\=-]|\.[\p{L}\p{N}]|:\/)/gu
/** What stands before a login. */
const LOGIN =
  /(?:\b(?:user(?:name)?|login|owner|assignee|assigned to|reporter|author|reviewer|approver|account|cc|by|from|ask|ping|thanks|hi|hey|nutzer|benutzer|usuario|utente|gebruiker|użytkownik)["'\u201d]?[:=]?|@)[ ]?["'\u201d@]?$/i
const TLDS = new Set(tlds)
const MAX_HANDLES = 200

/** Names of persons as chats and directories write them: `ann.lee`, `@ann.lee`, `<ann.lee> hello`. */
export const handle: Recogniser = {
  name: 'handle',
  entityTypes: ['PERSON'],
  find(text) {
    const found: Candidate[] = []
    if (!/[a-z][._][a-z]/.test(text)) return found
    const seen: RegExpExecArray[] = [...text.matchAll(HANDLE)]
    const sure = new Set<string>()
    for (const match of seen) if (sure.size < MAX_HANDLES && isPerson(text, match)) sure.add(match[0])
    for (const match of seen) {
      if (!sure.has(match[0])) continue
      const end = match.index + match[0].length
      found.push({ entityType: 'PERSON', start: match.index, end, score: 0.65, evidence: 'context' })
    }
    return found
  },
}

function isPerson(text: string, match: RegExpExecArray): boolean {
  const [whole, first = '', last = ''] = match
  const before = text.slice(Math.max(0, match.index - 24), match.index)
  const after = text.slice(match.index + whole.length, match.index + whole.length + 3)
  if (/(?:^|\n)[ \t[\]0-9:]{0,20}<$/.test(before) && /^> ?\S/.test(after)) return true
  const listed = Number(isListedName(first)) + Number(isListedName(last))
  if (LOGIN.test(before) && listed > 0) return true
  return isGivenName(first) && listed === 2 && (!TLDS.has(last) || whole.includes('_'))
}
