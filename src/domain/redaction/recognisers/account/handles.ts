import tlds from 'tlds' with { type: 'json' }
import { isGivenName, isListedName } from '../../list-names.ts'
import { BEFORE_HANDLE } from './account-words.ts'
import { isOfService } from './person-account.ts'

const HANDLE = /(?<![\p{L}\p{N}_./\\$#-])([a-z]{2,24})[._]([a-z]{1,32})(?![\p{L}\p{N}_(@/\\=-]|\.[\p{L}\p{N}]|:\/)/uy
const CUE = new RegExp(`(?:(?<![A-Za-z0-9])(?:${BEFORE_HANDLE})["'\\u201d]?[:=]?|@)[ ]?["'\\u201d@]?$`, 'i')
/** Between a time and a message: `[14:03] <ann.lee> hello`. */
const SPEAKS = /(?:(?:^|\n)[ \t[\]0-9:]{0,20}|[0-9]:[0-9]{2}\]? )<$/
/** `[ann.lee] hello` */
const IN_BRACKETS = /(?:^|\n)[ \t>]{0,4}\[$/
/** UTF-16 units before a handle that are looked at. */
const BEFORE = 32
const TLDS = new Set(tlds)
const MAX_HANDLES = 200
/** Letters of the first part. */
const MAX_FIRST = 24

/** Accounts of the form first.last that are a person's, and where they are named again. Linear. */
export function handlesIn(text: string): { start: number; end: number }[] {
  if (!/[a-z][._][a-z]/.test(text)) return []
  const seen = shapedHandles(text)
  const sure = new Set<string>()
  for (const match of seen) if (sure.size < MAX_HANDLES && isPerson(text, match)) sure.add(match[0])
  return seen
    .filter((match) => sure.has(match[0]))
    .map((match) => ({ start: match.index, end: match.index + match[0].length }))
}

/** All that has the shape of one, looked for around dots and underscores. */
function shapedHandles(text: string): RegExpExecArray[] {
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
  const before = text.slice(Math.max(0, match.index - BEFORE), match.index)
  const after = text.slice(match.index + whole.length, match.index + whole.length + 3)
  if (SPEAKS.test(before) && /^> ?\S/.test(after)) return true
  if (isOfService(whole)) return false
  const listed = Number(isListedName(first)) + Number(isListedName(last))
  if (listed > 0 && (CUE.test(before) || (IN_BRACKETS.test(before) && /^\] \S/.test(after)))) return true
  return isGivenName(first) && listed === 2 && (!TLDS.has(last) || whole.includes('_'))
}
