import type { Candidate, Recogniser } from '../recogniser.ts'
import { FIELD_TYPES, type FieldKind, isOfKind, kindOfLabel, plainLabel } from './field-labels.ts'

const AFTER = /[ \t]{0,12}/y
/** Units of a label, and words of it. */
const MAX_LABEL = 40
const MAX_WORDS = 4
const QUOTED = /["'\u201d]([^"'\u201d\n]{2,160})["'\u201d]/uy
const LINE = /[^\n"'\u201d{}<>]{2,160}(?=\n|$)/uy
const PART = /[^\n"'\u201d{}<>,;|]{2,60}(?=[,;|]|\n|$)/uy

/** Values of fields whose label says what they are, in forms, JSON and configuration. */
export const fieldValue: Recogniser = {
  name: 'field-value',
  entityTypes: FIELD_TYPES.filter((type) => type !== 'SECRET'),
  find(text) {
    const found: Candidate[] = []
    for (const { index } of text.matchAll(/[:=]/g)) {
      const kind = kindBefore(text, index)
      if (kind === null || kind.entityType === 'SECRET') continue
      AFTER.lastIndex = index + 1
      const at = index + 1 + (AFTER.exec(text)?.[0].length ?? 0)
      const value = valueAt(text, at)
      if (value === null) continue
      const [start, end] = value
      if (isOfKind(kind, text.slice(start, end)))
        found.push({ entityType: kind.entityType, start, end, score: 0.65, evidence: 'context' })
    }
    return found
  },
}

/** What the words right before a colon announce. */
function kindBefore(text: string, colon: number): FieldKind | null {
  let end = colon
  while (end > 0 && colon - end < 10 && /[ \t"'\u201d]/.test(text[end - 1] ?? '')) end -= 1
  let start = end
  while (start > 0 && end - start < MAX_LABEL && isLabelUnit(text.charCodeAt(start - 1))) start -= 1
  const label = text.slice(start, end).split(/ +/).slice(-MAX_WORDS)
  for (; label.length > 0; label.shift()) {
    const kind = kindOfLabel(plainLabel(label.join(' ')))
    if (kind !== null) return kind
  }
  return null
}

const LETTER = /\p{L}/u

function isLabelUnit(code: number): boolean {
  if (code >= 128) return LETTER.test(String.fromCharCode(code))
  const letter = code | 32
  return (letter >= 97 && letter <= 122) || code === 95 || code === 32 || code === 45 || code === 46
}

/** In quotes, else to the end of the line; where the line goes on, to the next separator. */
function valueAt(text: string, at: number): [number, number] | null {
  QUOTED.lastIndex = at
  const quoted = QUOTED.exec(text)
  if (quoted !== null) return [at + 1, at + quoted[0].length - 1]
  for (const pattern of [LINE, PART]) {
    pattern.lastIndex = at
    const value = pattern.exec(text)?.[0].trimEnd()
    if (value !== undefined && value !== '' && (pattern === PART || !/[,;|]/.test(value)))
      return [at, at + value.length]
  }
  return null
}
