import type { Word } from './split-words.ts'

export type NameType = 'PERSON' | 'LOCATION' | 'ORGANIZATION'

/** A name in a text. Offsets in UTF-16 code units, end exclusive; `score` is 0..1. */
export interface NameSpan {
  start: number
  end: number
  entityType: NameType
  score: number
  /** A street address or a part of one. */
  isAddress?: true
}

/** Tags of the model, in its order: `O`, then begin and inside of each class. */
export const TAGS = ['O', 'B-PER', 'I-PER', 'B-LOC', 'I-LOC', 'B-ORG', 'I-ORG', 'B-ADDR', 'I-ADDR'] as const
const COUNT = TAGS.length
/** A street address is a place. */
const TYPES: readonly NameType[] = ['PERSON', 'LOCATION', 'ORGANIZATION', 'LOCATION']
const ADDRESS = 3
const NEVER = -1e9

/**
 * The best path of tags, with an inside tag only after one of its class; `outsideWeight` (0..1) is how much the
 * probability of `O` counts. The score of a span is the mean probability of its class over its words. The same as
 * `spans_of` in training/names/decode.py.
 *
 * @param probabilities words × tags, row by row
 */
export function decodeSpans(words: readonly Word[], probabilities: Float32Array, outsideWeight: number): NameSpan[] {
  const tags = bestPath(words.length, probabilities, outsideWeight)
  const spans: NameSpan[] = []
  let at = 0
  while (at < tags.length) {
    const tag = tags[at] ?? 0
    const from = at
    at += 1
    if (tag === 0) continue
    const kind = (tag - 1) >> 1
    while (at < tags.length && tags[at] === 2 * kind + 2) at += 1
    let sum = 0
    for (let i = from; i < at; i += 1) {
      sum += (probabilities[i * COUNT + 2 * kind + 1] ?? 0) + (probabilities[i * COUNT + 2 * kind + 2] ?? 0)
    }
    const first = words[from]
    const last = words[at - 1]
    const entityType = TYPES[kind]
    if (first === undefined || last === undefined || entityType === undefined) continue
    const span: NameSpan = { start: first.start, end: last.end, entityType, score: Math.min(1, sum / (at - from)) }
    if (kind === ADDRESS) span.isAddress = true
    spans.push(span)
  }
  return spans
}

function bestPath(length: number, probabilities: Float32Array, outsideWeight: number): Uint8Array {
  const tags = new Uint8Array(length)
  if (length === 0) return tags
  const back = new Uint8Array(length * COUNT)
  let best = new Float64Array(COUNT)
  let next = new Float64Array(COUNT)
  for (let tag = 0; tag < COUNT; tag += 1) {
    best[tag] = tag > 0 && tag % 2 === 0 ? NEVER : logOf(probabilities[tag] ?? 0, tag === 0 ? outsideWeight : 1)
  }
  for (let word = 1; word < length; word += 1) {
    const row = word * COUNT
    const top = largest(best)
    for (let tag = 0; tag < COUNT; tag += 1) {
      let came = top
      if (tag > 0 && tag % 2 === 0) came = (best[tag - 1] ?? NEVER) >= (best[tag] ?? NEVER) ? tag - 1 : tag
      back[row + tag] = came
      next[tag] = (best[came] ?? NEVER) + logOf(probabilities[row + tag] ?? 0, tag === 0 ? outsideWeight : 1)
    }
    const swap = best
    best = next
    next = swap
  }
  let tag = largest(best)
  for (let word = length - 1; word >= 0; word -= 1) {
    tags[word] = tag
    tag = back[word * COUNT + tag] ?? 0
  }
  return tags
}

/** An impossible tag is an unlikely one. */
function logOf(probability: number, weight: number): number {
  return Math.log(Math.max(probability, 1e-9) * weight)
}

function largest(values: Float64Array): number {
  let found = 0
  for (let i = 1; i < values.length; i += 1) if ((values[i] ?? NEVER) > (values[found] ?? NEVER)) found = i
  return found
}
