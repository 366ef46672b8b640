import { GAP_PARAGRAPH, type Word } from './split-words.ts'

/** What the model takes for a value that belongs to somebody, by its context. Offsets in UTF-16 code units, end exclusive. */
export interface IdentifierSpan {
  start: number
  end: number
  kind: IdentifierKind
  /** 0..1: the largest share, over its words, of what the model says of its group. */
  score: number
}

/** In the order of the model's tags; numbers of accounts, plates and chassis apart from what else identifies a person. */
export const IDENTIFIER_KINDS = [
  'ID',
  'BANK',
  'VEH',
  'DOB',
  'HANDLE',
  'SECRET',
  'PHONE',
  'PERSON',
  'ADDRESS',
  'FORMAT',
] as const
export type IdentifierKind = (typeof IDENTIFIER_KINDS)[number]

/** Tags of the model, in its order: `O`, then begin and inside of each kind. */
export const IDENTIFIER_TAGS: readonly string[] = [
  'O',
  ...IDENTIFIER_KINDS.flatMap((kind) => [`B-${kind}`, `I-${kind}`]),
]
const COUNT = IDENTIFIER_TAGS.length

/** Kinds that stand for each other: what counts is whether a word is of any of them. What has a form of its own is found by that. */
const GROUPS: readonly (readonly IdentifierKind[])[] = [
  ['ID', 'BANK', 'VEH', 'DOB', 'HANDLE', 'SECRET', 'PHONE'],
  ['PERSON', 'ADDRESS'],
]
/** A run of words begins with one that is of a group as likely as this, and goes on with those that are two thirds as likely. */
const BEGINS = 0.3
const GOES_ON = 0.2

/** How likely the model takes a word for one of a person's name or account. Offsets in UTF-16 code units, end exclusive. */
export interface PersonWord {
  start: number
  end: number
  /** 0..1 */
  share: number
}
/** What is less likely than this is no person's at all. */
const HARDLY = 0.01

/** The words that may be of a person, in order; those that hardly can are left out. @param probabilities words × tags, row by row */
export function personWords(words: readonly Word[], probabilities: Float32Array): PersonWord[] {
  const tags = (['PERSON', 'HANDLE'] as const).map(tagOf)
  return words.flatMap(({ start, end }, at) => {
    const share = tags.reduce((sum, tag) => sum + kindShare(probabilities, at, tag), 0)
    return share < HARDLY ? [] : [{ start, end, share }]
  })
}

/** Runs of words that the model takes for values of somebody, by group and in order. @param probabilities words × tags, row by row */
export function decodeIdentifiers(words: readonly Word[], probabilities: Float32Array): IdentifierSpan[] {
  return GROUPS.flatMap((group) => runsOf(words, probabilities, group))
}

function runsOf(
  words: readonly Word[],
  probabilities: Float32Array,
  group: readonly IdentifierKind[],
): IdentifierSpan[] {
  const tags = group.map(tagOf)
  const shareOf = (word: number): number => tags.reduce((sum, tag) => sum + kindShare(probabilities, word, tag), 0)
  const spans: IdentifierSpan[] = []
  for (let at = 0; at < words.length; at += 1) {
    let score = shareOf(at)
    if (score < BEGINS) continue
    const from = at
    for (; at + 1 < words.length && words[at + 1]?.gap !== GAP_PARAGRAPH; at += 1) {
      const next = shareOf(at + 1)
      if (next < GOES_ON) break
      score = Math.max(score, next)
    }
    const [first, last] = [words[from], words[at]]
    if (!first || !last) continue
    spans.push({
      start: first.start,
      end: last.end,
      kind: likeliest(probabilities, from, at, group),
      score: Math.min(1, score),
    })
  }
  return spans
}

/** The tag of a kind's first word; that of the words behind it is the next one. */
const tagOf = (kind: IdentifierKind): number => 1 + 2 * IDENTIFIER_KINDS.indexOf(kind)

const kindShare = (probabilities: Float32Array, word: number, tag: number): number =>
  (probabilities[word * COUNT + tag] ?? 0) + (probabilities[word * COUNT + tag + 1] ?? 0)

function likeliest(
  probabilities: Float32Array,
  from: number,
  to: number,
  group: readonly IdentifierKind[],
): IdentifierKind {
  let [best, most] = [group[0] as IdentifierKind, -1]
  for (const kind of group) {
    const tag = tagOf(kind)
    let sum = 0
    for (let word = from; word <= to; word += 1) sum += kindShare(probabilities, word, tag)
    if (sum > most) [best, most] = [kind, sum]
  }
  return best
}
