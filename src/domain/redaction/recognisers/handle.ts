import tlds from 'tlds' with { type: 'json' }
import { isGivenName, isListedName } from '../list-names.ts'
import type { Candidate, Recogniser } from '../recogniser.ts'

const HANDLE = /(?<![\p{L}\p{N}_./\\$#-])([a-z]{2,24})[._]([a-z]{1,32})(?![\p{L}\p{N}_(@/\\=-]|\.[\p{L}\p{N}]|:\/)/uy
/** What stands before a login. */
const LOGIN =
  /(?:\b(?:user(?:name)?|login|owner|assignee|assigned to|reporter|author|reviewer|approver|account|cc|by|from|ask|ping|thanks|hi|hey|nutzer|benutzer|usuario|utente|gebruiker|użytkownik)["'\u201d]?[:=]?|@)[ ]?["'\u201d@]?$/i
const TLDS = new Set(tlds)
const MAX_HANDLES = 200
/** Letters of the first part. */
const MAX_FIRST = 24

/** Names of persons as chats and directories write them: `ann.lee`, `@ann.lee`, `<ann.lee> hello`. */
export const handle: Recogniser = {
  name: 'handle',
  entityTypes: ['PERSON'],
  find(text) {
    const found: Candidate[] = []
    if (!/[a-z][._][a-z]/.test(text)) return found
    const seen: RegExpExecArray[] = handlesIn(text)
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

/** All that has the shape of one, looked for around dots and underscores. */
function handlesIn(text: string): RegExpExecArray[] {
  const found: RegExpExecArray[] = []
  let end = 0
  for (let i = 1; i < text.length; i += 1) {
    const code = text.charCodeAt(i)
    if ((code !== 46 && code !== 95) || !isSmall(text, i - 1) || !isSmall(text, i + 1)) continue
    let start = i - 1
    while (start > end && i - start <= MAX_FIRST && isSmall(text, start - 1)) start -= 1
    HANDLE.lastIndex = start
    const match = HANDLE.exec(text)
    if (match === null) continue
    found.push(match)
    end = start + match[0].length
    i = end - 1
  }
  return found
}

function isSmall(text: string, index: number): boolean {
  const code = text.charCodeAt(index)
  return code >= 97 && code <= 122
}

function isPerson(text: string, match: RegExpExecArray): boolean {
  const [whole, first = '', last = ''] = match
  const before = text.slice(Math.max(0, match.index - 24), match.index)
  const after = text.slice(match.index + whole.length, match.index + whole.length + 3)
  if (/(?:(?:^|\n)[ \t[\]0-9:]{0,20}|[0-9]:[0-9]{2}\]? )<$/.test(before) && /^> ?\S/.test(after)) return true
  const listed = Number(isListedName(first)) + Number(isListedName(last))
  if (LOGIN.test(before) && listed > 0) return true
  return isGivenName(first) && listed === 2 && (!TLDS.has(last) || whole.includes('_'))
}
