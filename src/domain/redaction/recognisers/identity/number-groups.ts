import { digitRuns } from '../../digit-runs.ts'
import { ofLastText } from '../../of-last-text.ts'

/** A run of ASCII letters and digits. */
interface NumberGroup {
  start: number
  end: number
  digits: number
}

/** A number as it is written: one group or several with one separator between each two. */
export interface WrittenNumber {
  start: number
  end: number
  /** As it is written. */
  raw: string
  /** Without separators, in capitals. */
  compact: string
  /** How many of these are digits. */
  digits: number
  /** Whether groups next to it could belong to it too. */
  isPartOfMore: boolean
}

const MAX_GROUPS = 8
const MAX_COMPACT = 26

/** Numbers that stand together, each as it may be meant. */
export interface NumberRun {
  start: number
  /** Where the last of its groups starts. */
  lastStart: number
  numbers: readonly WrittenNumber[]
}

/** Groups in a row that are a table rather than a number. */
const MAX_CLUSTER = 64

/** Every number that groups which stand together can make. Those of the text that was asked for last are kept. */
export const numberRuns = ofLastText((text): readonly NumberRun[] =>
  numberClusters(text)
    .filter((cluster) => cluster.length <= MAX_CLUSTER)
    .map((cluster) => ({
      start: cluster[0]?.start ?? 0,
      lastStart: cluster.at(-1)?.start ?? 0,
      numbers: writtenNumbers(text, cluster),
    }))
    .filter(({ numbers }) => numbers.length > 0),
)

/** Groups with digits and the short words between and around them, put together where one separator stands between. */
function numberClusters(text: string): NumberGroup[][] {
  const clusters: NumberGroup[][] = []
  let cluster: NumberGroup[] = []
  const close = (): void => {
    const last = cluster.at(-1)
    if (last === undefined) return
    const after = wordAfter(text, last.end, 4)
    if (after !== null) cluster.push(after)
    clusters.push(cluster)
    cluster = []
  }
  let from = 0
  for (const digits of digitRuns(text)) {
    if (digits.start < from) continue
    const group = grow(text, digits.start, from)
    from = group.end
    const last = cluster.at(-1)
    const between = last === undefined ? null : wordAfter(text, last.end, 6)
    if (last !== undefined && isLinked(text, last.end, group.start)) cluster.push(group)
    else if (between !== null && isLinked(text, between.end, group.start)) cluster.push(between, group)
    else {
      close()
      cluster = [...wordsBefore(text, group.start), group]
    }
  }
  close()
  return clusters
}

function writtenNumbers(text: string, cluster: readonly NumberGroup[]): WrittenNumber[] {
  const numbers: WrittenNumber[] = []
  const capitals = cluster.map(({ start, end }) => text.slice(start, end).toUpperCase())
  for (let i = 0; i < cluster.length; i += 1) {
    const start = cluster[i]?.start ?? 0
    if (isGlued(text, start - 1)) continue
    let compact = ''
    let digits = 0
    for (let k = i; k < Math.min(cluster.length, i + MAX_GROUPS); k += 1) {
      const group = cluster[k]
      if (group === undefined || compact.length + group.end - group.start > MAX_COMPACT) break
      compact += capitals[k] ?? ''
      digits += group.digits
      if (compact.length < 5 || isGlued(text, group.end)) continue
      const raw = text.slice(start, group.end)
      numbers.push({ start, end: group.end, raw, compact, digits, isPartOfMore: hasNeighbour(text, cluster, i, k) })
    }
  }
  return numbers
}

function hasNeighbour(text: string, cluster: readonly NumberGroup[], first: number, last: number): boolean {
  const before = cluster[first - 1]
  const after = cluster[last + 1]
  const inner = first === last ? '' : (text[cluster[first]?.end ?? 0] ?? '')
  const tells = (neighbour: NumberGroup | undefined, separator: string | undefined): boolean =>
    (neighbour?.digits ?? 0) > 0 && (separator !== ' ' || inner === ' ')
  return tells(before, text[(cluster[first]?.start ?? 1) - 1]) || tells(after, text[cluster[last]?.end ?? 0])
}

function grow(text: string, at: number, from: number): NumberGroup {
  let start = at
  let end = at
  while (start > from && isAlphanumeric(text, start - 1)) start -= 1
  let digits = 0
  for (; isAlphanumeric(text, end); end += 1) if (text.charCodeAt(end) < 58) digits += 1
  return { start, end, digits }
}

function isLinked(text: string, end: number, start: number): boolean {
  return start === end + 1 && isSeparator(text, end)
}

function wordAfter(text: string, end: number, longest: number): NumberGroup | null {
  if (!isSeparator(text, end) || !isAlphanumeric(text, end + 1)) return null
  let stop = end + 1
  while (stop <= end + 1 + longest && isAlphanumeric(text, stop)) {
    if (text.charCodeAt(stop) < 58) return null
    stop += 1
  }
  return stop - end - 1 > longest ? null : { start: end + 1, end: stop, digits: 0 }
}

function wordsBefore(text: string, start: number): NumberGroup[] {
  const words: NumberGroup[] = []
  let end = start - 1
  while (words.length < 2 && end > 0 && isSeparator(text, end)) {
    let begin = end
    while (begin > 0 && end - begin <= 6 && isLetter(text, begin - 1)) begin -= 1
    if (begin === end || end - begin > 6 || isAlphanumeric(text, begin - 1)) break
    words.unshift({ start: begin, end, digits: 0 })
    end = begin - 1
  }
  return words
}

/** A space, a hyphen or dash, `.`, `/`, `+`, `·`. */
function isSeparator(text: string, index: number): boolean {
  const code = text.charCodeAt(index)
  if (code < 128) return code === 32 || (code >= 45 && code <= 47) || code === 43
  return code === 0xa0 || (code >= 0x2010 && code <= 0x2013) || code === 0xb7
}

function isLetter(text: string, index: number): boolean {
  const code = text.charCodeAt(index) | 32
  return code >= 97 && code <= 122
}

function isAlphanumeric(text: string, index: number): boolean {
  const code = text.charCodeAt(index)
  return (code >= 48 && code <= 57) || isLetter(text, index)
}

/** Belongs to a longer word or name. */
function isGlued(text: string, index: number): boolean {
  const unit = text[index]
  return unit !== undefined && (unit === '_' || (unit > '\u00bf' && /[\p{L}\p{N}]/u.test(unit)))
}

const DATE = /^(?:19|20)\d{2}([-./])\d{1,2}\1\d{1,2}$|^\d{1,2}([-./])\d{1,2}\2(?:19|20)\d{2}$/

/** Whether a number is written as a date. */
export function isDate(raw: string): boolean {
  return DATE.test(raw)
}
