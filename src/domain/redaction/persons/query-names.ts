import { isListedName } from '../list-names.ts'
import type { NameSpan } from '../names/decode-spans.ts'
import { isNoName } from '../no-names.ts'
import { personLabel } from './person-labels.ts'

/** A parameter of a query or a form as the web sends it: `customer_name=Ann+Lee`, `n=%5A%75`. */
const PARAMETER = /(?<=[?&;\s"'`(]|^)([A-Za-z][A-Za-z_.-]{0,30})=([^&\s"'`<>#;,)]{2,120})/gu
const NAME = /^\p{L}[\p{L}\p{M}'’.-]*(?: \p{L}[\p{L}\p{M}'’.-]*){0,4}$/u

/** Names in parameters that are called after a person, however they are encoded. Linear. */
export function namesInQueries(text: string): NameSpan[] {
  if (!/[?&][\w.-]{1,30}=|=[^\s]{0,80}[%+]/.test(text)) return []
  const found: NameSpan[] = []
  for (const { index, 0: whole, 1: key = '', 2: raw = '' } of text.matchAll(PARAMETER)) {
    const value = decoded(raw)
    if (value === null || !NAME.test(value) || isNoName(value)) continue
    const words = key
      .replace(/([a-z])([A-Z])/g, '$1 $2')
      .toLowerCase()
      .split(/[ _.-]+/)
    const kind = personLabel(words.slice(-2).join(' ')) ?? personLabel(words.at(-1) ?? '')
    const isListed = value.split(' ').some(isListedName)
    const isHidden = /%|\+/.test(raw)
    if (kind === null && !(isHidden && isListed)) continue
    if (kind !== 'person' && !isListed && !/^\p{Lu}\p{Ll}+ \p{Lu}/u.test(value)) continue
    const end = index + whole.length
    found.push({ start: end - raw.length, end, entityType: 'PERSON', score: 0.65 })
  }
  return found
}

/** What a value of a form stands for; null where it is broken. */
function decoded(raw: string): string | null {
  try {
    return decodeURIComponent(raw.replaceAll('+', ' '))
  } catch {
    return null
  }
}
