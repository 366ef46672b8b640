import { isListedName } from '../list-names.ts'
import { isNoName } from '../no-names.ts'
import type { NamedCandidate } from '../resolve-overlaps.ts'
import { coverOf } from '../spans-cover.ts'
import { isTownName } from './towns.ts'

/** `Eklund, Michael and Hodge`: where one of a list is a person, all are but what is odd. Linear. */
export function withSiblings(
  text: string,
  found: readonly NamedCandidate[],
  modelName: string,
  isOdd: (text: string, span: { start: number; end: number }) => boolean,
): NamedCandidate[] {
  const all = [...found]
  const persons = coverOf(found.filter(({ entityType }) => entityType === 'PERSON'))
  for (const one of found) {
    if (one.entityType !== 'PERSON') continue
    const isOneOfMany =
      isWordInList(text, one.start, one.end) &&
      persons.holder({ start: one.start - 3, end: one.start - 2 }) !== undefined
    for (const [start, end] of siblings(text, one.start, one.end, isOneOfMany)) {
      if (persons.holder({ start, end }) !== undefined || isOdd(text, { start, end })) continue
      if (isTownName(text.slice(start, end))) continue
      const sibling = {
        entityType: 'PERSON',
        start,
        end,
        score: 0.5,
        evidence: 'model',
        recognizer: modelName,
      } as const
      all.push(sibling)
      persons.add(sibling)
    }
  }
  return all
}

const NEXT_SIBLING =
  /(?:, | and | und | et | y | e | i | & |, and )(\p{Lu}[\p{L}\p{M}'’-]{1,24}(?: \p{Lu}[\p{L}\p{M}'’-]{1,24})?)(?![\p{L}\p{N}])/uy
const PREVIOUS_SIBLING =
  /(?<![\p{L}\p{N}.] ?)(?:(\p{Lu}[\p{L}\p{M}'’-]{1,24}), )?(\p{Lu}[\p{L}\p{M}'’-]{1,24})(?:, | and | und | et | y | e | i | & )$/u
/** What the above ends with. */
const MAY_BE_PREVIOUS = /^[,dtyei&] $/

/** `Okamoto` in `Delgado, Okamoto, Fong`. */
function isWordInList(text: string, start: number, end: number): boolean {
  return text.slice(start - 2, start) === ', ' && /^\p{Lu}\p{Ll}+$/u.test(text.slice(start, end))
}

/** `isOneOfMany`: it follows another name, so that what comes next needs no list to be one. */
function siblings(text: string, start: number, end: number, isOneOfMany: boolean): [number, number][] {
  const spans: [number, number][] = []
  let at = end
  const isList = /^(?:,? \p{Lu}| and \p{Lu}| und \p{Lu}| et \p{Lu}| y \p{Lu}| & \p{Lu})/u.test(text.slice(end, end + 8))
  for (let i = 0; i < 4 && isList; i += 1) {
    NEXT_SIBLING.lastIndex = at
    const match = NEXT_SIBLING.exec(text)
    if (match?.[1] === undefined) break
    const isName = isOneOfMany && i === 0 && /^\p{Lu}\p{Ll}{2,}$/u.test(match[1]) && !isNoName(match[1])
    if (!isName && !isListed(match[1], match[0])) break
    at += match[0].length
    spans.push([at - match[1].length, at])
  }
  const from = Math.max(0, start - 60)
  const before = MAY_BE_PREVIOUS.test(text.slice(Math.max(0, start - 2), start))
    ? PREVIOUS_SIBLING.exec(text.slice(from, start))
    : null
  if (before !== null) {
    const [whole, first, second = ''] = before
    const base = from + before.index
    if (isListed(second, whole))
      spans.push([
        base + whole.indexOf(second, (first ?? '').length),
        base + whole.indexOf(second, (first ?? '').length) + second.length,
      ])
    if (first !== undefined && isListedName(first)) spans.push([base, base + first.length])
  }
  return spans
}

/** After a comma a town may follow a name; after `and` it hardly does. */
function isListed(name: string, joined: string): boolean {
  return / (?:and|und|et|y|e|i|&) /.test(joined) || name.split(' ').some(isListedName)
}
